"""The samples are what they claim to be, as far as that can be told without a model."""

from __future__ import annotations

import pytest

from service.codec import Limits, decode
from service.demo import samples
from service.demo.samples import Sample
from service.model import Article, RawEvent, Rejected, Retracted

OUTCOMES = {Article: "enriched", Retracted: "retracted", Rejected: "dead"}


@pytest.mark.parametrize("sample", samples.load(), ids=lambda sample: sample.id)
def test_a_sample_has_the_outcome_and_the_reason_it_claims(sample: Sample) -> None:
    outcome = decode(RawEvent("articles.raw", 0, 0, 0, None, sample.value), Limits())
    assert OUTCOMES[type(outcome)] == sample.outcome  # type: ignore[index]
    if isinstance(outcome, Rejected):
        assert outcome.reason == sample.reason
    else:
        assert sample.id == (outcome.id if isinstance(outcome, Article) else outcome.article_id)  # type: ignore[union-attr]


def test_ids_differ_and_can_be_made_new() -> None:
    loaded = samples.load()
    assert len({sample.id for sample in loaded}) == len(loaded)
    renewed = loaded[0].renamed("-x")
    assert renewed.id == loaded[0].id + "-x"
    assert b'"id":"' + renewed.id.encode() in renewed.value
