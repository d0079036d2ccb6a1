"""Where the press only signs or carries a story: "(Reuters) -", "told CNN", "data compiled by Bloomberg"."""

from __future__ import annotations

import re

from service.model import Article, Mention
from service.nlp.linking.names import Tokens, tokens, word_set

_REACH = 40  # characters on each side that say so


class Signatures:
    """Compiles its words once."""

    def __init__(self) -> None:
        self._press: frozenset[Tokens] = frozenset(map(tokens, word_set("press", "names")))
        self._before = re.compile(rf"(?:{_either('before')}) (?:the )?\Z|[(©/][^()©/]{{0,12}}\Z")
        self._after = re.compile(rf" ?/|\)|(?:['’]s)?,? (?:{_either('after')})\b")

    def __call__(self, article: Article, mention: Mention) -> bool:
        """Whether a mention is of the press, and stands there as the bearer of the news only."""
        if tokens(mention.text) not in self._press:
            return False
        text = article.text(mention.field)
        before, after = text[max(0, mention.start - _REACH) : mention.start], text[mention.end : mention.end + _REACH]
        return self._before.search(before) is not None or self._after.match(after) is not None


def _either(name: str) -> str:
    return "|".join(map(re.escape, sorted(word_set("press", name))))
