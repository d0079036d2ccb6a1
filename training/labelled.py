"""The labelled articles as the stages of the tagger see them: gold names, links and quantities, our own sentences."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import spacy
from spacy.tokens import Doc

from service.codec import Limits
from service.model import QUANTITY_TYPES, Article, Entity, Mention, Quantity, Segment, Sentence
from service.nlp.events import EventExtractor
from service.nlp.events.reading import Reading
from service.nlp.language import SHIPPED
from service.nlp.sentences import split
from service.pipeline import Tagger
from training.corpus import LABELS, records
from training.pages import NON_COMMERCIAL

_NLP = spacy.blank("en")


@dataclass(frozen=True)
class Labelled:
    article: Article
    sentences: Sequence[Sentence]
    entities: Sequence[Entity]
    quantities: Sequence[Quantity]
    themes: Sequence[str]
    doubts: Sequence[str]
    events: Sequence[Mapping[str, Any]]
    events_labelled: bool
    non_commercial: bool
    doc: Doc
    again: bool = False  # a second reading

    def readings(self, extractor: EventExtractor) -> list[Reading]:
        return extractor.read(self.article, self.sentences, self.entities, self.quantities)


def load(folder: Path) -> list[Labelled]:
    """Every labelled article of ``train`` or ``dev``."""
    texts = {record["id"]: record for record in records(folder / "articles.jsonl")}
    return [labelled(texts[gold["id"]], gold) for gold in records(folder / "gold.jsonl")]


def load_labels(shared: Path) -> list[Labelled]:
    """Articles of the pool that we labelled ourselves (``labels/*.jsonl``): names and themes, no links, no events."""
    pool = {record["id"]: record for record in records(shared / "pool" / "news.jsonl")}
    labels = [label for path in sorted(LABELS.glob("*.jsonl")) for label in records(path) if "themes" in label]
    return [_labelled_here(pool[label["id"]], label) for label in labels if label["id"] in pool]


def load_events(shared: Path) -> list[Labelled]:
    """A second reading of themes and events (``labels/events/``): articles of ``train`` that have any, with their gold
    names, and others of the pool, with the names that the shipped tagger finds.
    """
    train = {one.article.id: one for one in load(shared / "train")}
    pool = {record["id"]: record for record in records(shared / "pool" / "news.jsonl")}
    labels = records(LABELS / "events" / "articles.jsonl")
    tagger = Tagger(SHIPPED, Limits())
    return [_read_again(train[label["id"]], label) for label in labels if label["set"] == "train"] + [
        _read_again(_tagged(tagger, pool[label["id"]], label), label) for label in labels if label["set"] == "pool"
    ]


def events_of(label: Mapping[str, Any], text: str) -> list[dict[str, Any]]:
    """The events of a stand-off label as the scorer reads them; those that are denied are left out."""
    if hashlib.sha256(text[: label["chars"]].encode()).hexdigest() != label["text_sha256"]:
        raise ValueError(f"the text of {label['id']} is not the one that was labelled")
    return [dict(_in_words(event, text)) for event in label["events"] if not event.get("negated")]


def _in_words(event: Mapping[str, Any], text: str) -> Iterator[tuple[str, Any]]:
    yield from (("type", event["type"]), ("status", event["status"]))
    for role in ("evidence", "imposer", "rate", "amount"):
        yield role, text[slice(*event[role])] if role in event else None
    for role in ("target", "partners", "products"):
        yield role, [text[start:end] for start, end in event.get(role, ())]


def _read_again(known: Labelled, label: Mapping[str, Any]) -> Labelled:
    events = events_of(label, known.article.body)
    return replace(
        known, themes=label["themes"], doubts=label["theme_doubt"], events=events, events_labelled=True, again=True
    )


def _tagged(tagger: Tagger, record: Mapping[str, Any], label: Mapping[str, Any]) -> Labelled:
    text = record["text"][: label["chars"]]
    bare = labelled(dict(record) | {"text": text}, {"themes": (), "theme_doubt": ()})
    (found,) = tagger.tag([bare.article])
    return replace(bare, entities=found.entities, quantities=found.quantities)


def _labelled_here(record: Mapping[str, Any], label: Mapping[str, Any]) -> Labelled:
    text = record["text"][: label["chars"]]
    names = [{"start": s, "end": e, "type": kind, "text": text[s:e]} for s, e, kind in label["entities"]]
    source = {"text": text, "non_commercial": record["source"] == NON_COMMERCIAL}
    gold = {"themes": label["themes"], "theme_doubt": label["theme_doubt"], "entities": names}
    return labelled(dict(record) | source, gold)


def labelled(record: Mapping[str, Any], gold: Mapping[str, Any]) -> Labelled:
    published = record.get("published") or None
    article = Article(
        id=record["id"],
        body=record["text"],
        title=record.get("title") or None,
        published_at=published,
        published=datetime.fromisoformat(published) if published else None,
    )
    untitled = Article(article.id, article.body, None, article.published_at, article.published)
    segments = _segments(record["text"], gold.get("segments") or ())
    docs = {"title": _NLP.make_doc(""), "body": _NLP.make_doc(record["text"])}
    return Labelled(
        article=untitled,
        sentences=split(docs, segments),
        entities=_entities(gold),
        quantities=tuple(
            Quantity(QUANTITY_TYPES[e["type"]], "body", e["start"], e["end"], e["text"], None)
            for e in gold.get("entities") or ()
            if e["type"] in QUANTITY_TYPES
        ),
        themes=gold["themes"],
        doubts=gold["theme_doubt"],
        events=gold.get("events") or (),
        events_labelled="events" in gold,
        non_commercial=bool(record.get("non_commercial")),
        doc=docs["body"],
    )


def _segments(text: str, gold: Sequence[Mapping[str, Any]]) -> tuple[Segment, ...]:
    if not gold:
        return (Segment(0, 0, "story", True, 0, len(text)),)
    kinds = {"main": "story", "story": "story", "boilerplate": "boilerplate"}
    return tuple(
        Segment(i, 0 if s["kind"] == "main" else i, kinds[s["kind"]], s["kind"] == "main", s["start"], s["end"])  # type: ignore[arg-type]
        for i, s in enumerate(gold)
    )


def _entities(gold: Mapping[str, Any]) -> tuple[Entity, ...]:
    clusters = gold.get("canonical") or ()
    home = {form: i for i, cluster in reversed(list(enumerate(clusters))) for form in cluster["forms"]}
    groups: dict[Any, list[Mention]] = {}
    for e in gold.get("entities") or ():
        if e["type"] not in QUANTITY_TYPES:
            key = home.get(e["text"], (e["text"], e["type"]))
            groups.setdefault(key, []).append(Mention("body", e["start"], e["end"], e["text"], e["type"], None))
    return tuple(
        Entity(f"e{i}", clusters[key]["name"] if isinstance(key, int) else key[0], found[0].type, 0.0, tuple(found))
        for i, (key, found) in enumerate(groups.items())
    )
