"""Short names, acronyms and former names of organisations, laws, projects and buildings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from service.nlp.linking.forms import Form, few
from service.nlp.linking.names import Tokens, aliases, initials, word_set

_LONGEST_ACRONYM = 8
_HOMES = {"us", "uk"}


def link_organisations(forms: Sequence[Form]) -> None:
    """Joins each shorter form to the one longer form that it shortens; none where several would do.

    ``forms`` are of one kind, in order of first mention.
    """
    if len(forms) < 2:
        return
    index = _Index(forms)
    for form in sorted(forms, key=lambda f: -len(f.words)):
        akin = index.akin(form)
        before = [f for f in akin if index.first[id(f)] < index.first[id(form)]]
        known = form.words in aliases("organisations")  # the European Union's "EU" shortens nothing else
        rules = (
            ()
            if known
            else (
                (_legally, akin),
                (_by_initials, index.spelt(form)),
                (_by_dropping, akin),
                (_by_end, before),
                (_by_office, akin),
            )
        )
        for shortens, among in rules:
            longer = {id(f.root): f for f in among if f.root is not form.root and shortens(form, f)}
            if len(longer) == 1:
                next(iter(longer.values())).join(form)
            if longer:
                break


class _Index:
    """Which forms are worth comparing: those that share a word, are written alike, or have initials."""

    def __init__(self, forms: Sequence[Form]) -> None:
        self.first = {id(form): i for i, form in enumerate(forms)}
        self._by_word: dict[str, list[Form]] = {}
        self._by_letters: dict[str, list[Form]] = {}
        for form in forms:
            for word in {*form.words, "".join(core(form.words))}:
                self._by_word.setdefault(word, []).append(form)
            if len(form.words) > 1:
                for letters in initials(form.name):
                    self._by_letters.setdefault(letters, []).append(form)

    def akin(self, form: Form) -> list[Form]:
        """Forms that share a word with this one, but for small words, or its letters."""
        said = {*form.words, "".join(core(form.words)), form.words[-1].removesuffix("s")} - word_set(
            "organisations", "unsaid"
        )
        found = {id(f): f for word in said for f in few(self._by_word.get(word, ())) if f is not form}
        return sorted(found.values(), key=lambda f: self.first[id(f)])

    def spelt(self, form: Form) -> Sequence[Form]:
        """Forms whose initials are this one's letters."""
        return few(self._by_letters.get("".join(form.words), ()))


@lru_cache(maxsize=20_000)
def core(words: Tokens) -> Tokens:
    """Without the legal form: ``apple inc`` -> apple."""
    end = len(words)
    while end > 1 and words[end - 1] in word_set("organisations", "legal"):
        end -= 1
    return words[:end]


def _legally(short: Form, full: Form) -> bool:
    """As "Apple" and "Apple Inc.", "Open AI" and "OpenAI", "Congress" and "U.S. Congress", "iPhone" and "iPhones"."""
    one, other = core(short.words), core(full.words)
    if one[-1:] != other[-1:] and full.kind != "PRODUCT":
        return "".join(one) == "".join(other)
    return (
        "".join(one) == "".join(other)
        or _home(other) == one
        or (full.kind == "PRODUCT" and (*other[:-1], other[-1] + "s") == one)
    )


def _home(words: Tokens) -> Tokens:
    """Without the country in front: ``us congress`` -> congress."""
    return words[1:] if len(words) > 1 and words[0] in _HOMES else words


def _by_initials(short: Form, full: Form) -> bool:
    letters = "".join(short.words)
    if not (1 < len(letters) <= _LONGEST_ACRONYM) or len(full.words) < 2 or not _capitals(short.name):
        return False
    return letters in initials(full.name)


def _capitals(name: str) -> bool:
    """TSMC, EDRi, AfCFTA, Apec: an acronym has more capitals than one, or is a short word."""
    return sum(c.isupper() for c in name) > 1 or (name[:1].isupper() and len(name) <= 5)


def _by_dropping(short: Form, full: Form) -> bool:
    """As "Softbank" for "Softbank Group Corp": what is dropped says little; "SK" is not "SK Hynix"."""
    one, other = core(short.words), core(full.words)
    if full.kind != "BODY" or short.type != full.type or len(one) >= len(other) or other[: len(one)] != one:
        return False
    return all(word in word_set("organisations", "droppable") for word in other[len(one) :])


def _by_end(short: Form, full: Form) -> bool:
    """As "Disney" for "The Walt Disney Company", "Berkshire" for "Berkshire Hathaway": once introduced in full."""
    one, other = core(short.words), core(full.words)
    if (
        full.kind == "PRODUCT"
        or short.type != full.type
        or len(one) >= len(other)
        or (len(one) == 1 and one[0] in _common() | _whole())
    ):
        return False
    if other[: len(one)] == one:
        return not short.name.isupper() and not any(word in _branches() for word in other[len(one) :])
    return other[-len(one) :] == one


def _by_office(short: Form, full: Form) -> bool:
    """As "the Justice Department" for "the U.S. Department of Justice"."""
    one, other = _said(short.words), _said(full.words)
    if not 1 < len(one) <= len(other) or not set(one) <= set(other):
        return False
    return one[-1] in word_set("organisations", "heads") and one[-1] == _head(full.words)


def _head(words: Tokens) -> str:
    """The word that says what it is: "department" in "department of justice"."""
    until = next((i for i, word in enumerate(words) if i and word in {"of", "for", "on", "to"}), len(words))
    return words[until - 1]


def _said(words: Tokens) -> Tokens:
    return tuple(word for word in words if word not in word_set("organisations", "unsaid"))


def _common() -> frozenset[str]:
    return word_set("organisations", "common")


def _whole() -> frozenset[str]:
    return word_set("organisations", "whole")


def _branches() -> frozenset[str]:
    return word_set("organisations", "branches")
