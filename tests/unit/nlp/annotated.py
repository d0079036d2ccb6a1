"""News in which names and quantities are marked ``[name|TYPE]``, as the stages see it: what tests of events read.

Spans of one text and type are one entity; ``[Kakao|ORG=Kakao Corp]`` says under which name it goes. One sentence a line; lines
after one that is ``---`` belong to another story.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.model import QUANTITY_TYPES, Article, Entity, Mention, Quantity, Sentence

_MARK = re.compile(r"\[([^\[\]|]+)\|([A-Z_]+)(?:=([^\]]+))?\]")


@dataclass(frozen=True)
class News:
    article: Article
    sentences: tuple[Sentence, ...]
    entities: tuple[Entity, ...]
    quantities: tuple[Quantity, ...]


def news(marked: str) -> News:
    body, sentences, names, quantities, main = "", [], {}, [], True
    for line in marked.strip().splitlines():
        if line.strip() == "---":
            main = False
            continue
        start = len(body)
        last = 0
        for mark in _MARK.finditer(line):
            body += line[last : mark.start()]
            at, last = len(body), mark.end()
            body += mark[1]
            if mark[2] in QUANTITY_TYPES:
                iso = mark[3] if mark[2] == "DATE" else None
                kind = QUANTITY_TYPES[mark[2]]
                quantities.append(Quantity(kind, "body", at, len(body), mark[1], 0, iso=iso))
            else:
                mention = Mention("body", at, len(body), mark[1], mark[2], 0)
                names.setdefault((mark[3] or mark[1], mark[2]), []).append(mention)
        body += line[last:]
        sentences.append(Sentence("body", start, len(body), 0 if main else 1, main))
        body += "\n"
    entities = tuple(Entity(f"e{i}", name, kind, 0.0, tuple(m)) for i, ((name, kind), m) in enumerate(names.items()))
    return News(Article("a", body), tuple(sentences), entities, tuple(quantities))
