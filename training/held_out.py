"""The held-out articles as a folder that ``wiretag evaluate`` reads.

usage: python -m training.held_out SHARED_DATA FOLDER

Their texts come from the pool, their labels from ``labels/held_out/``: names, links, quantities, themes and events,
read without any tagger's help. Nothing is trained on them (``corpus.py`` leaves them out). The folder is not for the
repository: it holds others' texts.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from training.corpus import HELD_OUT, records
from training.labelled import events_of

_LINKED = frozenset({"PERSON", "ORG", "GPE"})


def gold(label: Mapping[str, Any], text: str) -> dict[str, Any]:
    """One line of ``gold.jsonl``, as ``../shared/data/dev`` has it."""
    names = [{"start": s, "end": e, "text": text[s:e], "type": kind} for s, e, kind in label["entities"]]
    return {
        "id": label["id"],
        "language": "en",
        "labelled": "full",
        "themes": label["themes"],
        "themes_any": label["themes"],
        "theme_doubt": label["theme_doubt"],
        "entities": names,
        "canonical": list(_clusters(label["canonical"], names, text)),
        "segments": [{"start": 0, "end": len(text), "kind": "main"}],
        "events": events_of(label, text),
        "normalised": [_value(text, *value) for value in label["normalised"]],
    }


def _clusters(
    linked: Sequence[Sequence[tuple[int, int]]], names: Sequence[Mapping[str, Any]], text: str
) -> Iterator[dict[str, Any]]:
    """Those of several forms as they were labelled, then the names that stand alone."""
    kinds = {name["text"]: name["type"] for name in reversed(names)}
    together = [[text[start:end] for start, end in cluster] for cluster in linked]
    known = {form for forms in together for form in forms}
    alone = [[form] for form, kind in kinds.items() if kind in _LINKED and form not in known]
    for forms in [*together, *alone]:
        yield {"name": forms[0], "type": kinds[forms[0]], "forms": forms}


def _value(text: str, start: int, end: int, value: float | str, currency: str | None = None) -> dict[str, Any]:
    place = {"start": start, "end": end, "text": text[start:end]}
    if currency:
        return {"kind": "money", **place, "value": value, "currency": currency}
    return {"kind": "date", **place, "iso": value}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    pool = {record["id"]: record for record in records(arguments.shared / "pool" / "news.jsonl")}
    articles, labels = [], []
    for label in records(HELD_OUT):
        record = pool[label["id"]]
        text = record["text"][: label["chars"]]
        articles.append({"id": label["id"], "published": record["published"] or None, "text": text})
        labels.append(gold(label, text))
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for name, lines in (("articles.jsonl", articles), ("gold.jsonl", labels)):
        (arguments.folder / name).write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    (arguments.folder / "near_dups.json").write_text('{"pairs": [], "not_pairs": []}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
