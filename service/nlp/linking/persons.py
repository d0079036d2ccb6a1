"""Surnames and given names to the full name they stand for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from service.model import Mention
from service.nlp.linking.forms import Form
from service.nlp.linking.names import Tokens, within, word_set


def link_persons(forms: Sequence[Form], story: Mapping[int, int]) -> None:
    """Joins variants of full names, then short names to the one full name that they may stand for.

    ``story``: number of the story by ``id`` of the mention. Where several people of one name are in question, those of
    the same story count, then those named before; if that leaves more than one, the name is left alone.
    """
    names = [(form, _plain(form.words)) for form in forms]
    for i, (one, words) in enumerate(names):
        for other, others in names[i + 1 :]:
            if len(words) == len(one.words) and len(others) == len(other.words) and _variants(words, others):
                one.join(other)
    for form, words in names:
        if person := _meant(form, words, names, story):
            person.join(form)


def _plain(words: Tokens) -> Tokens:
    """Without "Jr."."""
    return tuple(word for word in words if word not in word_set("persons", "suffixes")) or words


def _variants(one: Tokens, other: Tokens) -> bool:
    """Of "Donald Trump" and "Donald J. Trump", "J.D. Vance" and "JD Vance", "Kim Jong-un" and "Kim Jongun"."""
    if one[0][0] != other[0][0]:
        return False
    if "".join(one) == "".join(other):
        return True
    short, long = sorted((one, other), key=len)
    return 1 < len(short) < len(long) and short[0] == long[0] and short[-1] == long[-1] and within(short, long)


def _meant(form: Form, words: Tokens, names: Sequence[tuple[Form, Tokens]], story: Mapping[int, int]) -> Form | None:
    """The person whose surname (or, failing that, first word) the name is."""
    size = len(words)
    people = [f for f, full in names if len(full) > size and full[-size:] == words]
    if not people and size == 1:
        people = [f for f, full in names if len(full) > 1 and full[0] == words[0]]
    for fits in (
        lambda f: f.words == _plain(f.words),  # "Reyes" is not Ana Reyes Jr. where there is another
        lambda f: not _stories(f, story).isdisjoint(_stories(form, story)),
        lambda f: _before(f.mentions[0], form.mentions[0]),
    ):
        if len(_distinct(people)) > 1:
            people = [f for f in people if fits(f)] or people
    found = _distinct(people)
    return found[0] if len(found) == 1 else None


def _distinct(forms: Sequence[Form]) -> list[Form]:
    return list({id(form.root): form for form in forms}.values())


def _stories(form: Form, story: Mapping[int, int]) -> set[int]:
    return {story[id(mention)] for mention in form.mentions}


def _before(one: Mention, other: Mention) -> bool:
    return (one.field != "title", one.start) < (other.field != "title", other.start)
