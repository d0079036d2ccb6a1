"""Surnames and given names to the full name they stand for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from service.model import Mention
from service.nlp.linking.forms import Form, few
from service.nlp.linking.names import Tokens, nicknames, within, word_set


def link_persons(forms: Sequence[Form], story: Mapping[int, int]) -> None:
    """Joins variants of full names, then short names to the one full name that they may stand for.

    ``story``: number of the story by ``id`` of the mention. Where several people of one name are in question, those of
    the same story count, and of those the one named last before it; a name before all of them is left alone.
    """
    names = [(form, _plain(form.words)) for form in forms]
    namesakes = _Namesakes(names)
    for (one, words), (other, others) in namesakes.pairs():
        if one.words[len(words) :] == other.words[len(others) :] and len(words) > 1 and _variants(words, others):
            one.join(other)
    alone: dict[Tokens, Form] = {}
    for form, words in names:
        if person := _meant(form, words, namesakes, story):
            person.join(form)
        elif len(words) == 1:
            alone.setdefault(words, form).join(form)


class _Namesakes:
    """Names by their first and their last word: nobody else is compared. Of very many alike, none is."""

    def __init__(self, names: Sequence[tuple[Form, Tokens]]) -> None:
        self._ending: dict[str, list[tuple[Form, Tokens]]] = {}
        self._beginning: dict[str, list[tuple[Form, Tokens]]] = {}
        self._written: dict[str, list[tuple[Form, Tokens]]] = {}
        for name in names:
            for index, key in (
                (self._ending, name[1][-1]),
                (self._beginning, name[1][0]),
                (self._written, "".join(name[1])),
            ):
                index.setdefault(key, []).append(name)

    def pairs(self) -> Iterator[tuple[tuple[Form, Tokens], tuple[Form, Tokens]]]:
        """Two names that share their last word, or are written alike but for the spaces."""
        for index in (self._ending, self._written):
            for alike in index.values():
                yield from combinations(few(alike), 2)

    def ending(self, word: str) -> Sequence[tuple[Form, Tokens]]:
        return few(self._ending.get(word, ()))

    def beginning(self, word: str) -> Sequence[tuple[Form, Tokens]]:
        return few(self._beginning.get(word, ()))


def _plain(words: Tokens) -> Tokens:
    """Without "Jr."."""
    return tuple(word for word in words if word not in word_set("persons", "suffixes")) or words


def _variants(one: Tokens, other: Tokens) -> bool:
    """Of "Donald Trump" and "Donald J. Trump", "J.D. Vance" and "JD Vance", "Joe" and "Joseph Biden"."""
    if "".join(one) == "".join(other):
        return True
    if _given(one[0]) == _given(other[0]) and one[1:] == other[1:]:
        return True
    short, long = sorted((one, other), key=len)
    return 1 < len(short) < len(long) and short[0] == long[0] and short[-1] == long[-1] and within(short, long)


def _given(name: str) -> str:
    """The given name behind a short one: ``joe`` -> joseph."""
    return str(nicknames().get(name, name))


def _meant(form: Form, words: Tokens, names: _Namesakes, story: Mapping[int, int]) -> Form | None:
    """The person whose surname (or, failing that, first word) the name is."""
    size = len(words)
    people = [f for f, full in names.ending(words[-1]) if len(full) > size and full[-size:] == words]
    if not people and size == 1:
        people = [f for f, full in names.beginning(words[0]) if len(full) > 1]
    if len(_distinct(people)) > 1:  # "Reyes" is not Ana Reyes Jr. where there is another
        people = [f for f in people if f.words == _plain(f.words)] or people
    if len(_distinct(people)) > 1:
        people = [f for f in people if not _stories(f, story).isdisjoint(_stories(form, story))] or people
    if len(_distinct(people)) > 1:  # the one named last before it
        people = [f for f in people if _last_before(f, form.mentions[0])]
        return max(people, key=lambda f: _place(_last_before(f, form.mentions[0])), default=None)
    return people[0] if people else None


def _distinct(forms: Sequence[Form]) -> list[Form]:
    return list({id(form.root): form for form in forms}.values())


def _stories(form: Form, story: Mapping[int, int]) -> set[int]:
    return {story[id(mention)] for mention in form.mentions}


def _last_before(form: Form, mention: Mention) -> Mention | None:
    return max((m for m in form.mentions if _place(m) < _place(mention)), key=_place, default=None)


def _place(mention: Mention | None) -> tuple[bool, int]:
    return (mention.field != "title", mention.start) if mention else (False, -1)
