"""A story is about a theme if its record goes to the theme's topic."""

from __future__ import annotations

import pytest

from service.nlp import taxonomy
from service.page.matches import matches


@pytest.mark.parametrize("theme", taxonomy.load(), ids=lambda theme: theme.id)
def test_the_threshold_is_the_taxonomys(theme: taxonomy.ThemeSpec) -> None:
    assert matches({"id": theme.id, "scope": "main", "score": theme.threshold})
    assert not matches({"id": theme.id, "scope": "main", "score": theme.threshold - 0.01})
    assert not matches({"id": theme.id, "scope": "beside", "score": 1.0})


def test_a_theme_of_a_later_version_matches_by_its_scope() -> None:
    assert matches({"id": "space", "scope": "main", "score": 0.1})
