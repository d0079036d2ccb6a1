"""Errors in context, as the official scorer counts them."""

from __future__ import annotations

from typing import Any

from service.cli.evaluate import _scorer
from service.cli.misses import misses

TEXT = "Norway and Peru sign a deal worth $5 on Monday."


def _gold(**changes: Any) -> dict[str, Any]:
    return {
        "language": "en", "labelled": "full", "themes": ["trade"], "theme_doubt": [],
        "entities": [{"start": 0, "end": 6, "type": "GPE"}, {"start": 11, "end": 15, "type": "GPE"}],
        "canonical": [{"forms": ["Norway", "Oslo"]}],
        "events": [{"type": "trade_deal", "status": "announced", "partners": ["Norway", "Peru"], "evidence": TEXT}],
        "normalised": [{"kind": "money", "start": 34, "end": 36, "value": 5.0, "currency": "USD"},
                       {"kind": "date", "start": 40, "end": 46, "iso": "2026-03-09"}],
        **changes,
    }  # fmt: skip


def _found(**changes: Any) -> dict[str, Any]:
    return {**_gold(), "themes": [{"id": "trade", "score": 0.9}], **changes}


def _lines(found: dict[str, Any], gold: dict[str, Any] | None = None) -> list[str]:
    return misses(_scorer(), gold or _gold(), found, TEXT, 0.5)


def test_what_is_right_is_not_told() -> None:
    assert _lines(_found()) == []


def test_entities() -> None:
    entities = [{"start": 0, "end": 6, "type": "ORG"}, {"start": 40, "end": 46, "type": "DATE"}]
    assert _lines(_found(entities=entities)) == [
        "wrong type      GPE/ORG    …[Norway] and Peru sign a deal worth $5 on Monday.…",
        "missed entity   GPE        …Norway and [Peru] sign a deal worth $5 on Monday.…",
        "false entity    DATE       …Norway and Peru sign a deal worth $5 on [Monday].…",
    ]


def test_links_themes_and_language() -> None:
    found = _found(canonical=[{"forms": ["the Peru", "Lima"]}], themes=[{"id": "tariffs", "score": 0.6}], language="de")
    assert _lines(found, _gold(theme_doubt=["trade"])) == [
        "false theme     tariffs",
        "missed theme    trade (the label is in doubt)",
        "language        en expected, de found",
        "missed link     “Norway” is “Oslo”",
        "false link      “Lima” is not “Peru”",
    ]


def test_events() -> None:
    event = _gold()["events"][0]
    assert _lines(_found(events=[{**event, "status": "ended"}])) == [
        "wrong status    trade_deal announced partners Norway, Peru: ended found"
    ]
    assert _lines(_found(events=[{**event, "partners": ["Chile"]}])) == [
        f"missed event    trade_deal announced partners Norway, Peru: {TEXT}",
        "false event     trade_deal announced partners Chile",
    ]


def test_values() -> None:
    found = _found(normalised=[{"kind": "money", "start": 34, "end": 36, "value": 6.0, "currency": "USD"}])
    assert _lines(found) == [
        "wrong value     5.0 USD expected, 6.0 USD found: …Norway and Peru sign a deal worth [$5] on Monday.…",
        "wrong value     2026-03-09 expected, nothing found: …Norway and Peru sign a deal worth $5 on [Monday].…",
    ]
