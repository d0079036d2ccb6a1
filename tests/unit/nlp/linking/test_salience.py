from __future__ import annotations

from service.model import FieldName, Mention, Segment
from service.nlp.linking.salience import saliences

SEGMENTS = (Segment(0, 0, "story", True, 0, 1000), Segment(1, 1, "teaser", False, 1000, 2000))


def at(
    *starts: int, segment: int | None = 0, field: FieldName = "body", kind: str = "ORG"
) -> tuple[str, list[Mention]]:
    return kind, [Mention(field, start, start + 4, "Name", kind, segment) for start in starts]


def test_the_highest_is_one_and_what_is_said_early_and_often_comes_first() -> None:
    often, once, late = saliences([at(0, 200, 400), at(0), at(900)], SEGMENTS)
    assert often == 1.0
    assert often > once > late > 0


def test_the_title_counts() -> None:
    kind, mentions = at(900)
    titled = (kind, [*at(0, segment=None, field="title")[1], *mentions])
    assert saliences([titled, at(0)], SEGMENTS)[0] == 1.0


def test_other_stories_hardly_count() -> None:
    beside, main = saliences([at(1100, 1200, 1300, 1400, segment=1), at(950)], SEGMENTS)
    assert beside <= 0.1
    assert main == 1.0


def test_nationalities_matter_less_than_organisations() -> None:
    assert saliences([at(10), at(10, kind="NORP")], SEGMENTS)[1] < 1.0


def test_no_entities_no_figures() -> None:
    assert saliences([], SEGMENTS) == []
