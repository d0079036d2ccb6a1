from itertools import pairwise

from training.pages import Source, pages

WORDS = ["harbour", "ferry", "island", "minister", "crown", "bridge", "winter", "market", "grain", "council"]


def article(number: int) -> Source:
    """An article whose words tell which it is."""
    paragraphs = tuple(
        " ".join(f"{WORDS[(number + i + k) % 10]}{number}" for k in range(20)).capitalize() + "." for i in range(4)
    )
    return Source(f"p{number}", f"Headline of number {number}", "\n".join(paragraphs), paragraphs)


ARTICLES = [article(number) for number in range(10, 30)]


def test_pages_are_the_same_for_the_same_seed() -> None:
    assert list(pages(ARTICLES, 20, seed=3)) == list(pages(ARTICLES, 20, seed=3))
    assert list(pages(ARTICLES, 20, seed=3)) != list(pages(ARTICLES, 20, seed=4))


def test_other_stories_begin_where_it_says() -> None:
    for page in pages(ARTICLES, 100, seed=5):
        assert all(a < b for a, b in pairwise((page.main_end, *page.starts)))
        assert all(page.body[start - 1] == "\n" for start in page.starts)
        numbers = [number(page.body[start:]) for start in (0, *page.starts)]
        assert len(set(numbers)) == len(numbers)


def test_half_of_the_pages_hold_one_story() -> None:
    made = list(pages(ARTICLES, 400, seed=6))

    assert 150 <= sum(not page.starts for page in made) <= 250


def number(text: str) -> str:
    """Of the article that a text was taken from."""
    digits = next(word for word in text.split() if any(c.isdigit() for c in word))
    return "".join(c for c in digits if c.isdigit())
