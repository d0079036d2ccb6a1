"""Units -> what each is: text of a story, a caption, or furniture of the page. The words are in ``clutter.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from service.segment.lines import Unit

Label = Literal["text", "caption", "boilerplate"]

_LISTS: dict[str, list[str]] = tomllib.loads((Path(__file__).parent / "clutter.toml").read_text(encoding="utf-8"))
_WHOLE = frozenset(_LISTS["whole"])
_CLOSING = frozenset(_LISTS["closing"])
_POINTING = frozenset(_LISTS["pointing"])
_PROMOTION = frozenset(_LISTS["promotion"])
_LIST_HEADS = frozenset(_LISTS["list_heads"])
_SELLING = frozenset(_LISTS["selling"])


def _by_first_letters(phrases: Iterable[str]) -> dict[str, tuple[str, ...]]:
    table: dict[str, list[str]] = {}
    for phrase in phrases:
        table.setdefault(phrase[:3], []).append(phrase)
    return {letters: tuple(found) for letters, found in table.items()}


_STARTS = _by_first_letters(_LISTS["starts"])
_CREDIT_STARTS = _by_first_letters(_LISTS["credit_starts"])
_HOLDS = tuple(_LISTS["holds"])
_CREDIT_MARKS = re.compile("|".join(map(re.escape, _LISTS["credit_marks"])))
_CREDIT_ENDS = tuple(_LISTS["credit_ends"])

_SCENE = re.compile(
    r"\AIn this .{0,30}\b(?:file|handout|pool|undated) (?:photo|picture|image)|\| ?(?:Image|Photo|Picture) ?:"
    r"|\b(?:discusses|reacts|responds|weighs in|joins|breaks down)\b.* on [‘“'\"][A-Z][^’”'\"]{2,40}[’”'\"][.’”'\"]*\Z"
)
_WIRE = re.compile(r"(?:[a-z ,]{2,30})?\([a-z ]{2,20}\) ?(?:--|—|–|-) ?")  # a dateline in lower case
_QUOTED = re.compile(r"[“\"]")  # advertisements quote nobody
_WORD = re.compile(r"[\w+'-]+")
_EDGES = " \t.,:;!?*|()[]{}<>»«→›-–—_#+0123456789·•…\"'"
_SHORTEST_SHOUT = 6  # words of a headline in capitals: shorter ones head a part of the story
_PARAGRAPH = 80  # words: no phrase makes furniture of a longer text
_NAME = r"[A-Z][\w.'’-]*(?: (?:de|van|von|der|bin|al|el|la|le|di|da|and|[A-Z][\w.'’-]*)){0,5}"
_BYLINE = re.compile(
    rf"(?:By:?|BY|by|Text by|Story by|Words by|From) (?:{_NAME})(?:\s*(?:[,|/&•·–—-]|\band\b)\s*[^.]{{0,80}})?\Z"
)
_AGENCY = "|".join(map(re.escape, _LISTS["agencies"]))
_SIGNATURE = re.compile(
    rf"(?:[(\[—–-]+\s?)?(?:{_AGENCY})(?:[,/ &—–-]+(?:with |and )?(?:{_AGENCY}|[A-Z][A-Z.' -]{{2,30}})){{0,2}}[)\]]?\Z"
    r"|\S+@\S+\Z|(?:https?://|www\.)\S+\Z|[a-z]{2,4}(?:[-/][a-z]{2,4})+\Z"  # bys/sco/axn
)
_BIOGRAPHY = re.compile(
    rf"(?:{_NAME}) (?:is|was) (?:an?|the|our|co-?|[A-Z][\w’']+) ?[^.]{{0,80}}\b(?:{'|'.join(_LISTS['writers'])})\b"
    rf"|(?:{_NAME}) (?:covers|writes about|reports on|is covering) "
)
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]*\.?"
_DAY = rf"{_MONTH} \d{{1,2}}(?:\s*[-–]\s*\d{{1,2}})?(?:,? (?:19|20)\d\d)?"
_DATE = re.compile(
    r"(?:\W|\b(?:Posted|Published|Updated|Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\b)*"
    rf"(?:{_DAY}|\d{{1,2}}(?:st|nd|rd|th)? {_MONTH},? (?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d"
    r"|\d{1,2}[./]\d{1,2}[./](?:19|20)?\d\d|\d{1,2}:\d\d ?(?:[ap]\.?m\.?|GMT|UTC|[A-Z]{2,4}\b))",
    re.I,
)
_FIGURES = re.compile(r"\d[.,]\d|\d ?%")
_LONGEST_DATE = 12  # words of a line that says when: "Updated Mon., May 6, 2026 at 5:04 pm EST"
_HEAD = 12  # units in which a byline may stand
_HEAD_SIZE = 1200  # characters above the byline
_DECK = 32  # words of the longest deck, the sentence between headline and byline
_REPEATED = 60  # characters by which a repetition is known
_DATELINE = re.compile(r"(?:[A-Z][\w.'’/ ,-]{1,60})?\s?(?:\([A-Z][\w .]{1,30}\)\s*[-–—]|--|—)")


def label(found: Sequence[Unit]) -> list[Label]:
    """One label a unit. A page of which nothing would be left is all text."""
    labels = [_alone(unit) for unit in found]
    _follow(found, labels)
    _shouted(found, labels)
    _repeated(found, labels)
    _head(found, labels)
    _tail(found, labels)
    if "text" not in labels:
        return ["text"] * len(found)
    return labels


def _alone(unit: Unit) -> Label:
    """What a unit is by its own words."""
    if _is_credit(unit):
        return "caption"
    if _core(unit) in _WHOLE or _is_signature(unit) or _has_furniture(unit) or _sells(unit):
        return "boilerplate"
    return "text"


def _core(unit: Unit) -> str:
    return unit.bare.strip(_EDGES) if unit.words <= 8 else ""


def _is_signature(unit: Unit) -> bool:
    return unit.words <= 8 and len(unit.text) <= 100 and bool(_SIGNATURE.match(unit.text))


def _is_credit(unit: Unit) -> bool:
    if unit.words > 2 * _PARAGRAPH:
        return False
    if unit.words <= _PARAGRAPH // 2 and unit.bare.startswith(_CREDIT_STARTS.get(unit.bare[:3], ())):
        return True
    if unit.words <= _PARAGRAPH and _SCENE.search(unit.text):
        return True
    tail = unit.text[-60:]
    return bool(_CREDIT_MARKS.search(tail)) or tail.lower().rstrip(" .)]").endswith(_CREDIT_ENDS)


def _has_furniture(unit: Unit) -> bool:
    if unit.words > _PARAGRAPH:
        return False
    opening = _WIRE.sub("", unit.bare, count=1)
    if opening.startswith(_STARTS.get(opening[:3], ())):
        return True
    return any(phrase in unit.bare for phrase in _HOLDS)


def _sells(unit: Unit) -> bool:
    """An advertisement: it addresses the reader, in the words of promotion."""
    return 8 <= unit.words <= 2 * _PARAGRAPH and not _QUOTED.search(unit.text) and _selling_words(unit) >= 5


def _sells_softly(unit: Unit) -> bool:
    """Promotion where promotion is expected."""
    return unit.words <= 2 * _PARAGRAPH and _selling_words(unit) >= 2


def _selling_words(unit: Unit) -> int:
    return len(_SELLING.intersection(_WORD.findall(unit.text.lower().replace("’", "'"))))


def _follow(found: Sequence[Unit], labels: list[Label]) -> None:
    """A headline after "Related article"; the block after the heading of a promotion."""
    done = 0
    for i, unit in enumerate(found[:-1]):
        core = _core(unit) if labels[i] == "boilerplate" else ""
        if core in _POINTING and not found[i + 1].prose:
            labels[i + 1] = "boilerplate"
        if core in _PROMOTION and i >= done:
            done = _promotion(found, labels, i + 1)


def _promotion(found: Sequence[Unit], labels: list[Label], start: int) -> int:
    """Labels the block of a promotion; gives where it ends, at a paragraph that does not sell anything."""
    for i in range(start, len(found)):
        if found[i].prose and labels[i] == "text" and not _sells_softly(found[i]):
            return i
        labels[i] = "boilerplate"
    return len(found)


def _shouted(found: Sequence[Unit], labels: list[Label]) -> None:
    """Headlines of other pages, in capitals between the paragraphs; a question heads a part of this one."""
    shouts = [i for i, unit in enumerate(found) if unit.cut and unit.text.isupper()]
    if 3 * len(shouts) > len(found):
        return
    for i in shouts:
        below = labels[i - 1] != "text" or (found[i - 1].prose and not found[i - 1].bulleted)
        if labels[i] == "text" and 0 < i < len(found) - 1 and found[i].words >= _SHORTEST_SHOUT and below:
            labels[i] = "boilerplate"


def _repeated(found: Sequence[Unit], labels: list[Label]) -> None:
    """A deck that is cut off and stands again in the text below it."""
    for i in range(min(3, len(found) - 1)):
        if (
            labels[i] == "text"
            and found[i].cut
            and found[i].words >= 5
            and found[i].text[:_REPEATED] in found[i + 1].text[:_HEAD_SIZE]
        ):
            labels[i] = "boilerplate"


def _head(found: Sequence[Unit], labels: list[Label]) -> None:
    """Section, headline, deck, byline, date, credit: everything down to the last of them, and labels below it."""
    last = _last_of_head(found, labels)
    for i in range(last + 1):
        if labels[i] == "text":
            labels[i] = "boilerplate"
    for i in range(last + 1, len(found)):
        if found[i].prose or found[i].bulleted or _core(found[i]) in _LIST_HEADS:
            return
        if labels[i] == "text":
            labels[i] = "boilerplate"


def _last_of_head(found: Sequence[Unit], labels: Sequence[Label]) -> int:
    """The last unit that only stands above a story, or -1; at most one sentence, the deck, stands above it."""
    last, prose = -1, 0
    for i, unit in enumerate(found[:_HEAD]):
        if unit.end - found[0].start > _HEAD_SIZE or _core(unit) in _LIST_HEADS:
            break
        if is_byline(unit) or is_date(unit) or (labels[i] != "text" and not unit.prose and not prose):
            last = i
        elif labels[i] == "text" and unit.prose:
            prose += 1
            if prose > 1 or unit.words > _DECK or _DATELINE.match(unit.text):
                break
    return last


def is_byline(unit: Unit) -> bool:
    return unit.words <= 16 and bool(_BYLINE.match(unit.text))


def is_date(unit: Unit) -> bool:
    return unit.words <= _LONGEST_DATE and not unit.text.endswith(".") and bool(_DATE.match(unit.text))


def _tail(found: Sequence[Unit], labels: list[Label]) -> None:
    """From a heading that ends the story on, only paragraphs stay text; labels after the last paragraph go."""
    begun = closed = False
    for i, unit in enumerate(found):
        begun = begun or labels[i] == "text"
        closed = closed or (begun and labels[i] == "boilerplate" and _core(unit) in _CLOSING)
        if closed and labels[i] == "text" and (unit.words < 30 or _sells_softly(unit)):
            labels[i] = "boilerplate"
    _biographies(found, labels)
    last = max((i for i, unit in enumerate(found) if labels[i] == "text" and (unit.prose or unit.bulleted)), default=-1)
    trailing = [i for i in range(last + 1, len(found)) if labels[i] == "text" and not _is_figure(found[i])]
    if last >= 0 and (len(trailing) > 1 or any(_is_label(found[i]) for i in trailing)):
        for i in trailing:
            labels[i] = "boilerplate"


def _is_figure(unit: Unit) -> bool:
    """A line of a table, or a rate of exchange, with which reports on markets end."""
    return unit.text.startswith("(") or bool(_FIGURES.search(unit.text))


def _biographies(found: Sequence[Unit], labels: list[Label]) -> None:
    """The writer presented, below the story or above it."""
    texts = [i for i, name in enumerate(labels) if name == "text"]
    for i in texts[-3:] + texts[:1]:
        if len(texts) > 2 and found[i].words <= 2 * _PARAGRAPH and _BIOGRAPHY.match(found[i].text):
            labels[i] = "boilerplate"


def _is_label(unit: Unit) -> bool:
    """A headline, a name or a date rather than the start of a sentence that was cut off."""
    words = [word for word in unit.text.split() if word[:1].isalpha()]
    return is_byline(unit) or is_date(unit) or sum(word[0].isupper() for word in words) >= 0.6 * len(words)
