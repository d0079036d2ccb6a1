"""Labelled articles -> our predictions in the scorer's format: what ``wiretag evaluate`` measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from service.fingerprint import DUPLICATE_THRESHOLD, similarity
from service.model import Article, Enrichment, Event, Segment

_THEMES = {"ai-partnerships": "ai_partnership"}


def article_of(gold: Mapping[str, Any]) -> Article:
    """The article behind one line of a gold folder's ``articles.jsonl``: its text is the body, without the title."""
    published = gold.get("published") or None
    return Article(
        id=gold["id"],
        body=gold["text"],
        published_at=published,
        published=datetime.fromisoformat(published) if published else None,
    )


def predictions(articles: Sequence[Article], enrichments: Sequence[Enrichment]) -> list[dict[str, Any]]:
    """One prediction an article; near-duplicates are compared over the whole set."""
    records = [_prediction(a, e) for a, e in zip(articles, enrichments, strict=True)]
    for i, one in enumerate(enrichments):
        for j in range(i):
            if similarity(one.fingerprint, enrichments[j].fingerprint) >= DUPLICATE_THRESHOLD:
                records[i]["near_duplicates"].append(articles[j].id)
    return records


def _prediction(article: Article, enrichment: Enrichment) -> dict[str, Any]:
    names = [m for entity in enrichment.entities for m in entity.mentions if m.field == "body"]
    amounts = [q for q in enrichment.quantities if q.field == "body"]
    return {
        "id": article.id,
        "language": enrichment.language.code,
        "entities": [{"start": m.start, "end": m.end, "type": m.type} for m in names]
        + [{"start": q.start, "end": q.end, "type": q.kind.upper()} for q in amounts],
        "canonical": [
            {"name": e.name, "type": e.type, "forms": sorted({m.text for m in e.mentions if m.field == "body"})}
            for e in enrichment.entities
        ],
        "themes": [{"id": _THEMES.get(t.id, t.id), "score": t.score} for t in enrichment.themes if t.scope == "main"],
        "segments": [{"start": s.start, "end": s.end, "kind": _segment_kind(s)} for s in enrichment.segments],
        "events": [_event(e) for e in enrichment.events if not e.negated],
        "normalised": [
            {"kind": q.kind, "start": q.start, "end": q.end, "value": q.value, "currency": q.currency, "iso": q.iso}
            for q in amounts
            if q.kind != "percent"
        ],
        "near_duplicates": [],
    }


def _segment_kind(segment: Segment) -> str:
    if segment.main:
        return "main"
    return "story" if segment.kind in ("story", "teaser") else "boilerplate"


def _event(event: Event) -> dict[str, Any]:
    roles = {role: [party.name for party in parties] for role, parties in event.roles.items()}
    return {
        "type": event.type,
        "status": event.status,
        "partners": roles.get("partners", []) + roles.get("parties", []),
        "imposer": roles.get("imposer", []),
        "target": roles.get("target", []),
        "products": roles.get("products", []),
        "rate": event.rate,
        "amount": event.amount,
    }
