import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.nlp.biluo import Tags

TAGS = Tags(["PERSON", "ORG"])
OUT, B_PERSON, I_PERSON, L_PERSON, U_PERSON, B_ORG, I_ORG, L_ORG, U_ORG = range(9)


def scores(*best: int) -> np.ndarray:
    """One row a word, in which the tag given leads by 1."""
    return np.eye(len(TAGS), dtype="f")[list(best)]


@pytest.mark.parametrize(
    ("spans", "tags"),
    [
        ([], [OUT, OUT, OUT]),
        ([(1, 2, "ORG")], [OUT, U_ORG, OUT]),
        ([(0, 2, "PERSON"), (2, 3, "ORG")], [B_PERSON, L_PERSON, U_ORG]),
        ([(0, 3, "ORG")], [B_ORG, I_ORG, L_ORG]),
    ],
)
def test_spans_become_tags_and_come_back(spans: list[tuple[int, int, str]], tags: list[int]) -> None:
    assert TAGS.encode(3, spans).tolist() == tags
    assert list(TAGS.spans(np.array(tags))) == spans


def test_a_valid_sequence_stays_as_it_is() -> None:
    best = [B_ORG, L_ORG, OUT, U_PERSON]
    assert TAGS.decode(scores(*best)).tolist() == best


def test_a_name_that_never_ends_is_mended_by_the_next_best_scores() -> None:
    doubtful = scores(B_ORG, I_ORG, OUT)
    doubtful[1, L_ORG] = 0.9
    assert TAGS.decode(doubtful).tolist() == [B_ORG, L_ORG, OUT]


def test_a_name_keeps_one_type() -> None:
    doubtful = scores(B_ORG, L_PERSON)
    doubtful[1, L_ORG] = 0.5
    doubtful[0, B_PERSON] = 0.8
    assert TAGS.decode(doubtful).tolist() == [B_PERSON, L_PERSON]


@given(st.lists(st.integers(0, len(TAGS) - 1), max_size=12), st.integers(0, 2**32 - 1))
def test_whatever_the_scores_the_tags_are_valid(best: list[int], seed: int) -> None:
    noisy = scores(*best) + np.random.RandomState(seed).rand(len(best), len(TAGS)).astype("f")
    tags = TAGS.decode(noisy)
    assert TAGS.encode(len(tags), TAGS.spans(tags)).tolist() == tags.tolist()
