"""Mentions -> entities: one person, organisation or place under one id.

names          names as keys
forms          the distinct names of an article
persons        surnames to full names
organisations  short names, acronyms
identifiers    ISO codes, tickers
signatures     the press as bearer of the news
salience       whom the story is about
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import pairwise

from service.model import Article, Entity, Mention, Segment
from service.nlp.linking.forms import Form, forms_of
from service.nlp.linking.identifiers import Identifiers
from service.nlp.linking.names import Tokens, aliases, cjk, initials, tokens, words
from service.nlp.linking.organisations import link_organisations
from service.nlp.linking.persons import link_persons
from service.nlp.linking.salience import saliences
from service.nlp.linking.signatures import Signatures

_ACRONYM = 5  # letters: longer words in capitals are shouted
_NEAR = 25  # characters between a name and its gloss


class Linker:
    """Links the names of one article, gives packaged identifiers and salience."""

    def __init__(self, identify: Callable[[str, str], Mapping[str, str]] | None = None) -> None:
        """``identify``: full name and type of an entity -> its identifiers; the packaged sources' by default."""
        self._identify = identify or Identifiers().of
        self._signs = Signatures()
        known_as = "|".join(map(re.escape, words()["links"]["between"]))
        self._bracket = re.compile(r"[\"”’']*\s*[(（]\s*[\"“‘']?(?:the\s+)?")
        self._listed = re.compile(r"\s*[,;/，、]\s*")
        self._known_as = re.compile(rf"[\"”)）]*,?\s+[(（]?(?:{known_as})\s+(?:the\s+)?[\"“‘']?")

    def __call__(
        self, article: Article, mentions: Sequence[Mention], segments: Sequence[Segment]
    ) -> tuple[Entity, ...]:
        """Entities in order of salience; the mentions of each in order of the text."""
        story = _stories(mentions, segments)
        forms = forms_of(mentions, story)
        self._link(article, mentions, forms, story)
        clusters: dict[int, list[Form]] = {}
        for form in forms:
            clusters.setdefault(id(form.root), []).append(form)
        named = [_named(cluster) for cluster in clusters.values()]
        scores = saliences([(kind, found) for _, kind, found in named], segments, partial(self._signs, article))
        ranked = sorted(zip(scores, named, strict=True), key=lambda entity: -entity[0])
        return tuple(
            Entity(f"e{i}", name, kind, score, found, self._identify(name, kind))
            for i, (score, (name, kind, found)) in enumerate(ranked)
        )

    def _link(
        self, article: Article, mentions: Sequence[Mention], forms: Sequence[Form], story: Mapping[int, int]
    ) -> None:
        _join_types(forms)
        _join_aliases(forms)
        _join_korea(forms)
        self._join_glosses(article, mentions, forms)
        link_persons([form for form in forms if form.kind == "PERSON"], story)
        for kind in ("BODY", "PRODUCT"):
            link_organisations([form for form in forms if form.kind == kind])

    def _join_glosses(self, article: Article, mentions: Sequence[Mention], forms: Iterable[Form]) -> None:
        """What stands in brackets behind a name, or after "also known as", is the same thing."""
        form_of = {id(mention): form for form in forms for mention in form.mentions}
        opened = False
        for one, two in pairwise(mentions):
            text, alike = article.text(one.field), form_of[id(one)].kind == form_of[id(two)].kind
            if one.field != two.field or two.start - one.end > _NEAR or not (alike or _spells(one, two)):
                opened = False
                continue
            opened = _names_it(text, one, two) and (
                self._bracket.fullmatch(text, one.end, two.start) is not None
                or (opened and self._listed.fullmatch(text, one.end, two.start) is not None)
            )
            if opened or self._known_as.fullmatch(text, one.end, two.start):
                form_of[id(one)].join(form_of[id(two)])


def _spells(one: Mention, two: Mention) -> bool:
    """A gloss in another script, or of initials, is what it glosses, whatever type it was taken for."""
    return cjk(two.text) != cjk(one.text) or two.text.casefold() in initials(one.text) or _camel(two.text)


def _camel(name: str) -> bool:
    """AfCFTA, EDRi: capitals after the first letter mark an acronym."""
    return " " not in name and sum(letter.isupper() for letter in name[1:]) > 1


def _names_it(text: str, one: Mention, two: Mention) -> bool:
    """A gloss ends its brackets or is followed by another; it is in another script, or one word for an organisation."""
    if text[two.end : two.end + 1] not in {")", "）", ",", ";", "，", '"', "”", "、"}:
        return False
    if cjk(two.text) != cjk(one.text):
        return True
    known = tokens(two.text) in aliases("organisations")  # "Regulation (EU) 2024/1"
    return " " in one.text and " " not in two.text and not known and two.type not in {"PERSON", "GPE", "LOC"}


def _join_aliases(forms: Iterable[Form]) -> None:
    known: dict[tuple[str, str], Form] = {}
    for form in forms:
        table = aliases("places") if form.kind == "PLACE" else aliases("organisations") if form.kind == "BODY" else {}
        if name := table.get(form.words):
            known.setdefault((form.kind, name), form).join(form)


def _join_types(forms: Iterable[Form]) -> None:
    """One way to write a name means one thing, whatever types it was taken for, but for what companies make.

    A surname that is also a place is left alone.
    """
    alike: dict[Tokens, list[Form]] = {}
    forms = [form for form in forms if form.kind in {"PERSON", "BODY", "PLACE"}]
    endings = {form.words[-1:] for form in forms if form.kind == "PERSON" and len(form.words) > 1}
    for form in forms:
        if form.words not in endings:
            alike.setdefault(form.words, []).append(form)
    for same in alike.values():
        commonest = max(same, key=lambda form: len(form.mentions))
        for form in same:
            commonest.join(form)


def _join_korea(forms: Iterable[Form]) -> None:
    """A page that knows one Korea calls it so."""
    places = {form.words: form for form in forms if form.kind == "PLACE"}
    korea, south, north = (places.get(words) for words in (("korea",), ("south", "korea"), ("north", "korea")))
    if korea and south and not north:
        south.join(korea)


def _stories(mentions: Iterable[Mention], segments: Sequence[Segment]) -> Mapping[int, int]:
    story = {segment.id: segment.story for segment in segments}
    return {id(mention): story.get(mention.segment, 0) if mention.segment is not None else 0 for mention in mentions}


def _fullness(form: Form) -> tuple[bool, bool, bool, int, str]:
    """Latin before Chinese, full before short, "Paris" before "PARIS"."""
    return not cjk(form.name), len(form.words) > 1, not _shouted(form.name), len(form.name), form.name


def _shouted(name: str) -> bool:
    return name.isupper() and len(name) > _ACRONYM


def _named(cluster: Sequence[Form]) -> tuple[str, str, tuple[Mention, ...]]:
    """Name, type and mentions of an entity: the name a place goes by, else the fullest, with its type."""
    found = sorted((m for form in cluster for m in form.mentions), key=lambda m: (m.field != "title", m.start))
    fullest = max(cluster, key=_fullness)
    known = aliases("places").get(fullest.words) if fullest.kind == "PLACE" else None
    types = Counter(m.type for form in cluster if form.words == fullest.words for m in form.mentions).most_common(1)
    name = fullest.name.title() if _shouted(fullest.name) and fullest.kind in {"PERSON", "PLACE"} else fullest.name
    return known or name, types[0][0], tuple(found)
