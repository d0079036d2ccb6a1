import pytest

from service.model import Span
from service.nlp.glosses import expansions, glosses, is_acronym


@pytest.mark.parametrize(
    ("text", "name", "kind", "found"),
    [
        ("The African Postal Union (APU) met.", "African Postal Union", "ORG", ["APU"]),
        ("Minister Lin Mei-ling (林美玲) said", "Lin Mei-ling", "PERSON", ["林美玲"]),
        ("the Ministry of Rivers (MOR, 河川部) said", "Ministry of Rivers", "ORG", ["MOR", "河川部"]),
        ("Hanbit Motors' (한빛자동차) plant", "Hanbit Motors", "ORG", ["한빛자동차"]),
        (
            'the "Salt River Science City" (SRSC, 鹽河科學城) plan',
            "Salt River Science City",
            "FAC",
            ["SRSC", "鹽河科學城"],
        ),
        ("Asia Rivers Economic Cooperation (Arec) met", "Asia Rivers Economic Cooperation", "ORG", ["Arec"]),
        ("Acme (ACME) rose", "Acme", "ORG", []),
        ("Acme Tools (founded 1990) rose", "Acme Tools", "ORG", []),
        ("Acme Tools rose (ATS did not)", "Acme Tools", "ORG", []),
    ],
)
def test_what_stands_in_brackets_after_a_name(text: str, name: str, kind: str, found: list[str]) -> None:
    start = text.index(name)
    spans = list(glosses(text, [Span("body", start, start + len(name), kind)]))
    assert [text[span.start : span.end] for span in spans] == found
    assert {span.type for span in spans} <= {kind}


@pytest.mark.parametrize(
    ("short", "name", "holds"),
    [
        ("WTO", "World Trade Organization", True),
        ("AfCFTA", "African Continental Free Trade Area", True),
        ("U.N.", "the United Nations", True),
        ("INTC", "Intel", False),
        ("Apec", "Asia Pacific Economic Cooperation", True),
        ("Acme", "Acme Tools", False),
        ("OTW", "World Trade Organization", False),
        ("W", "World Trade Organization", False),
    ],
)
def test_an_acronym_takes_the_first_letters_in_order(short: str, name: str, holds: bool) -> None:
    assert is_acronym(short, name) is holds


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("at the brokerage Fjord Investor Services (FIS).", "Fjord Investor Services"),
        ("the Bureau of Salt and Rivers (BSR), founded", "Bureau of Salt and Rivers"),
        ("In June Fjord Investor Services (FIS) fell", "Fjord Investor Services"),
        ("the oldest of the brokers (FIS) fell", None),
        ("Fjord Bank (FIS) fell", None),
    ],
)
def test_the_name_before_a_known_acronym(text: str, full: str | None) -> None:
    short = "BSR" if "BSR" in text else "FIS"
    start = text.index(short)
    spans = list(expansions(text, [Span("body", start, start + len(short), "ORG")]))
    assert [text[span.start : span.end] for span in spans] == ([full] if full else [])
