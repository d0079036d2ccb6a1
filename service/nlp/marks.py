"""The model's entities of a text, as spans that a reader would draw."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from importlib import resources

from service.model import ENTITY_TYPES, QUANTITY_TYPES, FieldName, Span
from service.nlp.language import Docs

_WORDS = tomllib.loads(resources.files(__package__).joinpath("data/entities.toml").read_text(encoding="utf-8"))
_HOUSES, _NOT_NAMES, _COMPOUND_ENDS = (
    frozenset(_WORDS[name]) for name in ("possessive_houses", "not_names", "compound_ends")
)
_ADDRESS = re.compile(  # each run of letters is entered once: linear in whatever comes
    r"https?://\S++|www\.\S++|(?<![^\s@])[^\s@]++@[^\s@]+\.\w++|(?<!\w)@\w++"
)
_AMOUNT = re.compile(
    r"\d|\b(?:hundred|thousand|million|billion|trillion|one|two|three|four|five|six|seven|eight|nine|ten)s?\b", re.I
)
_INVISIBLE = "\u00a0\u00ad\u200b\u200c\u200d\u2060\ufeff"
_EDGE = _INVISIBLE + " \t\r\n\"“”‘’'`,;:_|*•+"
_PLUS = re.compile(r"(?<=[A-Za-z])\+(?![\w+])")  # OPEC+, Disney+
_POSSESSIVE = re.compile(r"['’]s?$")
_MEASURE = re.compile(r"[\d.,\s-]+(?:[kMGT]W[hp]?|[KMGT]B|mm|km|kg)?")
_AFTER_HYPHEN = re.compile(r"[-‑]((?:[a-z]{1,3}[-‑])?[^\W\d_]+)")
_HYPHENATED = frozenset({"PERSON", "ORG", "GPE", "FAC", "LOC"})
_TICKER = re.compile(r"(?<=\w)(?:['’]s)?\s+[A-Z]{1,5}(?=,\s[-+−–]?\d+(?:\.\d+)?%)")  # "Veltron VLT, +0.15%"
_GLUED = re.compile(r"(?<=[a-z0-9])\.(?=[A-Z][a-z]+\Z)(?!Com\b|Net\b|Org\b)")  # "in 2025.For": the next sentence
_ARTICLE = re.compile(r"an?\s+(?=[A-Z])")
_LEADING = re.compile(rf"(?:{'|'.join(_WORDS['leading'])})\s+(?=[A-Z])")
_TITLE = re.compile(rf"(?:(?:{'|'.join(map(re.escape, _WORDS['titles']))})\.?\s+)+(?=\w)")


def read(field: FieldName, text: str, docs: Docs) -> Iterable[Span]:
    """The model's entities, without what is never part of one, and none within an address."""
    addresses = [match.span() for match in _ADDRESS.finditer(text)]
    marked = [(ent.start_char, ent.end_char) for ent in docs[field].ents]
    for ent in docs[field].ents:
        kind = ent.label_
        start, end = _trimmed(text, *_whole(text, ent.start_char, ent.end_char, kind, marked), kind)
        if start < end and not _is_nothing(text, start, end, kind) and not overlaps(addresses, start, end):
            yield Span(field, start, end, kind)


def _trimmed(text: str, start: int, end: int, kind: str) -> tuple[int, int]:
    """Without punctuation at the ends, a title or a ticker, the possessive, and a bracket that is not closed."""
    if kind in ENTITY_TYPES and (ticker := _TICKER.search(text, start, min(len(text), end + 12))):
        end = min(end, ticker.start())
    bracket = text.find("(", start + 1, end)
    if bracket > 0 and ")" not in text[bracket:end]:
        end = bracket
    possessive = _POSSESSIVE.search(text, start, end)
    if possessive and kind not in QUANTITY_TYPES and not _is_house(text, possessive.start()):
        end = possessive.start()
    if end - start == 2 and text[end - 1] == ".":  # "on X." ends a sentence, whatever the tokenizer thinks
        end -= 1
    while start < end and text[end - 1] in _EDGE:
        end -= 1
    while start < end and text[start] in _EDGE:
        start += 1
    if kind in {"ORG", "PRODUCT"} and _PLUS.match(text, end):
        end += 1
    if glued := _GLUED.search(text[start:end]):
        end = start + glued.start()
    if kind in ENTITY_TYPES and (article := _ARTICLE.match(text, start, end)):
        start = article.end()
    if kind == "PERSON":
        for extra in (_LEADING, _TITLE):
            if found := extra.match(text, start, end):
                start = found.end()
    return start, end


def _is_house(text: str, end: int) -> bool:
    """Whether the word that ends there is one that keeps its ``'s``: Moody's, McDonald's."""
    word = re.search(r"\w+$", text[max(0, end - 20) : end])
    return word is not None and word.group() in _HOUSES


def _is_nothing(text: str, start: int, end: int, kind: str) -> bool:
    """What the model marks and no reader would: a title, an index, megawatts, money without an amount."""
    if kind == "MONEY":
        return not _AMOUNT.search(text, start, end)
    return kind in ENTITY_TYPES and (text[start:end] in _NOT_NAMES or bool(_MEASURE.fullmatch(text, start, end)))


def _whole(text: str, start: int, end: int, kind: str, marked: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Takes back what was cut off at a hyphen: ``Park Geun``-hye, ``Mar-a``-Lago, ``CGS``-CIMB."""
    if kind not in _HYPHENATED or text[end : end + 1] not in ("-", "‑"):
        return start, end
    rest = _AFTER_HYPHEN.match(text, end)
    if not rest or rest.group(1).lower() in _COMPOUND_ENDS or overlaps(marked, end, rest.end()):
        return start, end
    given_name = kind == "PERSON" and " " in text[start:end] and len(rest.group(1)) <= 6
    return (start, rest.end()) if given_name or _has_capital(rest.group()) else (start, end)


def _has_capital(text: str) -> bool:
    return text != text.lower()


def overlaps(places: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """``places`` are sorted and do not overlap each other."""
    i = bisect_right(places, (start, end))
    return (i > 0 and places[i - 1][1] > start) or (i < len(places) and places[i][0] < end)
