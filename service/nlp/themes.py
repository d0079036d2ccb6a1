"""What the story is about: themes with score, scope and evidence.

A theme's score is the probability that the story is about it, from a logistic model over what its word lists and
rules found (``data/themes/weights.json``); a theme without weights stands on the scores of its rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from service.model import Article, Entity, Event, Evidence, Sentence, Theme
from service.nlp import linear, taxonomy
from service.nlp.language import Docs
from service.nlp.linear import Features, Linear
from service.nlp.taxonomy import ThemeSpec
from service.nlp.theme_features import LEAD, View, Viewer, about, features

WEIGHTS = "weights.json"
_LISTED = 0.2  # below this score a main story's theme is not worth a line
_MOST_EVIDENCE = 3  # sentences
_LATER = 0.4  # what a rule's score is worth after the lead


class ThemeClassifier:
    """Every theme of the taxonomy that the article supports. ``version`` names the taxonomy."""

    def __init__(self, folder: Path = taxonomy.FOLDER) -> None:
        self._themes = taxonomy.load(folder)
        self.version = taxonomy.version(folder)
        self._viewer = Viewer(self._themes)
        weights = folder / WEIGHTS
        self._models: Mapping[str, Linear] = linear.load(weights) if weights.exists() else {}

    def classify(
        self,
        article: Article,
        docs: Docs,
        sentences: Sequence[Sentence],
        entities: Sequence[Entity],
        events: Sequence[Event],
    ) -> tuple[Theme, ...]:
        """The themes of the main story, and those that only other stories on the page support."""
        views = self._viewer.view(article, sentences, entities)
        main = [view for view in views if view.sentence.main]
        others = _stories([view for view in views if not view.sentence.main])
        of_main, of_others = self._scores(main, events), [self._scores(story, events) for story in others]
        found = [
            self._theme(
                article, spec, of_main[spec.id], main, [(o[spec.id], s) for o, s in zip(of_others, others, strict=True)]
            )
            for spec in self._themes
        ]
        return tuple(theme for theme in found if theme)

    def _scores(self, story: Sequence[View], events: Sequence[Event]) -> dict[str, float]:
        """Theme id -> score; a theme is at least as sure as one that implies it."""
        weighed = features(self._themes, story, events)
        scores = {t.id: self._score(t, story, weighed) if about(t, weighed) else 0.0 for t in self._themes}
        for theme in self._themes:
            for implied in theme.implies:
                scores[implied] = max(scores.get(implied, 0.0), scores[theme.id])
        return scores

    def _score(self, theme: ThemeSpec, story: Sequence[View], weighed: Features) -> float:
        model = self._models.get(theme.id)
        return model.probability(weighed) if model else _by_rules(theme, story)

    def _theme(
        self,
        article: Article,
        spec: ThemeSpec,
        score: float,
        main: Sequence[View],
        others: Sequence[tuple[float, Sequence[View]]],
    ) -> Theme | None:
        beside, story = max(others, key=lambda item: item[0], default=(0.0, ()))
        if score < spec.threshold <= beside:
            return Theme(
                spec.id, round(beside, 3), "beside", False, spec.iptc, spec.gdelt, self._evidence(article, spec, story)
            )
        if score < _LISTED:
            return None
        publish = score >= spec.threshold
        return Theme(
            spec.id, round(score, 3), "main", publish, spec.iptc, spec.gdelt, self._evidence(article, spec, main)
        )

    def _evidence(self, article: Article, spec: ThemeSpec, story: Sequence[View]) -> tuple[Evidence, ...]:
        """The sentences that say most for the theme, in order; each with the rule (or word list) that spoke."""
        ranked = sorted(
            ((*self._say(spec, view), i) for i, view in enumerate(story)), key=lambda item: (-item[0], item[2])
        )
        best = [(i, rule) for say, rule, i in ranked[:_MOST_EVIDENCE] if say > 0]
        return tuple(_quote(article, story[i].sentence, rule) for i, rule in sorted(best))

    def _say(self, spec: ThemeSpec, view: View) -> tuple[float, str]:
        """How much a sentence says for the theme, and its strongest rule."""
        family = {spec.id, *(t.id for t in self._themes if spec.id in t.implies)}
        fired = [(rule.score, f"{theme}/{rule.name}") for theme, rule in view.rules if theme in family]
        total = sum(score for score, _ in fired)
        return (total, max(fired)[1]) if total else (0.0, "")


def _by_rules(spec: ThemeSpec, story: Sequence[View]) -> float:
    """1 - the product of (1 - score) over the rules that fire; those after the lead count less."""
    doubt = 1.0
    for i, view in enumerate(story):
        fired = [rule.score for theme, rule in view.rules if theme == spec.id]
        if fired:
            doubt *= 1 - max(fired) * (1 if i < LEAD else _LATER)
    return 1 - doubt


def _stories(views: Sequence[View]) -> list[list[View]]:
    """Sentences of the same segment are one story."""
    stories: dict[int | None, list[View]] = defaultdict(list)
    for view in views:
        stories[view.sentence.segment].append(view)
    return list(stories.values())


def _quote(article: Article, sentence: Sentence, rule: str) -> Evidence:
    text = article.text(sentence.field)[sentence.start : sentence.end]
    return Evidence(sentence.field, sentence.start, sentence.end, text, rule)
