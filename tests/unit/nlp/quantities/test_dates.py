"""What dates mean in an article of Wednesday, 12 February 2025."""

from __future__ import annotations

import re
from datetime import date

import pytest

from service.nlp.quantities.dates import DateReader

READER = DateReader()
PUBLISHED = date(2025, 2, 12)


def meaning(marked: str, published: date | None = PUBLISHED) -> str | None:
    """The meaning of what stands in brackets."""
    before, said, after = re.fullmatch(r"(.*)\[(.+)\](.*)", marked, re.DOTALL).groups()  # type: ignore[union-attr]
    return READER.read(before + said + after, len(before), len(before + said), published)


@pytest.mark.parametrize(
    ("marked", "iso"),
    [
        ("[4 March 2025]", "2025-03-04"),
        ("[Feb. 12, 2025]", "2025-02-12"),
        ("[Thursday, 7 November 2019]", "2019-11-07"),
        ("[the 4th of March 2024]", "2024-03-04"),
        ("[2024-11-05]", "2024-11-05"),
        ("[16/05/2025]", "2025-05-16"),
        ("[July 2024]", "2024-07"),
        ("[the end of 2025]", "2025"),
        ("[fiscal 2025]", "2025"),
        ("[FY26]", "2026"),
        ("[the 1980s]", "198X"),
        ("[2018-2020]", "2018/2020"),
        ("[between 2018 and 2022]", "2018/2022"),
        ("[the fourth quarter of 2024]", "2024-Q4"),
        ("[the first half of 2024]", "2024-H1"),
        ("[90-day]", "P90D"),
        ("[another 90 days]", "P90D"),
        ("[the next five years]", "P5Y"),
        ("[two decades]", "P20Y"),
        ("[a year and a half]", "P18M"),
        ("[monthly]", "P1M"),
        ("[every Monday]", "P1W"),
    ],
)
def test_what_needs_no_day_of_publication(marked: str, iso: str) -> None:
    assert meaning(marked, None) == iso


@pytest.mark.parametrize(
    ("marked", "iso"),
    [
        ("[yesterday]", "2025-02-11"),
        ("[last month]", "2025-01"),
        ("[last week]", "2025-W06"),
        ("[this week]", "2025-W07"),
        ("[Earlier this year]", "2025"),
        ("by [the end of the year]", "2025"),
        ("[two years ago]", "2023"),
        ("[three days ago]", "2025-02-09"),
        ("[next quarter]", "2025-Q2"),
        ("[last October]", "2024-10"),
        ("[late Friday]", "2025-02-07"),
        ("[this weekend]", "2025-02-15/2025-02-16"),
        ("[the end of Q1]", "2025-Q1"),
        ("[the end of last year]", "2024"),
        ("[Christmas Eve]", "2024-12-24"),
        ("[Black Friday]", "2024-11-29"),
        ("[last year’s Cyber Monday]", "2024-12-02"),
        ("[Labor Day]", "2024-09-02"),
    ],
)
def test_what_is_told_from_the_day_of_publication(marked: str, iso: str) -> None:
    assert meaning(marked) == iso
    assert meaning(marked, None) is None


@pytest.mark.parametrize(
    ("marked", "iso"),
    [
        ("The bank said on [Tuesday] that it will wait.", "2025-02-11"),
        ("Talks were held in Geneva on [Wednesday].", "2025-02-12"),
        ("The minister will fly to Rome on [Friday].", "2025-02-14"),
        ("Results are due on [Thursday].", "2025-02-13"),
        ("A meeting is scheduled for [Monday].", "2025-02-17"),
        ("Ministers to meet on [Monday]", "2025-02-17"),
        ("Rates stay until [Monday].", "2025-02-17"),
        ("Rates stay through [Monday].", "2025-02-17"),
        ("On [Tuesday], the mostly harmless house of cards is scheduled to vote.", "2025-02-18"),
        ("Skagen Foods on [Thursday] forecast that demand will fall.", "2025-02-06"),
        ("“They may come until well into [Friday],” she said", "2025-02-14"),
        ("Nordic United will fly on [Friday].", "2025-02-14"),
        ("according to a [Monday] filing that will", "2025-02-10"),
        ("The court will hear it. It met on [Monday] first.", "2025-02-10"),
        ("They meet [next Tuesday].", "2025-02-18"),
        ("[last Wednesday]", "2025-02-05"),
        ("Shares are poised to climb [Thursday] after the fair.", "2025-02-13"),
        ("The senate votes on [Thursday].", "2025-02-13"),
        ("Senators cast their votes on [Thursday].", "2025-02-06"),
        ("He has lost, and faces a vote in the senate on [Friday].", "2025-02-14"),
        ("The mill releases its yearly figures on [Friday].", "2025-02-14"),
        ("The winner is announced on [Tuesday], with two in the race.", "2025-02-18"),
        ("The meeting is eagerly awaited [Thursday] by the mills.", "2025-02-13"),
        ("Figures on [Thursday] are expected to show growth.", "2025-02-13"),
        ("A panel chaired by two senators on [Thursday] will hear it.", "2025-02-13"),
        ("The deal sealed on [Monday] will save jobs.", "2025-02-10"),
        ("They will have a guest on [Saturday] when it opens.", "2025-02-15"),
        ("She plans to put it to them on [Thursday].", "2025-02-13"),
        ("On [Friday], Reyes meets the minister.", "2025-02-14"),
        ("Reyes speaks in Tarn on [Saturday].", "2025-02-08"),
    ],
)
def test_a_weekday_is_the_last_one_unless_it_is_to_come(marked: str, iso: str) -> None:
    assert meaning(marked) == iso


@pytest.mark.parametrize(
    ("marked", "iso"),
    [
        ("The deal was signed in [September].", "2024-09"),
        ("Imports fell in [January].", "2025-01"),
        ("The duty will apply from [June].", "2025-06"),
        ("It takes effect in [March]", "2025-03"),
        ("The law was passed on [26 November]", "2024-11-26"),
        ("Duties start on [March 12]", "2025-03-12"),
        ("[Feb. 20]", "2025-02-20"),
        ("[May 10-12]", "2025-05-10/2025-05-12"),
    ],
)
def test_a_bare_month_or_day_is_the_nearest_that_fits_the_tense(marked: str, iso: str) -> None:
    assert meaning(marked) == iso


@pytest.mark.parametrize(
    "said",
    [
        "recent years",
        "the summer",
        "decades",
        "05/08/2025",
        "a few months",
        "30 February",
        "that day",
        "two decades ago",
        "the third year",
    ],
)
def test_what_is_not_certain_has_no_meaning(said: str) -> None:
    assert meaning(f"[{said}]") is None
