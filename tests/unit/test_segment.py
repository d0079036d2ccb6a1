"""Pages as specification: each line carries what it is. ``m`` the main story, ``b`` boilerplate, ``c`` a caption,
``1``, ``2``, ... other stories. The prose is our own.
"""

import textwrap
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.model import Segment
from service.segment import segment

STORY = """
m|The port of Tarn reopened on Monday after a storm that had kept its ferries in harbour for nine days, the harbour master said.
m|Two ferries left before noon with food and fuel for the outer islands, where shops in Tarn's sister port had run out of bread.
m|“We have not seen a storm like this since I was a boy,” said Ole Brandt, who has run the harbour for 20 years.
m|Brandt said the ferries would sail twice a day until the islands had filled their stores again.
m|The islands' council asked the government for 40 million crowns to repair the harbour and the road to the ferries.
"""

TEASERS = """
1|A start-up in the hills of Morwen wants to turn old fishing nets into yarn for carpets, and has found a mill that will try it. Netta Yarns collects the nylon from beaches, washes it in tanks that once held beer and melts it into pellets. Its founder Sara Lindqvist said that the first tonne of
2|Wheat prices in Castellan fell to their lowest in six years after farmers brought in a record crop, traders said. The grain board, which buys about a third of the harvest, said it would not raise what it pays, and warned that silos in the south were already full. Farmers have threatened to block
3|RAIL: Passengers will pay more from spring, the operator of the night trains announced, as wages and power cost more The company running night trains between Orland and the coast pledged on Friday to keep its cheapest seats, but said that beds would cost a fifth more from March. Its director Paul Reyes told reporters in Orland that
"""

BRIEF = """
m|The mayor of Tarn told a crowd in the square that the new bridge had never been the town's to pay for. “They promised it. They can build it. We have paid for a bridge that nobody has seen, and we wish them all a lot of luck.”
m|Driving the news: Transport minister Paul Reyes flew to Morwen on Wednesday with a delegation of engineers led by Sara Lindqvist of Halden Steel, and announced that works would begin in spring.
m|Contractors from Castellan and Orland have bid for the piers, which Halden Steel wants to cast on the spot with cranes that Lindqvist's firm keeps in Orland.
m|Opposition leader Ole Brandt said that Reyes had signed nothing, and that cranes in Orland build no piers in Morwen.
"""

POST = """
m|Shops in Orland hired more people in spring than in any quarter since the war, the statistics office said, and paid them better than a year ago.
m|Wages in shops grew by 4 percent, and hours by a tenth, the office said in its report on work.
m|Shop wages in Orland grow at their fastest https://example.com/a1b2 — Orland Statistics (@orlandstat) May 3, 2026
m|Prime Minister Paul Reyes celebrated with “MORE WORK FOR ALL!” and will probably praise his reform of taxes before the election in Morwen. At the same time central bank governor Sara Lindqvist finds herself free to wait with lower rates until autumn, as Castellan's markets have expected.
m|Economists polled by Halden Research had predicted half as much, with estimates between a loss and a small gain.
m|Builders and hospitals took on staff too, while mines cut jobs for a third month, and mills kept theirs.
m|Unions want more: Ole Brandt, who leads the largest, said rents had eaten what Reyes celebrates.
"""

PAGES = {
    "a story alone": STORY,
    "photo credit within the story": STORY.replace("m|Brandt", "c|Photo: Agency\nm|Brandt"),
    "teasers without a break, cut off": STORY + TEASERS,
    "head of a page": "b|Business\nb|Shipping\nb|Port of Tarn reopens after storm\nb|Ferries sail again, and the islands ask for help.\nb|By Anna Reed\nb|May 6, 2026 5:04 pm EST\nc|Anna Reed/Shutterstock"
    + STORY,
    "headline below the byline": "b|In Brief\nb|Posted:\nb|11:15 AM PDT · August 22, 2025\nc|Image Credits:Anna Reed\nb|Anna Reed\nb|Port of Tarn reopens after storm"
    + STORY,
    "byline of a wire": "b|By Anna Reed" + STORY + "b|Write to Anna Reed at anna.reed@example.com",
    "agencies sign": "b|Reuters, TARN" + STORY + "b|(Reuters)\nb|Staff writer, with AFP\nb|bys/sco/axn",
    "agency footer": STORY
    + "b|(Reporting by Anna Reed in Tarn; Editing by Bo Lind)\nb|© 2026 Example News. All rights reserved.",
    "topics and newsletter": STORY
    + "b|Topics\nb|Ferries, Harbours, Tarn\nb|October 27-29, 2026\nb|San Lucas\nb|Put your brand in front of 10,000 sailors. Register now and save.\nb|Newsletters\nb|See More\nb|Subscribe for the best of shipping news",
    "promotion in the middle": STORY.replace(
        "m|Brandt",
        "b|Upcoming events\nb|Join the Harbour Summit 2026\nb|Meet 500 speakers and investors, and save on your ticket when you register before Friday.\nm|Brandt",
    ),
    "related headline in the middle": STORY.replace(
        "m|Brandt", "b|Related article\nb|Islands wait for bread\nm|Brandt"
    ),
    "read more": STORY.replace("m|Brandt", "b|Read more: Islands wait for bread\nm|Brandt"),
    "key points stay": "m|Key points:\nm|* Port reopens after nine days\nm|* Ferries sail twice a day" + STORY,
    "key points below a headline": "b|Port of Tarn reopens\nm|Key points\nm|Port reopens after nine days\nm|Ferries sail twice a day"
    + STORY,
    "lines broken at a fixed width": "\n".join(
        f"m|{line}" for line in textwrap.wrap(STORY.replace("m|", "").replace("\n", " ").strip(), 60)
    ),
    "dateline stays": STORY.replace("m|The port", "m|TARN (Wire) - The port"),
    "subheading stays": STORY.replace("m|Brandt", "m|Twice a day\nm|Brandt"),
    "figures stay": STORY + "m|($1 = 8.9160 crowns)",
    "cut off at its end": STORY
    + "m|The government, which has promised help to three other ports since spring, has not yet answered the coun",
    "cut off and short": STORY + "m|The government rec",
    "writer presented": STORY + "b|Anna Reed is a reporter for Example News, covering ports and ferries from Tarn.",
    "deck repeated": "b|The port of Tarn reopened on Monday after a storm that had kept its ferries in harbour for..."
    + STORY,
    "captions of scenes": STORY.replace(
        "m|Brandt",
        "c|In this May 6, 2025, file photo, ferries lie in the harbour of Tarn during a storm\n"
        "c|A ferry leaves Tarn with bread. | Image: Harbour Office\n"
        "c|Enlarge this image toggle caption Anna Reed for Tarn Radio\n"
        "c|Harbour master Anna Reed discusses the storm and what the islands need on ‘The Sunday Tide.’\n"
        "m|Brandt",
    ),
    "headline of another page in capitals": STORY.replace(
        "m|Brandt", "b|ISLANDS ASK THE GOVERNMENT FOR BREAD AND FUEL\nm|Brandt"
    ),
    "heading in capitals stays": STORY.replace("m|Brandt", "m|TWICE A DAY\nm|Brandt"),
    "newsletter behind a dateline": "b|(Wire) -- Sign up for Tides, a weekly letter from the ports." + STORY,
    "a label opens no story": BRIEF,
    "a post quoted opens no story": POST,
    "market table stays": STORY + "m|TARN rose 1.2% to 11,244\nm|MORWEN fell 0.3% to 9,113",
}


def parsed(page: str) -> tuple[str, list[str]]:
    """The body of an annotated page, and for each of its lines what it is."""
    lines = [line.split("|", 1) for line in page.split("\n") if line]
    return "\n".join(text for _, text in lines), [tag for tag, _ in lines]


def tags(body: str) -> list[str]:
    found, at = segment(body), 0
    result = []
    for line in body.split("\n"):
        result.append(tag(next(s for s in found if s.start <= at < s.end)))
        at += len(line) + 1
    return result


def tag(segment: Segment) -> str:
    if segment.main:
        return "m"
    return segment.kind[0] if segment.kind in {"boilerplate", "caption"} else str(segment.story)


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_pages(page: str) -> None:
    body, expected = parsed(page)

    assert tags(body) == expected


def test_stories_are_numbered_and_what_is_cut_off_is_a_teaser() -> None:
    body, _ = parsed(STORY.replace("m|Brandt", "c|Photo: Agency\nm|Brandt") + TEASERS)

    assert [(s.id, s.story, s.kind, s.main) for s in segment(body)] == [
        (0, 0, "story", True),
        (1, 0, "caption", False),
        (2, 0, "story", True),
        (3, 1, "teaser", False),
        (4, 2, "teaser", False),
        (5, 3, "teaser", False),
    ]


def test_a_kicker_opens_a_story_within_a_line() -> None:
    body, _ = parsed(STORY)
    teaser = parsed(TEASERS)[0].split("\n")[2]
    line = body.replace("\n", " ") + " " + teaser

    assert [s.start for s in segment(line)] == [0, len(body) + 1]


@pytest.mark.parametrize("width", [60, 72, 90])
def test_a_short_text_wrapped_at_a_width_is_one_story(width: int) -> None:
    text = (
        "Canada will impose a tariff of 25 percent on imported steel from Monday, the finance ministry said, after "
        "talks with its neighbour failed. Steel makers in Hamilton welcomed the step."
    )
    assert {found.kind for found in segment("\n".join(textwrap.wrap(text, width)))} == {"story"}


def test_a_caption_above_a_story_is_not_the_beginning_of_a_sentence() -> None:
    body = "Cranes in the port of Hamilton on Monday\nthe Reporter's view: " + "Trade goes on as before, she said. " * 5
    assert segment(body)[0].kind != "story"


def test_a_footer_glued_to_the_last_paragraph() -> None:
    body, _ = parsed(STORY)
    footer = "(Reporting by Anna Reed; Editing by Bo Lind)"

    assert [(s.kind, s.start) for s in segment(f"{body} {footer}")] == [("story", 0), ("boilerplate", len(body) + 1)]


@pytest.mark.parametrize(
    "body",
    [
        "Share",
        "Port of Tarn reopens",
        "嵐の後、港が再開した\n閣僚が合意した\n島々に船が出た",
        "Der Hafen öffnete am Montag wieder.\nZwei Fähren fuhren vor Mittag ab.",
        "ท่าเรือเปิดอีกครั้งหลังพายุ\nเรือออกเดินทาง",
    ],
)
def test_a_page_of_which_nothing_would_be_left_is_a_story(body: str) -> None:
    assert [(s.start, s.end, s.main) for s in segment(body)] == [(0, len(body), True)]


@pytest.mark.parametrize("body", ["", " \n\t\r\n ", "\u2028"])
def test_nothing_in_nothing_out(body: str) -> None:
    assert segment(body) == ()


SNIPPETS = [
    "Photo: X",
    "By Anna Reed",
    "Share",
    "Topics",
    "The port opened. ",
    "\n",
    " ",
    "\u2028",
    "\x00",
    "AB CD: The",
    "港",
    "\ud800",
]


@given(st.lists(st.sampled_from(SNIPPETS) | st.text(max_size=20), max_size=30).map("".join))
def test_segments_are_in_order_and_cover_what_is_written(body: str) -> None:
    found = segment(body)

    assert [s.id for s in found] == list(range(len(found)))
    assert all(a.end <= b.start and a.story <= b.story for a, b in pairwise(found))
    assert all(s.main == (s.kind == "story" and s.story == 0) for s in found)
    assert all(body[s.start : s.end].strip() == body[s.start : s.end] != "" for s in found)
    covered = {i for s in found for i in range(s.start, s.end)}
    assert [c for i, c in enumerate(body) if i not in covered and not c.isspace()] == []
    assert not found or any(s.main for s in found)


@pytest.mark.parametrize(
    "unit",
    [
        "x",
        ".",
        "a\n",
        "Techcrunch event\n",
        "By Anna ",
        "x. AB CD: E ",
        "x. (Reporting ",
        "Photo: X\n",
        '."',
        "word " * 16 + "\n",
    ],
)
@pytest.mark.timeout(20)
def test_hostile_input_is_read_in_linear_time(unit: str) -> None:
    """Seconds where it is linear, minutes where it is not: the timeout is the assertion."""
    body = unit * (500_000 // len(unit))

    assert segment(body)[-1].end == len(body.rstrip())
