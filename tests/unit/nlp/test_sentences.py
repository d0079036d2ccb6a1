from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc
from spacy.vocab import Vocab

from service.model import Segment
from service.nlp.sentences import split

VOCAB = Vocab()


def doc(text: str) -> Doc:
    return Doc(VOCAB, words=[text], spaces=[False]) if text else Doc(VOCAB)


def whole(body: str) -> tuple[Segment, ...]:
    return (Segment(0, 0, "story", True, 0, len(body)),)


def texts(body: str) -> list[str]:
    return [body[s.start : s.end] for s in split({"title": doc(""), "body": doc(body)}, whole(body))]


# Each line is a body; a bar stands where a sentence ends (and is taken out before splitting).
BODIES = """
The harbour opened on Monday.| Two ferries left before noon.
He met Jay Y. Lee of Marlow Corp. Chief Executive Ann Hart on Jan. 5.
Sales in the U.S. President's home state rose.| They fell in the U.S.| The rest held still.
Dr. Okafor and Sen. Ruiz spoke at 8 a.m. Monday.| Gov. Ames left at 9 P.M.| Officials stayed.
Exports rose 5.3% to $1.2 billion.| Imports were flat.
No. 1 was lost, and the answer was no.| We tried No. 2.
The deal with Tarn Inc. said nothing of it.| It was signed by Tarn Inc.| The firm was pleased.
“We are ready.”| The minister smiled.
“Are we ready?” the minister asked.
"No!"| She left.
(He had said so before.)| Nobody replied.
It went on… and on.| It ended…| Then came rain.
It went on ... and on.
See Fig. 3 and pp. 12, i.e. the chart.
The house on Wall St. and the one in St. Ives were sold.
Yahoo! Finance printed it first.
The fare covers all of the year.|Meet the drivers at noon.
Flights are sold on Booking.Com and others.
1. Open the lid.| 2. Close it.
Shares of Hollin Ltd. (HLN) rose, and e.g. Parr Co. Chairman Bo Lind bought more.
价格上涨。|需求下降。
""".strip().split("\n")


@pytest.mark.parametrize("marked", BODIES)
def test_where_sentences_end(marked: str) -> None:
    expected = [part.strip() for part in marked.split("|")]

    assert texts(marked.replace("|", "")) == expected


def test_a_line_break_ends_a_sentence() -> None:
    assert texts("Harbour opens\nThe harbour opened\r\n\n  on Monday ") == [
        "Harbour opens",
        "The harbour opened",
        "on Monday",
    ]


def test_sentences_stay_in_their_segment_and_carry_it() -> None:
    body = "The harbour opened and Photo: A. Reed the ferries left."
    segments = (
        Segment(0, 0, "story", True, 0, 22),
        Segment(1, 0, "caption", False, 23, 37),
        Segment(2, 0, "story", True, 38, len(body)),
    )

    found = split({"title": doc("Harbour opens. At last"), "body": doc(body)}, segments)

    assert [(s.field, s.segment, s.main) for s in found] == [
        ("title", None, True),
        ("title", None, True),
        ("body", 0, True),
        ("body", 1, False),
        ("body", 2, True),
    ]
    assert body[found[3].start : found[3].end] == "Photo: A. Reed"


@given(st.text(alphabet="aB1.!?… \n\"”'(U.S。\u2028\x85", max_size=60))
def test_every_letter_is_in_one_sentence(body: str) -> None:
    found = split({"title": doc(""), "body": doc(body)}, whole(body))

    assert all(body[s.start : s.end].strip() == body[s.start : s.end] != "" for s in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    covered = {i for s in found for i in range(s.start, s.end)}
    assert [c for i, c in enumerate(body) if i not in covered and not c.isspace()] == []
