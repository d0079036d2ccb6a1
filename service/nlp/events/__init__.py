"""Sentences, entities, quantities -> partnerships, tariffs, trade deals, trade disputes, export controls."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from math import prod
from pathlib import Path

from service.model import Article, Entity, Event, Evidence, Party, Quantity, Sentence
from service.nlp import linear
from service.nlp.events import candidates, measures, relations
from service.nlp.events.candidates import Candidate
from service.nlp.events.countries import Countries
from service.nlp.events.dates import effective
from service.nlp.events.pairs import PairFinder, load_patterns
from service.nlp.events.partners import Partnership, group, subject
from service.nlp.events.reading import Reader, Reading
from service.nlp.events.status import Source, StatusReader
from service.nlp.language import Docs
from service.nlp.linear import Linear
from service.nlp.phrases import Phrases

_LEAD = 3  # sentences
_DATA = Path(__file__).parents[1] / "data" / "events"


class EventExtractor:
    """Reads the sentences that hold a trigger word. Weights are in ``data/events/weights.json``."""

    def __init__(self, models: Mapping[str, Linear] | None = None) -> None:
        words = tomllib.loads((_DATA / "words.toml").read_text(encoding="utf-8"))
        self._phrases = Phrases(words["triggers"] | words["cues"])
        self._countries = Countries()
        self._patterns = load_patterns()
        self._status = StatusReader()
        self._models = linear.load(_DATA / "weights.json") if models is None else models
        self._keep = words["thresholds"]
        self._control: Mapping[str, float] = words["export_control"]

    def extract(
        self,
        article: Article,
        docs: Docs,
        sentences: Sequence[Sentence],
        entities: Sequence[Entity],
        quantities: Sequence[Quantity],
    ) -> tuple[Event, ...]:
        """Events in order of their evidence; those told several times are one. ``docs`` are not read."""
        readings = self.read(article, sentences, entities, quantities)
        found = [*self._partnerships(readings), *self._others(readings, entities)]
        found.sort(key=lambda event: (event.evidence.field != "title", event.evidence.start, event.type))
        return tuple(_numbered(found))

    def read(
        self,
        article: Article,
        sentences: Sequence[Sentence],
        entities: Sequence[Entity],
        quantities: Sequence[Quantity],
    ) -> list[Reading]:
        reader = Reader(article, entities, quantities, phrases=self._phrases, countries=self._countries)
        return reader.read(sentences)

    def pairs(self, readings: Sequence[Reading]) -> PairFinder:
        return PairFinder(readings, self._patterns)

    def candidates(self, readings: Sequence[Reading]) -> list[Candidate]:
        """What may be a tariff, an export control, a trade deal or a trade dispute."""
        return [
            *candidates.measures("tariff", measures.tariffs(readings), readings),
            *candidates.measures("export_control", measures.export_controls(readings), readings),
            *candidates.relations("trade_deal", relations.mentions(readings, "trade_deal"), readings),
            *candidates.relations("trade_dispute", relations.mentions(readings, "trade_dispute"), readings),
        ]

    def _partnerships(self, readings: Sequence[Reading]) -> Iterator[Event]:
        model = self._models["partnership"]
        weighed = [(model.probability(pair.features), pair) for pair in self.pairs(readings).find()]
        for found in group([item for item in weighed if item[0] >= self._keep["partnership"]]):
            yield self._partnership(found)

    def _partnership(self, found: Partnership) -> Event:
        pair = found.pairs[0][1]
        roles = {"partners": tuple(Party(entity.name, entity.id) for entity in found.partners.values())}
        if about := tuple(party for party in subject(pair.reading) if party.entity not in found.partners):
            roles["subject"] = about
        money = next((q for q in pair.reading.quantities if q.kind == "money"), None)
        return self._event(
            "partnership",
            roles,
            found.sources,
            pair.rules[0],
            probability=found.probability,
            amount=money,
        )

    def _others(self, readings: Sequence[Reading], entities: Sequence[Entity]) -> Iterator[Event]:
        parties = self._parties(entities)
        for candidate in self.candidates(readings):
            probability = self._probability(candidate)
            if probability < self._keep[candidate.type]:
                continue
            roles = {
                role: tuple(parties.get(name, Party(name)) for name in names)
                for role, names in candidate.roles.items()
                if names
            }
            if candidate.type in {"tariff", "export_control"} and (goods := self._goods(candidate)):
                roles["products"] = goods
            sources = [(reading, trigger) for reading, trigger, _ in candidate.sources]
            rule = candidate.sources[0][2]
            yield self._event(
                candidate.type,
                roles,
                sources,
                rule,
                probability=probability,
                rate=candidate.rate,
                amount=candidate.amount,
            )

    def _probability(self, candidate: Candidate) -> float:
        model = self._models.get(candidate.type)
        return model.probability(candidate.features) if model else self._controlled(candidate)

    def _controlled(self, candidate: Candidate) -> float:
        """How likely an export control is by the facts that are told of it."""
        reading, _, rule = candidate.sources[0]
        if rule.startswith(("usual", "none")):
            return 0.0
        facts = {
            "named": True,
            "target": bool(candidate.roles["target"]) and not rule.endswith("usual"),
            "goods": bool(self._goods(candidate)),
            "lead": reading.position < _LEAD,
            "repeated": len(candidate.sources) > 1,
        }
        return 1.0 - float(prod(1 - self._control[fact] for fact, told in facts.items() if told))

    @staticmethod
    def _goods(candidate: Candidate) -> tuple[Party, ...]:
        """The goods of the best sentence that names any."""
        named = (measures.products(reading, trigger) for reading, trigger, _ in candidate.sources)
        return tuple(Party(name) for name in next((goods for goods in named if goods), ()))

    def _parties(self, entities: Sequence[Entity]) -> dict[str, Party]:
        """Country (or organisation) name -> the article's entity for it."""
        found: dict[str, Party] = {}
        for entity in entities:
            found.setdefault(entity.name, Party(entity.name, entity.id))
            country = self._countries.of(entity.name, entity.type) if entity.type == "GPE" else None
            if country and (country not in found or self._countries.names(country, entity.name)):
                found[country] = Party(country, entity.id)
        return found

    def _event(
        self,
        kind: str,
        roles: Mapping[str, tuple[Party, ...]],
        sources: Sequence[Source],
        rule: str,
        *,
        probability: float,
        rate: Quantity | None = None,
        amount: Quantity | None = None,
    ) -> Event:
        reading = sources[0][0]
        sentence = reading.sentence
        return Event(
            id="",
            type=kind,
            status=self._status.status(kind, sources),
            negated=self._status.denied(sources[0]),
            roles=roles,
            evidence=Evidence(sentence.field, sentence.start, sentence.end, reading.text(), rule),
            confidence=round(probability, 3),
            segment=sentence.segment,
            main=sentence.main,
            rate=rate.text if rate else None,
            amount=amount.text if amount else None,
            effective=effective(reading) if kind in {"tariff", "export_control"} else None,
        )


def _numbered(events: Sequence[Event]) -> Iterator[Event]:
    for i, event in enumerate(events):
        yield Event(**{name: getattr(event, name) for name in Event.__slots__ if name != "id"}, id=f"ev{i}")
