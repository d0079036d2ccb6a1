"""The language of an article, from a bounded sample of its text (py3langid: naive Bayes over byte n-grams)."""

from __future__ import annotations

import re

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from service.model import Article, Language

_UNKNOWN = "und"
_LEAST = 0.1  # below this confidence the text gives no hold: names alone, symbols, one word
_UNSPOKEN = {"eo", "la", "sa", "vo"}  # nobody prints news in them; a row of names looks like them
_SAMPLE = 300  # code points of the title, the beginning and the middle, each: all that is read
_NO_WORDS = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|[#@]\w+|\d+")


class LanguageDetector:
    """Tells the language of an article. Loads its model (80 MB, no network) when built; holds no other state."""

    def __init__(self) -> None:
        self._model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        self._model.set_languages([c for c in self._model.labels if len(c) == 2 and c not in _UNSPOKEN])

    def __call__(self, article: Article) -> Language:
        """ISO 639-1 code and confidence; ``und`` where there are no words or too few to tell."""
        sample = _NO_WORDS.sub(" ", _sample(article.title or "", article.body))
        if not any(c.isalpha() for c in sample):
            return Language(_UNKNOWN, 0.0)
        code, confidence = self._model.classify(sample)
        return Language(code if confidence >= _LEAST else _UNKNOWN, round(confidence, 4))


def _sample(title: str, body: str) -> str:
    """Both ends would be navigation and footers: the beginning and the middle are not."""
    middle = max(_SAMPLE, len(body) // 2)
    return "\n".join((title[:_SAMPLE], body[:_SAMPLE], body[middle : middle + _SAMPLE]))
