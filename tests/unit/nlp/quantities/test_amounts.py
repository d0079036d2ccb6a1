"""Where money and percentages stand ([...] marks them), and what they are worth."""

from __future__ import annotations

import re

import pytest

from service.nlp.quantities.amounts import AmountFinder

FINDER = AmountFinder()


def marked(text: str) -> str:
    for amount in reversed(FINDER.find(text)):
        text = f"{text[: amount.start]}[{text[amount.start : amount.end]}]{text[amount.end :]}"
    return text


@pytest.mark.parametrize(
    "text",
    [
        "The fund put [$500 billion] into it",
        "at a price of [US$3.4bn] or [NT$225] a share",
        "sold for [€ 2.4 bn] and [£3.8tn]",
        "a fine of [Rs. 3,000] and [RM12 million]",
        "worth [Y950.00 billion] in Tokyo",
        "[5.0 trillion yen], [110 billion euros], [3,390,200 won]",
        "about as dear as [16.5 Australian cents] or [86.3 pence].",
        "[up to half a trillion dollars] in four years",
        "[tens of billions of dollars] of trade",
        "a [$500-million] plan and an [8 billion-euro] loan",
        "a [multi-billion-dollar] bet",
        "[2 trillion won] ([US$1.4 billion])",
        "[USD 65 million], then [323 million USD]",
        "[between $500 million and $1 billion] a year",
        "[$35-40 million], [$1.3-$1.4 billion], [$50 billion to $150 billion]",
        "oil rose [80 cents] to [$57.15] a barrel",
        "cut from [$10 billion] to [$12 billion]",
        "[nearly $53]/barrel",
        "the whole sum –[$5 million]– was paid",
        "a loss of [$-0.08] a share, or [-$1.2 billion]",
    ],
)
def test_money_is_found(text: str) -> None:
    assert marked(re.sub(r"[][]", "", text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "a tariff of [25%], not [25 per cent] or [10-percent]",
        "[Seventy-three percent] of exports",
        "growth of [between 10 and 25 percent]",
        "[1.2 to 1.6%], [35-40 percent], [5% to 10%]",
        "[69, 63 and 52 percent] of them",
        "[more than one percentage point]",
        "it rose [0.3 percentage points] to [63.4%] in May",
        "shares changed by [-2.99%] and [+5.1%]",
        "duties fell from [31%] to [21.6%]",
        "in 2024 and [5 percent] in 2025",
    ],
)
def test_percentages_are_found(text: str) -> None:
    assert marked(re.sub(r"[][]", "", text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "The party won 12 seats and 3 won twice",
        "They carried 40 pounds of rice, and 2 million pounds of beef were shipped",
        "The Euro 2024 final, the 2020 Euro tournament and the Y2K look",
        "The TOP 10, section 301, page 4/22/2024, a dollar short",
        "two of AMD's people and 9 basis points",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert marked(text) == text


@pytest.mark.parametrize(
    ("text", "value", "codes"),
    [
        ("US$500 billion", 5e11, ("USD",)),
        ("2 trillion won", 2e12, ("KRW",)),
        ("NT$30.7 billion", 30.7e9, ("TWD",)),
        ("$1.2B", 1.2e9, ("USD",)),
        ("€3m", 3e6, ("EUR",)),
        ("Rs 2 lakh crore", 2e12, ("INR", "LKR", "PKR", "NPR", "MUR")),
        ("half a billion dollars", 5e8, ("USD",)),
        ("two hundred and fifty thousand euros", 250_000, ("EUR",)),
        ("50 cents", 0.5, ("USD",)),
        ("293.29 billion Taiwanese dollars", 293.29e9, ("TWD",)),
        ("5 billion Swiss francs", 5e9, ("CHF",)),
        ("hundreds of millions of dollars", None, ("USD",)),
        ("$35-40 million", 35e6, ("USD",)),
        ("-2.5%", -2.5, ()),
        ("half a percentage point", 0.5, ()),
        ("a One Billion Dollar", 1e9, ("USD",)),
        ("a hundred dollars", 100, ("USD",)),
        ("$-0.08", -0.08, ("USD",)),
        ("-$1.2 billion", -1.2e9, ("USD",)),
        ("JD30 million", 3e7, ("JOD",)),
    ],
)
def test_amounts_have_values(text: str, value: float | None, codes: tuple[str, ...]) -> None:
    [amount] = FINDER.find(text)
    assert amount.codes == codes
    assert amount.value == (None if value is None else pytest.approx(value))
