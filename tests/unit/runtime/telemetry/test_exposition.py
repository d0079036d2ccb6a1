"""What Prometheus reads, in the format that it asks for."""

from __future__ import annotations

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics

from service.runtime.telemetry.catalogue import Spec
from service.runtime.telemetry.exposition import Exposition

WIDGETS = Spec("wiretag_widgets_total", "counter", "", "Widgets, by colour.", "", ("colour",))


@pytest.fixture
def shown() -> Exposition:
    exposition = Exposition()
    exposition._counter(WIDGETS, ("red", "blue"))
    return exposition


def test_every_known_word_has_a_series_and_none_a_twin(shown: Exposition) -> None:
    lines = [line for line in shown.render()[0].decode().splitlines() if line.startswith("wiretag_")]
    assert lines == ['wiretag_widgets_total{colour="red"} 0.0', 'wiretag_widgets_total{colour="blue"} 0.0']


def test_openmetrics_where_it_is_asked_for(shown: Exposition) -> None:
    body, content_type = shown.render("application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.1")
    assert content_type.startswith("application/openmetrics-text")
    families = parse_openmetrics(body.decode())  # type: ignore[no-untyped-call]
    assert "wiretag_widgets" in {family.name for family in families}


@pytest.mark.parametrize("accept", ["", "*/*", "text/plain", "nonsense;version=x"])
def test_plain_text_elsewhere(shown: Exposition, accept: str) -> None:
    assert shown.render(accept)[1].startswith("text/plain; version=0.0.4")
