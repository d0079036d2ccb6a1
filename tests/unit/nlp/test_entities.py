"""Docs are built by hand: what the model said stands in the test."""

import pytest
import spacy
from spacy.tokens import Doc

from service.model import Segment, Span
from service.nlp.entities import EntityFinder

NLP = spacy.blank("en")
Marked = list[tuple[str, str]]


def doc(text: str, *marks: tuple[str, str]) -> Doc:
    """The text as the model would give it back, each (name, type) marked at its next place."""
    made, place, ents = NLP.make_doc(text), 0, []
    for name, kind in marks:
        place = text.index(name, place)
        span = made.char_span(place, place + len(name), label=kind, alignment_mode="expand")
        assert span is not None
        ents.append(span)
        place += len(name)
    made.set_ents(ents)
    return made


def find(body: Doc, title: Doc | None = None, amounts: tuple[Span, ...] = ()) -> tuple[Marked, Marked]:
    docs = {"title": title or doc(""), "body": body}
    names, spans = EntityFinder().find(docs, [], amounts)
    return [(m.text, m.type) for m in names], [(docs[s.field].text[s.start : s.end], s.type) for s in spans]


def test_the_type_of_most_mentions_is_the_type_of_all() -> None:
    text = "Veltron grew. Veltron shrank. Veltron slept."
    names, _ = find(doc(text, ("Veltron", "ORG"), ("Veltron", "GPE"), ("Veltron", "ORG")))
    assert names == [("Veltron", "ORG")] * 3


def test_the_full_name_decides_for_the_surname() -> None:
    names, _ = find(doc("Ada Marsh spoke. Marsh left.", ("Ada Marsh", "PERSON"), ("Marsh", "PERSON")))
    assert names == [("Ada Marsh", "PERSON"), ("Marsh", "PERSON")]
    text = "Ada Marsh spoke. Ada Marsh left. Ada Marsh came. Marsh sat."
    names, _ = find(doc(text, *[("Ada Marsh", "PERSON")] * 3, ("Marsh", "ORG")))
    assert names[-1] == ("Marsh", "PERSON")


def test_who_has_a_chief_executive_is_no_person() -> None:
    text = "Velmar grew. Velmar chief technology officer Ada Marsh left."
    names, _ = find(doc(text, ("Velmar", "PERSON"), ("Velmar", "PERSON"), ("Ada Marsh", "PERSON")))
    assert names == [("Velmar", "ORG"), ("Velmar", "ORG"), ("Ada Marsh", "PERSON")]
    text = "Jan Velmar came. Velmar spokeswoman Ada Marsh left. Velmar CEO Eva Lund left."
    marks = [("Jan Velmar", "PERSON"), ("Velmar", "PERSON"), ("Ada Marsh", "PERSON"), ("Velmar", "PERSON")]
    names, _ = find(doc(text, *marks, ("Eva Lund", "PERSON")))
    assert {kind for _, kind in names} == {"PERSON"}


def test_a_surname_is_a_place_only_where_it_stands_like_one() -> None:
    names, _ = find(doc("Jan Kolding died. Kolding’s case", ("Jan Kolding", "PERSON"), ("Kolding", "GPE")))
    assert names[-1] == ("Kolding", "PERSON")
    text = "Jan Kolding came. Rain in Kolding, rain in Kolding."
    names, _ = find(doc(text, ("Jan Kolding", "PERSON"), ("Kolding", "GPE"), ("Kolding", "GPE")))
    assert names[-1] == ("Kolding", "GPE")


@pytest.mark.parametrize(
    ("text", "marked", "name", "kind"),
    [
        ("Dr. Ada Marsh spoke", "Dr. Ada Marsh", "Ada Marsh", "PERSON"),
        ("King Olaf waved", "King Olaf", "Olaf", "PERSON"),
        ("Larry King waved", "Larry King", "Larry King", "PERSON"),
        ("Beyond Marsh, nobody", "Beyond Marsh", "Marsh", "PERSON"),
        ("shares of Veltron VLT, +0.15% rose", "Veltron VLT", "Veltron", "ORG"),
        ("as an International Lake Court said", "an International Lake Court", "International Lake Court", "ORG"),
        ("met Ada Marsh.She left", "Ada Marsh.She", "Ada Marsh", "PERSON"),
        ("shares of Veltron VLT rose", "Veltron VLT", "Veltron VLT", "ORG"),
        ("the Zopec+ group", "Zopec", "Zopec+", "ORG"),
        ("with Veltron\u2060 today", "Veltron\u2060", "Veltron", "ORG"),
    ],
)
def test_what_belongs_to_a_name(text: str, marked: str, name: str, kind: str) -> None:
    names, _ = find(doc(text, (marked, kind)))
    assert names == [(name, kind)]


def test_a_word_that_only_opens_a_sentence_is_no_name() -> None:
    names, _ = find(doc("Activists came. Police sent the activists home.", ("Activists", "ORG")))
    assert names == []
    text = "Activists came. The firm Activists sells coats to activists."
    names, _ = find(doc(text, ("Activists", "ORG"), ("Activists", "ORG")))
    assert names == [("Activists", "ORG")] * 2


def test_a_company_ending_decides_for_the_name_without_it() -> None:
    text = "Veltron Corp grew. Veltron ran. Veltron sat."
    names, _ = find(doc(text, ("Veltron Corp", "ORG"), ("Veltron", "GPE"), ("Veltron", "GPE")))
    assert names == [("Veltron Corp", "ORG"), ("Veltron", "ORG"), ("Veltron", "ORG")]


@pytest.mark.parametrize(("name", "kind"), [("Mauritius", "GPE"), ("Gulf of Zoland", "LOC"), ("Zoland Sea", "LOC")])
def test_countries_and_seas_are_places(name: str, kind: str) -> None:
    names, _ = find(doc(f"off {name} now", (name, "ORG")))
    assert names == [(name, kind)]


def test_a_town_is_a_place_where_it_is_called_one() -> None:
    names, _ = find(doc("in the port city of Kolding", ("Kolding", "FAC")))
    assert names == [("Kolding", "GPE")]


def test_a_country_may_be_a_person() -> None:
    names, _ = find(doc("Jordan scored.", ("Jordan", "PERSON")))
    assert names == [("Jordan", "PERSON")]


def test_a_known_name_is_found_where_the_model_missed_it_in_the_title_too() -> None:
    title = doc("Ada Marsh to lead Veltron")
    names, _ = find(
        doc(
            "Ada Marsh leads Veltron. Veltron is big.", ("Ada Marsh", "PERSON"), ("Veltron", "ORG"), ("Veltron", "ORG")
        ),
        title,
    )
    assert names[:2] == [("Ada Marsh", "PERSON"), ("Veltron", "ORG")]
    assert len(names) == 5


def test_a_word_marked_once_is_not_looked_for() -> None:
    names, _ = find(doc("Apple grew. Apple pie is good.", ("Apple", "ORG")))
    assert names == [("Apple", "ORG")]


def test_an_acronym_is_known_once_it_was_introduced() -> None:
    names, _ = find(doc("The Gulf Rail Union (GRU) met. GRU members left.", ("Gulf Rail Union", "ORG")))
    assert names == [("Gulf Rail Union", "ORG"), ("GRU", "ORG"), ("GRU", "ORG")]


@pytest.mark.parametrize(
    ("text", "marked", "kept"),
    [
        ("in Veltron's view", "Veltron's", "Veltron"),
        ("as Moody's said", "Moody's", "Moody's"),
        ("at CGS-CIMB now", "CGS", "CGS-CIMB"),
        ("at Mar-a-Lago now", "Mar", "Mar-a-Lago"),
        ("the Veltron-backed firm", "Veltron", "Veltron"),
        ("the Veltron-funded firm", "Veltron", "Veltron"),
        ("he said “Veltron” grew", "“Veltron”", "Veltron"),
        ("the Gulf Rail Union (Gru", "Gulf Rail Union (Gru", "Gulf Rail Union"),
    ],
)
def test_names_are_trimmed(text: str, marked: str, kept: str) -> None:
    names, _ = find(doc(text, (marked, "ORG")))
    assert names[0] == (kept, "ORG")


def test_a_given_name_goes_on_behind_its_hyphen() -> None:
    names, _ = find(doc("said Kim Min-seo today", ("Kim Min", "PERSON")))
    assert names == [("Kim Min-seo", "PERSON")]


@pytest.mark.parametrize(("name", "kind"), [("Sens.", "PERSON"), ("800MW", "PRODUCT"), ("Nikkei 225", "LAW")])
def test_what_no_reader_takes_for_a_name(name: str, kind: str) -> None:
    names, _ = find(doc(f"so {name} it is", (name, kind)))
    assert names == []


def test_a_firm_is_not_a_person() -> None:
    names, _ = find(doc("at Zoland Renewables now", ("Zoland Renewables", "PERSON")))
    assert names == [("Zoland Renewables", "ORG")]


def test_a_surname_that_is_a_month_is_no_date() -> None:
    text = "Ada May spoke. May left in May. On May 5 she came."
    names, spans = find(doc(text, ("Ada May", "PERSON"), ("May", "DATE"), ("May", "DATE"), ("May 5", "DATE")))
    assert names == [("Ada May", "PERSON"), ("May", "PERSON")]
    assert spans == [("May", "DATE"), ("May 5", "DATE")]


def test_one_mention_is_enough_for_the_title() -> None:
    names, _ = find(doc("Veltron grew.", ("Veltron", "ORG")), doc("Why Veltron Grew"))
    assert names == [("Veltron", "ORG"), ("Veltron", "ORG")]


@pytest.mark.parametrize("text", ["write to ada@veltron.example now", "see https://veltron.example/Ada now"])
def test_addresses_hold_no_names(text: str) -> None:
    names, _ = find(doc(text, (text.split()[-2], "ORG")))
    assert names == []


def test_amounts_found_by_rule_win() -> None:
    body = doc("paid S$5 million on Friday", ("S$5", "ORG"), ("million", "MONEY"), ("Friday", "DATE"))
    names, spans = find(body, amounts=(Span("body", 5, 16, "MONEY"),))
    assert names == []
    assert spans == [("S$5 million", "MONEY"), ("Friday", "DATE")]


def test_money_without_an_amount_is_none() -> None:
    _, spans = find(
        doc(
            "priced in U.S. dollars, for millions of dollars",
            ("U.S. dollars", "MONEY"),
            ("millions of dollars", "MONEY"),
        )
    )
    assert spans == [("millions of dollars", "MONEY")]


def test_mentions_name_their_segment() -> None:
    body = doc("Veltron grew.\nVeltron shrank.", ("Veltron", "ORG"), ("Veltron", "ORG"))
    segments = [Segment(0, 0, "story", True, 0, 13), Segment(1, 1, "teaser", False, 14, 29)]
    names, _ = EntityFinder().find({"title": doc("Veltron"), "body": body}, segments, [])
    assert [(m.field, m.segment) for m in names] == [("title", None), ("body", 0), ("body", 1)]
