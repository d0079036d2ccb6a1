"""What the theme models weigh: which word lists and rules speak, where in a story, how densely."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.model import Article, Entity, Event, FieldName, Sentence
from service.nlp.phrases import Hit, Phrases, words_of
from service.nlp.taxonomy import Rule, ThemeSpec

_CHARACTERS_A_WORD = 6
LEAD = 4  # sentences that say what a story is about
_FIELDS: tuple[FieldName, ...] = ("title", "body")


@dataclass(frozen=True, slots=True)
class View:
    """A sentence: how often each word list (``theme.list``) speaks, which entities it names by type, its rules."""

    sentence: Sentence
    lists: Mapping[str, int]
    names: Mapping[str, frozenset[str]]
    rules: tuple[tuple[str, Rule], ...]


class Viewer:
    """Reads sentences for the themes of a taxonomy."""

    def __init__(self, themes: Sequence[ThemeSpec]) -> None:
        self._phrases = Phrases({f"{t.id}.{name}": words for t in themes for name, words in t.words.items()})
        self._rules: dict[str, list[tuple[str, Rule]]] = defaultdict(list)  # by a word list without which they are mute
        for theme in themes:
            for rule in theme.rules:
                key = next(item for item in rule.needs if not item.startswith("@"))
                self._rules[f"{theme.id}.{key}"].append((theme.id, rule))

    def view(self, article: Article, sentences: Sequence[Sentence], entities: Sequence[Entity]) -> list[View]:
        """One view a sentence, in order."""
        hits = {field: self._phrases.find(words_of(article.text(field))) for field in _FIELDS}
        names = {field: _names(entities, field) for field in _FIELDS}
        return [self._one(sentence, hits[sentence.field], names[sentence.field]) for sentence in sentences]

    def _one(self, sentence: Sentence, hits: Sequence[Hit], names: Sequence[tuple[int, str, str]]) -> View:
        first = bisect_left(hits, sentence.start, key=lambda hit: hit.start)
        lists = Counter(
            hit.label for hit in hits[first : bisect_left(hits, sentence.end, lo=first, key=lambda h: h.start)]
        )
        if not lists:
            return View(sentence, lists, {}, ())
        found: dict[str, set[str]] = defaultdict(set)
        low = bisect_left(names, (sentence.start, "", ""))
        for _, kind, identifier in names[low : bisect_left(names, (sentence.end, "", ""))]:
            found[kind].add(identifier)
        fixed = {kind: frozenset(ids) for kind, ids in found.items()}
        awake = (pair for name in lists for pair in self._rules.get(name, ()))
        return View(sentence, lists, fixed, tuple((t, r) for t, r in awake if _fires(t, r, lists, fixed)))


def _names(entities: Sequence[Entity], field: FieldName) -> list[tuple[int, str, str]]:
    return sorted((m.start, m.type, entity.id) for entity in entities for m in entity.mentions if m.field == field)


def _fires(theme: str, rule: Rule, lists: Mapping[str, int], names: Mapping[str, frozenset[str]]) -> bool:
    return all(_there(theme, item, lists, names) for item in rule.needs) and not any(
        _there(theme, item, lists, names) for item in rule.unless
    )


def _there(theme: str, item: str, lists: Mapping[str, int], names: Mapping[str, frozenset[str]]) -> bool:
    if not item.startswith("@"):
        return f"{theme}.{item}" in lists
    kinds, _, least = item[1:].partition(":")
    return len(frozenset().union(*(names.get(kind, frozenset()) for kind in kinds.split("|")))) >= int(least or 1)


def features(themes: Sequence[ThemeSpec], story: Sequence[View], events: Sequence[Event]) -> dict[str, float]:
    """One story's sentences, in order, and its events -> what all theme models weigh."""
    found: dict[str, float] = {}
    words = sum(view.sentence.end - view.sentence.start for view in story) / _CHARACTERS_A_WORD
    lists: Counter[str] = Counter()
    spread: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    for i, view in enumerate(story):
        lists.update(view.lists)
        spread.update(view.lists.keys())
        fired = [f"{theme}.{rule.name}" for theme, rule in view.rules]
        rules.update(fired)
        if i < LEAD:
            found |= {f"lead {name}": 1.0 for name in view.lists} | {f"lead rule {name}": 1.0 for name in fired}
    density = {name: min(2.0, 70 * count / max(words, 60)) for name, count in lists.items()}
    found |= {f"density {name}": value for name, value in density.items()}
    found |= {f"spread {name}": 2 * count / max(len(story), LEAD) for name, count in spread.items()}
    found |= {f"rule {name}": min(1.0, math.log1p(count) / 2) for name, count in rules.items()}
    return found | _told(themes, story, events, density)


def _told(
    themes: Sequence[ThemeSpec], story: Sequence[View], events: Sequence[Event], density: Mapping[str, float]
) -> dict[str, float]:
    """The story's events that speak for a theme: the surest of each type, and whether the lead tells it.

    ``partnership@ai``: a partnership counts as far as the words of the list ``ai`` are frequent.
    """
    places = {(v.sentence.field, v.sentence.start): i for i, v in enumerate(story)}
    here = [
        (e, places[key]) for e in events if (key := (e.evidence.field, e.evidence.start)) in places and not e.negated
    ]
    found: dict[str, float] = {}
    for theme in themes:
        for kind, _, words in (wanted.partition("@") for wanted in theme.events):
            share = min(1.0, density.get(f"{theme.id}.{words}", 0.0)) if words else 1.0
            for event, place in here:
                if event.type == kind:
                    for name in (
                        f"event {theme.id}.{kind}",
                        f"{'lead' if place < LEAD else 'later'} event {theme.id}.{kind}",
                    ):
                        found[name] = max(found.get(name, 0.0), share * event.confidence)
    return found


def about(theme: ThemeSpec, weighed: Mapping[str, float]) -> bool:
    """Whether the story holds a word without which it cannot be about the theme."""
    return not theme.about or any(f"density {theme.id}.{name}" in weighed for name in theme.about)
