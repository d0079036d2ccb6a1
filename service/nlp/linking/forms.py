"""The distinct names of an article, and which of them mean the same: the evidence is gathered pair by pair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from service.model import Mention
from service.nlp.linking.names import Tokens, bare, tokens

#: types that taggers and readers mistake for each other are compared as one kind; the others are kinds of their own
KINDS = {
    "GPE": "PLACE",
    "LOC": "PLACE",
    **dict.fromkeys(("ORG", "FAC", "LAW", "EVENT", "WORK_OF_ART"), "BODY"),
}

_MOST_ALIKE = 100  # names that share a word: more are a list, whose names stand for themselves
_T = TypeVar("_T")


def few(alike: Sequence[_T]) -> Sequence[_T]:
    """Names that are alike, to be compared with each other; none of very many."""
    return alike if len(alike) <= _MOST_ALIKE else ()


@dataclass(slots=True)
class Form:
    """One way to write a name: mentions with the same words, of the same kind, in order of the text."""

    name: str
    words: Tokens
    kind: str
    mentions: list[Mention] = field(default_factory=list)
    parent: Form | None = None

    @property
    def type(self) -> str:
        """The type of its first mention."""
        return self.mentions[0].type

    @property
    def root(self) -> Form:
        """The form that stands for all linked to this one."""
        form = self
        while form.parent is not None:
            form = form.parent
        return form

    def join(self, other: Form) -> None:
        """Both mean the same from now on."""
        one, two = self.root, other.root
        if one is not two:
            two.parent = one


def forms_of(mentions: Sequence[Mention], story: Mapping[int, int]) -> list[Form]:
    """In order of first mention. One word for a person is a form of its own in each story.

    ``story``: number of the story by ``id`` of the mention.
    """
    found: dict[tuple[str, Tokens, int], Form] = {}
    for mention in mentions:
        kind, words = KINDS.get(mention.type, mention.type), tokens(mention.text) or (mention.text,)
        key = kind, words, story[id(mention)] if kind == "PERSON" and len(words) == 1 else 0
        form = found.get(key)
        if form is None:
            form = found[key] = Form(bare(mention.text), words, kind)
        elif form.name.isupper():  # a headline or a dateline may have shouted it
            form.name = bare(mention.text)
        form.mentions.append(mention)
    return list(found.values())
