"""Where a prediction differs from the label, in words and in context: what the scorer's figures are made of."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any

Json = Mapping[str, Any]
AROUND = 45  # characters of context on each side


def misses(scorer: ModuleType, gold: Json, found: Json, text: str, threshold: float) -> list[str]:
    """Every difference in one article, one line each. ``scorer`` decides what counts as one."""
    lines = list(_themes(scorer, gold, found, threshold))
    if found["language"] != gold["language"]:
        lines.append(f"language        {gold['language']} expected, {found['language']} found")
    if gold["labelled"] == "full":
        lines += _entities(scorer, gold, found, text)
        lines += _links(gold, found)
        lines += _events(scorer, gold, found)
        lines += _values(gold, found, text)
    return lines


def _themes(scorer: ModuleType, gold: Json, found: Json, threshold: float) -> Iterator[str]:
    wanted, told = set(gold["themes"]), scorer.themes_of(found, threshold)
    for theme in scorer.THEMES:
        doubt = " (the label is in doubt)" if theme in gold["theme_doubt"] else ""
        if theme in wanted - told:
            yield f"missed theme    {theme}{doubt}"
        if theme in told - wanted:
            yield f"false theme     {theme}{doubt}"


def _entities(scorer: ModuleType, gold: Json, found: Json, text: str) -> Iterator[str]:
    """By the scorer's normalised spans: what annotators disagree on does not count."""
    wanted, told = (_spans(scorer, record, text) for record in (gold, found))
    for start, end in sorted(wanted.keys() | told.keys()):
        expected, got = wanted.get((start, end)), told.get((start, end))
        if expected == got:
            continue
        kind = "missed entity  " if got is None else "false entity   " if expected is None else "wrong type     "
        types = "/".join(filter(None, (expected, got)))
        yield f"{kind} {types:10} {_context(text, start, end)}"


def _spans(scorer: ModuleType, record: Json, text: str) -> dict[tuple[int, int], str]:
    return {scorer.norm_span(text, start, end): kind for start, end, kind in scorer.ents_of(record, text)}


def _links(gold: Json, found: Json) -> Iterator[str]:
    wanted, told = _pairs(gold), _pairs(found)
    for one, other in sorted(wanted - told):
        yield f"missed link     “{one}” is “{other}”"
    for one, other in sorted(told - wanted):
        yield f"false link      “{one}” is not “{other}”"


def _pairs(record: Json) -> set[tuple[str, str]]:
    groups = ({_bare(form) for form in entry["forms"]} for entry in record["canonical"] or ())
    return {pair for forms in groups for pair in itertools.combinations(sorted(forms), 2)}


def _bare(form: str) -> str:
    return form.replace("\xa0", " ").removeprefix("the ").removeprefix("The ")


def _events(scorer: ModuleType, gold: Json, found: Json) -> Iterator[str]:
    wanted, told = gold["events"], found["events"]
    matched = scorer.pair(wanted, told, lambda one, other: one["type"] == other["type"] and scorer.role_ok(one, other))
    for number, event in enumerate(wanted):
        if number not in matched:
            yield f"missed event    {_event(event)}: {event['evidence']}"
        elif (status := told[matched[number]]["status"]) != event["status"]:
            yield f"wrong status    {_event(event)}: {status} found"
    for number, event in enumerate(told):
        if number not in matched.values():
            yield f"false event     {_event(event)}"


def _event(event: Json) -> str:
    roles = ((role, event.get(role)) for role in ("partners", "imposer", "target"))
    named = [f"{role} {_names(value)}" for role, value in roles if value]
    return " ".join([event["type"], str(event["status"]), *named])


def _names(value: str | Iterable[Any]) -> str:
    if isinstance(value, str):
        return value
    return ", ".join(str(one["name"] if isinstance(one, Mapping) else one) for one in value)


def _values(gold: Json, found: Json, text: str) -> Iterator[str]:
    for value in gold["normalised"]:
        near = [one for one in found["normalised"] if one["kind"] == value["kind"] and _overlap(one, value)]
        if not any(_same(one, value) for one in near):
            got = "; ".join(_worth(one) for one in near) or "nothing"
            where = _context(text, value["start"], value["end"])
            yield f"wrong value     {_worth(value)} expected, {got} found: {where}"


def _overlap(one: Json, other: Json) -> bool:
    return bool(one["start"] < other["end"] and other["start"] < one["end"])


def _same(one: Json, other: Json) -> bool:
    """As the scorer compares values."""
    if other["kind"] != "money":
        return bool(one["iso"] == other["iso"])
    close = abs((one["value"] or 0) - other["value"]) <= 1e-6 * max(1, abs(other["value"]))
    return bool(close and one["currency"] == other["currency"])


def _worth(value: Json) -> str:
    return f"{value['value']} {value['currency']}" if value["kind"] == "money" else str(value["iso"])


def _context(text: str, start: int, end: int) -> str:
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    return " ".join(f"…{before}[{text[start:end]}]{after}…".split())
