"""What a theme's file may say, and what it is refused for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from service.nlp import taxonomy
from service.nlp.taxonomy import Rule, TaxonomyError

BREAD = """
title = "Bread"
definition = "Bakers and what they bake."
threshold = 0.6

[words]
bake = ["bake*", "baker*"]

[[rules]]
name = "bakes"
score = 0.9
needs = ["bake", "@ORG|PERSON:2"]
"""


def write(folder: Path, text: str, name: str = "bread") -> Path:
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def test_the_shipped_themes_carry_the_codes_of_the_design() -> None:
    themes = {theme.id: theme for theme in taxonomy.load()}
    assert set(themes) == {"ai-partnerships", "tariffs", "trade"}
    assert set(themes["ai-partnerships"].iptc) == {"20001298", "20000200", "20000196"}
    assert themes["tariffs"].iptc == ("20000384",)
    assert themes["trade"].iptc == ("20000373",)
    assert themes["tariffs"].implies == ("trade",)
    assert "ECON_FREETRADE" in themes["trade"].gdelt
    assert all(0 < theme.threshold < 1 and theme.definition for theme in themes.values())


def test_every_shipped_theme_has_sentences_that_hold_and_that_do_not() -> None:
    for theme in taxonomy.load():
        assert {example.holds for example in theme.examples} == {True, False}, theme.id


def test_a_file_is_a_theme(tmp_path: Path) -> None:
    (theme,) = taxonomy.load(write(tmp_path, BREAD))
    assert (theme.id, theme.threshold, theme.iptc) == ("bread", 0.6, ())
    assert theme.rules == (Rule("bakes", 0.9, ("bake", "@ORG|PERSON:2"), ()),)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (BREAD.replace("threshold = 0.6", ""), "threshold"),
        (BREAD.replace('"bake", "@', '"cake", "@'), "cake"),
        (BREAD.replace("0.9", '"high"'), "high"),
        ("title = ", "bread.toml"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_the_reason(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(TaxonomyError, match=r"bread\.toml") as refusal:
        taxonomy.load(write(tmp_path, text))
    assert complaint in str(refusal.value)


def test_the_version_follows_words_and_weights(tmp_path: Path) -> None:
    first = taxonomy.version(write(tmp_path, BREAD))
    assert first == taxonomy.version(tmp_path)
    (tmp_path / "weights.json").write_text("{}", encoding="utf-8")
    weighed = taxonomy.version(tmp_path)
    write(tmp_path, BREAD.replace("0.6", "0.7"))
    assert len({first, weighed, taxonomy.version(tmp_path)}) == 3


def test_whoever_names_topics_does_not_load_spacy() -> None:
    code = "import sys, service.nlp.taxonomy as t; t.load(); sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
