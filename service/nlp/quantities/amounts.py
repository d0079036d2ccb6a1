"""Amounts of money and percentages: where they stand in a text, and what they are worth."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from service.nlp.quantities import currencies
from service.nlp.quantities.numerals import (
    FIGURE,
    alternatives,
    data,
    in_words,
    scale_pattern,
    words_pattern,
)
from service.nlp.quantities.ranges import YEAR, Amount, ranges

_BEHIND = 60  # characters in front of a noun that a number in words may take
_NEAR = 32  # characters in front of an amount that its approximators may take

_PERCENT = r"%|(?i:percent|per\s?cent|pct)(?![a-z])|percentage[\s-]points?\b"
_SIGN = re.compile(
    r"((?<![A-Za-z])(?:[A-Z.]{1,4}\s?)?([$€£¥￥₹₩₽₱₦₫฿₪₺₴₸৳₵][A-Z]{0,2})|(?<![A-Za-z])[A-Za-z]{1,4}\.?|([$€£¥]))[\s−–-]?$"
)
_INSIDE = re.compile(r"[\d/:]$|\d[.,]$")
_MINUS = re.compile(r"(?<![\w)%])[-+–−~]$")
_BELOW = "-–−"  # below zero
_SYMBOLS = "$€£¥￥₹₩₽₱₦₫฿₪₺₴₸৳₵"
_LETTERS = re.compile(r"[A-Za-z]+")
_TAIL = re.compile(r"[\s-]((?:[A-Z]\.){2}|[A-Za-z]+)(?:\s([A-Za-z]+))?(?:\s([A-Za-z]+))?(?:\s([A-Za-z]+))?(?![\d])")
_OF_WEIGHT = re.compile(r"\s+(?:of|per)\b")
_SCALE_ALONE = re.compile(r"[a-z]+illion\s+", re.IGNORECASE)
_LARGE = re.compile(r"hundred|thousand|illion|lakh|crore", re.IGNORECASE)


class AmountFinder:
    """Compiles its words once; ``find`` looks for figures, and for nouns of money behind numbers in words."""

    def __init__(self) -> None:
        near = data("numbers")["approximators"]
        self._digits = re.compile(  # no look-behind: it would hide from the scan that a digit comes first
            rf"(?P<figure>{FIGURE})(?!\d|[.,/]\d)\+?{scale_pattern()}?\+?"
            rf"(?:[\s-]{{0,2}}(?P<percent>{_PERCENT}))?"
        )
        self._words = re.compile(words_pattern(), re.IGNORECASE)
        self._before = re.compile(rf"(?<!\w)(?:(?:{alternatives(near['before'])})\s+)+$", re.IGNORECASE)
        self._before_last = {phrase.rpartition(" ")[2] for phrase in near["before"]}
        self._nouns, self._signs, self._large = currencies.nouns(), currencies.signs(), currencies.large_only()
        self._careful = frozenset(data("currencies")["in_words"]["nouns"])
        self._last_words = {name.rpartition(" ")[2] for name in self._nouns}
        self._units = {word: re.compile(rf"(?<=[a-z][\s-]){word}\b") for word in self._last_words}
        self._units |= {word.title(): re.compile(rf"(?<=[a-z][\s-]){word.title()}\b") for word in self._last_words}
        self._percent = re.compile(_PERCENT)
        self._units |= dict.fromkeys(("percent", "Percent", "cent", "percentage"), self._percent)

    def find(self, text: str) -> list[Amount]:
        """Money and percentages in order, with what belongs to them ("up to"); no overlaps."""
        figures = list(self._in_figures(text))
        amounts = sorted([*figures, *self._in_words(text, figures)], key=lambda a: (a.start, -a.end))
        return [self._widened(amount, text) for amount in ranges(amounts, text) if amount.kind]

    # --- figures ----------------------------------------------------------------------------------------------------

    def _in_figures(self, text: str) -> Iterator[Amount]:
        for match in self._digits.finditer(text):
            if _INSIDE.search(text, max(0, match.start() - 2), match.start()):
                continue
            number = float(match["figure"].replace(",", ""))
            scale = match["scale"] or match["suffix"]
            if match["percent"]:
                sign = _MINUS.search(text, max(0, match.start() - 2), match.start())
                number = -number if sign and sign[0] in _BELOW else number
                yield Amount(sign.start() if sign else match.start(), match.end(), "PERCENT", number, scale)
            else:
                yield self._money(match, number, scale, text)

    def _money(self, match: re.Match[str], number: float, scale: str | None, text: str) -> Amount:
        """The money, or the bare number, that a figure is by the sign before it and the noun behind it."""
        start, sign = self._sign(match, scale, text)
        large = bool(scale) or "," in match["figure"]
        if not large and not sign and YEAR.fullmatch(match["figure"]):
            return Amount(match.start(), match.end(), "", number)
        end, noun = self._noun(text, match.end(), large)
        if noun and not sign and currencies.hundredth(text[match.end() : end]):
            number /= 100
        if sign and (minus := _MINUS.search(text, max(0, start - 2), start)) and minus[0] in "-−":
            return Amount(start - 1, end, "MONEY", -number, scale, sign)
        if sign and text[match.start() - 2] in _SYMBOLS and text[match.start() - 1] in _BELOW:  # "$-0.08"
            number = -number
        return Amount(start, end, "MONEY" if sign or noun else "", number, scale, sign or noun)

    def _sign(self, match: re.Match[str], scale: str | None, text: str) -> tuple[int, currencies.Codes]:
        found = _SIGN.search(text, max(0, match.start() - 7), match.start())
        if not found:
            return match.start(), ()
        large = (scale and scale not in {"k", "K"}) or "," in match["figure"]
        if found[1].isalpha() and not scale and YEAR.fullmatch(match["figure"]):  # "CNY 2025": a festival
            return match.start(), ()
        if codes := self._signs.get(found[1]) or (large and self._large.get(found[1])):
            return found.start(), codes
        sign = found[2] or ""  # "AT $5": the letters are not the sign's
        if codes := self._signs.get(sign) or self._signs.get(sign[:1]):
            return found.start(2), codes
        return match.start(), ()

    def _noun(self, text: str, start: int, large: bool) -> tuple[int, currencies.Codes]:
        """Where the currency behind a figure ends, and which it may be: "Swiss francs", "yuan", "USD"."""
        tail = _TAIL.match(text, start)
        if not tail:
            return start, ()
        for i in range(1, 5):
            word = tail[i]
            if not word:
                return start, ()
            if word.lower() in self._last_words or (i == 1 and word in self._signs and word.isupper()):
                codes = self._currency(text[tail.start(1) : tail.end(i)], large, text[tail.end(i) : tail.end(i) + 4])
                return (tail.end(i), codes) if codes else (start, ())
            if not (word[0].isupper() or word == "euro"):
                return start, ()
        return start, ()

    def _currency(self, noun: str, large: bool, after: str) -> currencies.Codes:
        last = noun.lower().rpartition(" ")[2]
        if last.rstrip("s") in self._careful and not large:
            return ()
        if last.startswith("pound") and _OF_WEIGHT.match(after):
            return ()
        return self._nouns.get(currencies.key(noun)) or self._nouns.get(last) or self._signs.get(noun, ())

    # --- words ------------------------------------------------------------------------------------------------------

    def _in_words(self, text: str, figures: Sequence[Amount]) -> Iterator[Amount]:
        taken = {amount.end for amount in figures}
        for unit in self._units.keys() & set(_LETTERS.findall(text)):
            for match in self._units[unit].finditer(text):
                if match.end() not in taken and (amount := self._worded(match, text)):
                    yield amount

    def _worded(self, unit: re.Match[str], text: str) -> Amount | None:
        words = self._words.search(text, max(0, unit.start() - _BEHIND), unit.start())
        if not words or words[0].strip().lower() in {"a", "an"} or _SCALE_ALONE.fullmatch(words[0]):
            return None
        number = in_words(words[0])
        if unit.re is self._percent:
            return Amount(words.start(), unit.end(), "PERCENT", number) if number is not None else None
        if not (codes := self._currency(unit[0], bool(_LARGE.search(words[0])), text[unit.end() : unit.end() + 4])):
            return None
        number = number / 100 if number and currencies.hundredth(unit[0]) else number
        return Amount(words.start(), unit.end(), "MONEY", number, None, codes)

    # --- what belongs to an amount -----------------------------------------------------------------------------------

    def _widened(self, amount: Amount, text: str) -> Amount:
        start = amount.start
        if text[start - 1 : start] == "~":
            return replace(amount, start=start - 1)
        if text[max(0, start - 14) : start].rstrip().rpartition(" ")[2].lower() not in self._before_last:
            return amount
        before = self._before.search(text, max(0, start - _NEAR), start)
        return replace(amount, start=before.start()) if before else amount
