"""An enriched record by hand, with whatever a test wants to be different."""

from __future__ import annotations

from typing import Any

BODY = "Ada <b>Stone</b> of Orrin Ltd paid $5.\nPhoto: Demo"
EVIDENCE = {"field": "body", "start": 0, "end": 38, "text": BODY[:38], "rule": "sign"}


def record(**changes: Any) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "status": "published",
        "article": {"id": "a<1>", "title": "A & B", "body": BODY, "published_at": "2026-03-10"},
        "language": {"code": "en", "confidence": 1.0},
        "segments": [
            {"id": 0, "story": 0, "kind": "story", "main": True, "start": 0, "end": 38},
            {"id": 1, "story": 0, "kind": "caption", "main": False, "start": 39, "end": 50},
        ],
        "entities": [
            {
                "id": "e0",
                "name": "Orrin Ltd",
                "type": "ORG",
                "salience": 0.9,
                "identifiers": {"ticker": "LSE:ORR"},
                "mentions": [{"field": "body", "start": 20, "end": 29, "text": "Orrin Ltd", "segment": 0}],
            }
        ],
        "quantities": [
            {"kind": "money", "field": "body", "start": 35, "end": 37, "text": "$5", "value": 5.0, "currency": "USD",
             "iso": None, "segment": 0}
        ],
        "events": [
            {"id": "v0", "type": "trade_deal", "status": "under_talks", "negated": True, "main": True, "rate": None,
             "amount": "$5", "effective": None, "confidence": 1.0, "segment": 0, "evidence": EVIDENCE,
             "roles": {"partners": [{"name": "Orrin Ltd", "entity": "e0"}, {"name": "Norway", "entity": None}]}}
        ],
        "themes": [
            {"id": "trade", "score": 0.91, "scope": "main", "iptc": [], "gdelt": [], "evidence": [EVIDENCE]},
            {"id": "tariffs", "score": 0.6, "scope": "beside", "iptc": [], "gdelt": [], "evidence": []},
        ],
        **changes,
    }  # fmt: skip


RETRACTED: dict[str, Any] = {"schema_version": 1, "status": "retracted", "article": {"id": "a<1>"}}
