import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.fingerprint import DUPLICATE_THRESHOLD, fingerprint, parts, similarity

STORY = """The port of Tarn reopened on Monday after a storm that had kept ferries in harbour for nine days.
Two ships left before noon with food and fuel for the outer islands, the harbour master said.
Fishermen, who lost nets and three boats, asked the government in the capital for help with repairs.
The minister for the sea promised an answer by the end of the month and said that loans were being looked at.
Insurers put the damage at 40 million crowns, about half of what the storm of 2011 had cost the region.
Schools stay closed until Thursday, and two bridges on the northern road are still under water.
Meteorologists expect calm weather for the rest of the week, with light winds from the south."""
LATER = """Ferries sailed again from Tarn, and the minister for the sea offered the islands a loan of 20 million crowns.
She spoke after a meeting with mayors in the capital on Tuesday."""
OTHER = """The central bank of Hollin left its rate at 3 percent on Monday and said that prices were rising less fast.
Economists had expected a cut, because wages in the country's mills have hardly grown since the spring.
The crown gained half a percent, and shares of exporters fell in heavy trading after the announcement."""


def lines(text: str) -> list[str]:
    return text.split("\n")


@pytest.mark.parametrize(
    "version",
    [
        STORY.upper(),
        STORY.replace("\n", "  ").replace(",", " ,").replace("'", "’"),
        "\n".join(lines(STORY)[:4]),
        "\n".join([*lines(LATER), *lines(STORY)[1:]]),
        STORY.replace("Monday", "Tuesday").replace("40 million", "45 million"),
    ],
    ids=["case", "spacing", "shortened", "updated lead", "corrected"],
)
def test_versions_of_a_story_are_near_duplicates(version: str) -> None:
    assert similarity(fingerprint(STORY), fingerprint(version)) >= DUPLICATE_THRESHOLD


@pytest.mark.parametrize(
    "text", [OTHER, LATER, f"{OTHER} {lines(STORY)[-1]}"], ids=["other", "same news", "one line shared"]
)
def test_other_stories_are_not(text: str) -> None:
    assert similarity(fingerprint(STORY), fingerprint(text)) < DUPLICATE_THRESHOLD


def test_estimates_how_much_of_the_shorter_text_is_in_the_longer() -> None:
    words = [f"w{i}" for i in range(600)]
    whole = fingerprint(" ".join(words))

    assert similarity(whole, fingerprint(" ".join(words[:200]))) == pytest.approx(1.0, abs=0.2)
    assert similarity(whole, fingerprint(" ".join(words[:150] + [f"x{i}" for i in range(150)]))) == pytest.approx(
        0.5, abs=0.15
    )


def test_a_snippet_of_a_long_text_is_not_a_duplicate() -> None:
    words = [f"w{i}" for i in range(2000)]

    assert similarity(fingerprint(" ".join(words)), fingerprint(" ".join(words[:40]))) < DUPLICATE_THRESHOLD


def test_characters_are_words_where_no_spaces_are_written() -> None:
    other = "中央银行周一维持利率不变，并表示物价上涨放缓。"
    whole = "暴风雨过后港口周一重新开放，两艘渡轮在中午之前驶向外岛，运送食品和燃料。学校将停课到星期四。"

    assert similarity(fingerprint(whole), fingerprint(whole[:30])) >= DUPLICATE_THRESHOLD
    assert similarity(fingerprint(whole), fingerprint(other)) < DUPLICATE_THRESHOLD


@pytest.mark.parametrize("text", ["", " \n", "!!! … —", "😀"])
def test_without_words_there_is_no_signature(text: str) -> None:
    assert fingerprint(text) == ""
    assert similarity(fingerprint(text), fingerprint(text)) == 0.0
    assert similarity(fingerprint(STORY), fingerprint(text)) == 0.0


def test_signatures_of_another_version_are_not_compared() -> None:
    ours = fingerprint(STORY)

    assert similarity(ours, ours.replace("m1:", "m0:")) == 0.0


@pytest.mark.parametrize("wrong", ["m1", "m1:1f", "m1:1f:abc", "m1:1f:QUJD", "m1:z:", "m1:-1:", "m1:1f:ü"])
def test_what_only_looks_like_a_signature_is_none(wrong: str) -> None:
    assert parts(wrong) is None
    assert similarity(wrong, fingerprint(STORY)) == 0.0


def test_equal_in_every_process() -> None:
    """Python's own hash() differs by process; the figures of 2026-11-24 must hold on every platform."""
    code = "from service.fingerprint import fingerprint; print(fingerprint('One ferry left the harbour.'))"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()

    assert printed == fingerprint("one FERRY left — the harbour")
    assert printed.startswith("m1:3:qktBlhoabwTHQwsuUh5")


@given(st.text(max_size=200), st.text(max_size=200))
def test_signatures_are_short_and_similarity_is_symmetric(a: str, b: str) -> None:
    one, other = fingerprint(a), fingerprint(b)

    assert len(one) <= 190
    assert one.isascii()
    assert 0.0 <= similarity(one, other) == similarity(other, one) <= 1.0
    assert similarity(one, one) == float(bool(one))
