"""Where the press only signs or carries a story: "OSLO (Reuters) -", "told CNN", "data compiled by Bloomberg"."""

from __future__ import annotations

import re

from service.model import Article, Mention
from service.nlp.linking.names import Tokens, tokens, word_set

_REACH = 40  # characters on each side that say so
_DATELINE = re.compile(r"(?:, [A-Z][\w.]+)?(?:, [A-Z][a-z]{2,8}\.? \d{1,2})? ?\([^()\n]{2,30}\) ?[-–—]")
_SHOUTED_DATELINE = re.compile(r"(?:, [A-Z][\w.]+)?(?:, [A-Z][a-z]{2,8}\.? \d{1,2})? ?(?:[-–—]{1,2} |: )")


class Signatures:
    """Compiles its words once."""

    def __init__(self) -> None:
        self._press: frozenset[Tokens] = frozenset(map(tokens, word_set("press", "names")))
        self._before = re.compile(rf"(?:{_either('before')}) (?:the )?\Z|[(©/][^()©/]{{0,12}}\Z")
        self._after = re.compile(rf" ?/|\)|(?:['’]s)?,? (?:{_either('after')})(?!\w)")

    def __call__(self, article: Article, mention: Mention) -> bool:
        """Whether a mention is of the press as the bearer of the news, or of the place that it is sent from."""
        text = article.text(mention.field)
        if mention.type == "GPE" and text[max(0, mention.start - 1) : mention.start] in {"", "\n"}:
            return _opens_the_news(text, mention)
        if tokens(mention.text) not in self._press:
            return False
        before, after = text[max(0, mention.start - _REACH) : mention.start], text[mention.end : mention.end + _REACH]
        return self._before.search(before) is not None or self._after.match(after) is not None


def _opens_the_news(text: str, place: Mention) -> bool:
    """“OSLO (Reuters) -”, “BERGEN, Norway —”: where the correspondent sits, not whom the story is about."""
    shouted = place.text.isupper() and _SHOUTED_DATELINE.match(text, place.end)
    return bool(shouted or _DATELINE.match(text, place.end))


def _either(name: str) -> str:
    return "|".join(map(re.escape, sorted(word_set("press", name))))
