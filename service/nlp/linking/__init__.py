"""Mentions -> entities: one person, organisation or place under one id.

names          names as keys
forms          the distinct names of an article
persons        surnames to full names
organisations  short names, acronyms
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from service.model import Article, Entity, Mention, Segment
from service.nlp.linking.forms import Form, forms_of
from service.nlp.linking.names import aliases, cjk, words
from service.nlp.linking.organisations import link_organisations
from service.nlp.linking.persons import link_persons

_NEAR = 25  # characters between a name and its gloss
_LIKE_ORGANISATIONS = ("ORG", "LAW", "EVENT", "FAC", "PRODUCT", "WORK_OF_ART")


class Linker:
    """Links the names of one article, gives packaged identifiers and salience."""

    def __init__(self) -> None:
        known_as = "|".join(map(re.escape, words()["links"]["between"]))
        self._bracket = re.compile(r"[\"”’']*\s*[(（]\s*[\"“‘']?(?:the\s+)?")
        self._listed = re.compile(r"\s*[,;/，、]\s*")
        self._known_as = re.compile(rf"[\"”)）]*,?\s+[(（]?(?:{known_as})\s+(?:the\s+)?[\"“‘']?")

    def __call__(
        self, article: Article, mentions: Sequence[Mention], segments: Sequence[Segment]
    ) -> tuple[Entity, ...]:
        """Entities in order of salience; the mentions of each in order of the text."""
        forms = forms_of(tuple(mentions))
        self._link(article, mentions, forms, segments)
        clusters: dict[int, list[Form]] = {}
        for form in forms:
            clusters.setdefault(id(form.root), []).append(form)
        return tuple(_entity(i, cluster) for i, cluster in enumerate(clusters.values()))

    def _link(
        self, article: Article, mentions: Sequence[Mention], forms: Sequence[Form], segments: Sequence[Segment]
    ) -> None:
        _join_aliases(forms)
        _join_korea(forms)
        self._join_glosses(article, mentions, forms)
        link_persons([form for form in forms if form.kind == "PERSON"], _stories(mentions, segments))
        for kind in _LIKE_ORGANISATIONS:
            link_organisations([form for form in forms if form.kind == kind])

    def _join_glosses(self, article: Article, mentions: Sequence[Mention], forms: Iterable[Form]) -> None:
        """What stands in brackets behind a name, or after "also known as", is the same thing."""
        form_of = {id(mention): form for form in forms for mention in form.mentions}
        opened = False
        for one, two in pairwise(mentions):
            text, kinds = article.text(one.field), (form_of[id(one)].kind, form_of[id(two)].kind)
            if one.field != two.field or kinds[0] != kinds[1] or two.start - one.end > _NEAR:
                opened = False
                continue
            opened = _names_it(text, one, two) and (
                self._bracket.fullmatch(text, one.end, two.start) is not None
                or (opened and self._listed.fullmatch(text, one.end, two.start) is not None)
            )
            if opened or self._known_as.fullmatch(text, one.end, two.start):
                form_of[id(one)].join(form_of[id(two)])


def _names_it(text: str, one: Mention, two: Mention) -> bool:
    """A gloss ends its brackets or is followed by another; it is in another script, or one word for an organisation."""
    if text[two.end : two.end + 1] not in {")", "）", ",", ";", "，", '"', "”", "、"}:
        return False
    return cjk(two.text) != cjk(one.text) or (two.type not in {"PERSON", "GPE", "LOC"} and " " not in two.text)


def _join_aliases(forms: Iterable[Form]) -> None:
    known: dict[tuple[str, str], Form] = {}
    for form in forms:
        table = aliases("places") if form.kind == "PLACE" else aliases("organisations") if form.kind == "ORG" else {}
        if name := table.get(form.words):
            known.setdefault((form.kind, name), form).join(form)


def _join_korea(forms: Iterable[Form]) -> None:
    """A page that knows one Korea calls it so."""
    places = {form.words: form for form in forms if form.kind == "PLACE"}
    korea, south, north = (places.get(words) for words in (("korea",), ("south", "korea"), ("north", "korea")))
    if korea and south and not north:
        south.join(korea)


def _stories(mentions: Iterable[Mention], segments: Sequence[Segment]) -> Mapping[int, int]:
    story = {segment.id: segment.story for segment in segments}
    return {id(mention): story.get(mention.segment, 0) if mention.segment is not None else 0 for mention in mentions}


def _entity(number: int, cluster: Sequence[Form]) -> Entity:
    found = sorted((m for form in cluster for m in form.mentions), key=lambda m: (m.field != "title", m.start))
    name = max((form.name for form in cluster), key=lambda n: (not cjk(n), len(n)))
    types = Counter(mention.type for mention in found)
    return Entity(f"e{number}", name, types.most_common(1)[0][0], 0.0, tuple(found))
