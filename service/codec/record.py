"""An enrichment -> the wire record. Written out field by field: what stands here is what consumers get."""

from __future__ import annotations

from typing import Any

from service.model import Article, Enrichment, Entity, Event, Evidence, Mention, Quantity, Segment, Theme

DIGITS = 4  # of scores and confidences
Json = dict[str, Any]


def article(source: Article) -> Json:
    return {
        "id": source.id,
        "title": source.title,
        "body": source.body,
        "published_at": source.published_at,
        "published": source.published.isoformat() if source.published else None,
        **source.passthrough,
    }


def tags(found: Enrichment) -> Json:
    return {
        "language": {"code": found.language.code, "confidence": _score(found.language.confidence)},
        "segments": [_segment(segment) for segment in found.segments],
        "entities": [_entity(entity) for entity in found.entities],
        "quantities": [_quantity(quantity) for quantity in found.quantities],
        "events": [_event(event) for event in found.events],
        "themes": [_theme(theme) for theme in found.themes],
        "fingerprint": found.fingerprint,
    }


def _segment(segment: Segment) -> Json:
    return {
        "id": segment.id,
        "story": segment.story,
        "kind": segment.kind,
        "main": segment.main,
        "start": segment.start,
        "end": segment.end,
    }


def _entity(entity: Entity) -> Json:
    return {
        "id": entity.id,
        "name": entity.name,
        "type": entity.type,
        "salience": _score(entity.salience),
        "identifiers": dict(entity.identifiers),
        "mentions": [_mention(mention) for mention in entity.mentions],
    }


def _mention(mention: Mention) -> Json:
    return {
        "field": mention.field,
        "start": mention.start,
        "end": mention.end,
        "text": mention.text,
        "segment": mention.segment,
    }


def _quantity(quantity: Quantity) -> Json:
    return {
        "kind": quantity.kind,
        "field": quantity.field,
        "start": quantity.start,
        "end": quantity.end,
        "text": quantity.text,
        "value": None if quantity.value is None else float(quantity.value),
        "currency": quantity.currency,
        "iso": quantity.iso,
        "segment": quantity.segment,
    }


def _event(event: Event) -> Json:
    return {
        "id": event.id,
        "type": event.type,
        "status": event.status,
        "negated": event.negated,
        "main": event.main,
        "roles": {
            role: [{"entity": party.entity, "name": party.name} for party in parties]
            for role, parties in event.roles.items()
        },
        "rate": event.rate,
        "amount": event.amount,
        "effective": event.effective,
        "evidence": _evidence(event.evidence),
        "confidence": _score(event.confidence),
        "segment": event.segment,
    }


def _theme(theme: Theme) -> Json:
    return {
        "id": theme.id,
        "score": _score(theme.score),
        "scope": theme.scope,
        "iptc": list(theme.iptc),
        "gdelt": list(theme.gdelt),
        "evidence": [_evidence(evidence) for evidence in theme.evidence],
    }


def _evidence(evidence: Evidence) -> Json:
    return {
        "field": evidence.field,
        "start": evidence.start,
        "end": evidence.end,
        "text": evidence.text,
        "rule": evidence.rule,
    }


def _score(value: float) -> float:
    """Of a plain float: orjson refuses numpy's."""
    return round(float(value), DIGITS)
