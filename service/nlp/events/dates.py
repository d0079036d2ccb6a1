"""From when a measure holds."""

from __future__ import annotations

import re

from service.nlp.events.reading import Reading

_VERB = r"(?:takes?|took|taking|go(?:es)?|going|went|comes?|came)"
_EFFECTIVE = re.compile(
    rf"\b(?:effective|starting|beginning|from|as of|{_VERB} (?:in|into)? ?(?:effect|force)"
    r"|kick(?:s|ed)? in|start|begin|due|on or after)\s*(?:as (?:early|soon) as|on|from|in)?\s*$",
    re.I,
)
_DAY = re.compile(r"\d{4}-\d{2}(?:-\d{2})?")


def effective(reading: Reading) -> str | None:
    """The ISO date that the sentence gives for the start, or None."""
    for quantity in reading.quantities:
        if quantity.kind == "date" and quantity.iso and _DAY.fullmatch(quantity.iso):
            lead = reading.text(max(reading.sentence.start, quantity.start - 30), quantity.start)
            if _EFFECTIVE.search(lead):
                return quantity.iso
    return None
