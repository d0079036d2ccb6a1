"""Mentions -> entities: one person, organisation or place under one id.

Exact names first, then what is written beside a name in brackets, then known aliases, then short forms. A surname that
fits several people of its own story goes to the one named last before it; a short form that fits several organisations
stays alone.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from service.model import Article, Entity, Mention, Segment
from service.nlp.names import Words, clean, key
from service.nlp.salience import salience

_SHORT = re.compile(r"[A-Z0-9&.\-]{2,8}s?")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_BRACKET = re.compile(r"(?:['’]s)?[,\s]*[(\[（]\s*(?:the |or )?[\"“]?")
_ALSO_KNOWN = re.compile(r"[,\s()]*(?:(?:also|formerly|previously|better|now|otherwise) )?known as (?:the )?[\"“]?")
_GLOSS = re.compile(r"[\s,;:(（\[「/]*")

Identify = Callable[[str, str], Mapping[str, str]]


class Name:
    """All mentions of one spelling (as compared) and type in an article."""

    __slots__ = ("core", "key", "mentions", "parent", "type")

    def __init__(self, kind: str, name: str, core: tuple[str, ...]) -> None:
        self.type, self.key, self.core = kind, name, core
        self.mentions: list[Mention] = []
        self.parent: Name | None = None

    def root(self) -> Name:
        name = self
        while name.parent is not None:
            name = name.parent
        return name

    def join(self, other: Name) -> None:
        """Puts both under one entity."""
        mine, theirs = self.root(), other.root()
        if mine is not theirs:
            mine.parent = theirs


class Linker:
    """Links the names of one article, gives packaged identifiers and salience."""

    def __init__(self, identify: Identify = lambda _name, _type: {}) -> None:
        self._words = Words.load()
        self._identify = identify

    def __call__(
        self, article: Article, mentions: Sequence[Mention], segments: Sequence[Segment]
    ) -> tuple[Entity, ...]:
        """One entity a cluster of mentions, most salient first."""
        stories = _Stories(segments)
        of_mention = self._names(mentions, stories)
        names = list(dict.fromkeys(of_mention))
        self._join_brackets(article, mentions, of_mention)
        self._join_aliases(names)
        self._join_organisations([name for name in names if name.type not in ("PERSON", "NORP")])
        self._join_people([name for name in names if name.type == "PERSON"], stories)
        return self._entities(article, names, segments)

    # --- names --------------------------------------------------------------------------------------------------

    def _names(self, mentions: Sequence[Mention], stories: _Stories) -> list[Name]:
        """The name of each mention. A lone surname in two stories of a page is two names: it may be two people."""
        names: dict[tuple[str, str, int], Name] = {}
        found = []
        for mention in mentions:
            spelling = key(mention.text)
            core = self._core(mention.type, spelling)
            story = stories.of(mention) if mention.type == "PERSON" and len(core) == 1 else 0
            name = names.setdefault((mention.type, spelling, story), Name(mention.type, spelling, core))
            name.mentions.append(mention)
            found.append(name)
        return found

    def _core(self, kind: str, name: str) -> tuple[str, ...]:
        if kind == "PERSON":
            return self._words.person_core(name)
        if kind == "GPE" and (kind, name) in self._words.aliases:  # Republic of China is not China
            return (name,)
        return self._words.company_core(name)

    # --- joining ------------------------------------------------------------------------------------------------

    def _join_brackets(self, article: Article, mentions: Sequence[Mention], names: Sequence[Name]) -> None:
        """``Fjord Export Council (FEXCO)``, ``Henry Wu (吳嘉隆)``, ``Hon Hai, also known as Foxconn``."""
        for i, (before, after) in enumerate(pairwise(mentions)):
            if before.type != after.type or before.field != after.field or not 0 < after.start - before.end <= 35:
                continue
            between = article.text(after.field)[before.end : after.start]
            long, short = names[i], names[i + 1]
            if (
                (_GLOSS.fullmatch(between) and _CJK.search(after.text) and not _CJK.search(before.text))
                or (_BRACKET.fullmatch(between) and self._abbreviates(short.key, long.key))
                or (_ALSO_KNOWN.fullmatch(between))
            ):
                short.join(long)

    @staticmethod
    def _abbreviates(short: str, long: str) -> bool:
        """Whether the letters of the short form come in the long one, in order, the first at its start."""
        letters = [c for c in short if c.isalnum()]
        if " " in short or len(letters) > 8 or not long or long[:1] != letters[:1][0:1][0]:
            return False
        rest = iter(long)
        return all(letter in rest for letter in letters)

    def _join_aliases(self, names: Sequence[Name]) -> None:
        """Names that ``data/linking.toml`` calls the same."""
        groups: dict[tuple[str, str], Name] = {}
        for name in names:
            if called := self._words.aliases.get((name.type, name.key)):
                name.join(groups.setdefault((name.type, called), name))

    def _join_organisations(self, names: Sequence[Name]) -> None:
        """``Cisco`` to ``Cisco Systems Inc``, ``EIB`` to ``European Investment Bank``: where only one fits."""
        by_core: dict[tuple[str, tuple[str, ...]], Name] = {}
        for name in names:
            core = (*name.core[:-1], name.core[-1].removesuffix("s")) if name.type == "PRODUCT" else name.core
            name.join(by_core.setdefault((name.type, core), name))
        for short in [name for name in names if self._may_be_short(name)]:
            longer = self._expansions(short, names)
            roots = {id(name.root()) for name in longer}
            if len(roots) == 1:
                short.join(longer[0])

    def _may_be_short(self, name: Name) -> bool:
        """Not what is settled by an alias, and not ``Tata Group``, which ``Tata`` in another company's name is not."""
        return (
            len(name.core) <= 3
            and (name.type, name.key) not in self._words.aliases
            and name.parent is None
            and name.key.split()[-1] not in self._words.umbrellas
        )

    def _expansions(self, short: Name, names: Sequence[Name]) -> list[Name]:
        same = [name for name in names if name.type == short.type and len(name.key) > len(short.key)]
        if found := [name for name in same if self._is_acronym(short, name)]:
            return found
        if short.type not in ("ORG", "FAC", "LAW", "EVENT", "PRODUCT"):
            return []
        n = len(short.core)
        earlier = [name for name in same if len(name.core) > n and _named_before(name, short)]
        opened = [name for name in earlier if self._opens(short.core, name.core)] if short.type != "PRODUCT" else []
        return opened or [name for name in earlier if name.core[-n:] == short.core and len(name.core) - n <= 3]

    def _opens(self, short: tuple[str, ...], long: tuple[str, ...]) -> bool:
        """``cisco`` opens ``cisco systems``; ``bank`` does not stand for ``bank of japan``."""
        return long[: len(short)] == short and " ".join(short) not in self._words.generic

    def _is_acronym(self, short: Name, long: Name) -> bool:
        if " " in long.key and " " not in short.key and any(_SHORT.fullmatch(m.text) for m in short.mentions):
            return short.key.replace("-", "") in self._words.initials(long.key)
        return False

    def _join_people(self, names: Sequence[Name], stories: _Stories) -> None:
        """``Altman`` to ``Sam Altman``; the longest names are settled first."""
        full = sorted((name for name in names if len(name.core) > 1), key=lambda name: -len(name.core))
        for i, name in enumerate(full):
            for longer in full[:i]:
                if self._same_person(name.core, longer.core):
                    name.join(longer)
                    break
        lone: dict[str, Name] = {}
        for name in names:
            if len(name.core) == 1 and not self._join_surname(name, full, stories):
                name.join(lone.setdefault(name.key, name))

    def _same_person(self, short: tuple[str, ...], long: tuple[str, ...]) -> bool:
        if short[-1] != long[-1]:
            return short == long[: len(short)] and len(short) > 1
        a, b = self._given(short[0]), self._given(long[0])
        return a == b or (len(short) > 1 and short[0] in self._words.particles and short == long[-len(short) :])

    def _given(self, name: str) -> str:
        return self._words.nicknames.get(name, name)

    def _join_surname(self, name: Name, full: Sequence[Name], stories: _Stories) -> bool:
        """Surname before given name; of several people, the one named last before the first use in the same story."""
        (word,) = name.core
        for place in (-1, 0):
            fitting = [other for other in full if self._is_part(word, other.core[place])]
            if fitting:
                name.join(stories.nearest(name, fitting))
                return True
        return False

    @staticmethod
    def _is_part(word: str, name: str) -> bool:
        """Equal, or one of the halves of a double name."""
        return word == name or ("-" in name and len(word) > 2 and word in name.split("-"))

    # --- entities -----------------------------------------------------------------------------------------------

    def _entities(self, article: Article, names: Sequence[Name], segments: Sequence[Segment]) -> tuple[Entity, ...]:
        clusters: dict[int, list[Name]] = defaultdict(list)
        for name in names:
            clusters[id(name.root())].append(name)
        members = [_in_order([m for name in cluster for m in name.mentions]) for cluster in clusters.values()]
        kinds = [cluster[0].type for cluster in clusters.values()]
        scores = salience(article, list(zip(kinds, members, strict=True)), segments)
        ranked = sorted(zip(scores, kinds, members, strict=True), key=lambda entity: -entity[0])
        return tuple(
            self._entity(f"e{number}", score, kind, mentions) for number, (score, kind, mentions) in enumerate(ranked)
        )

    def _entity(self, number: str, score: float, kind: str, mentions: Sequence[Mention]) -> Entity:
        name = self._called(kind, mentions)
        return Entity(number, name, kind, score, tuple(mentions), self._identify(name, kind))

    def _called(self, kind: str, mentions: Sequence[Mention]) -> str:
        """The alias' name, or the fullest spelling; of equals the commonest, and capitals only if nothing else."""
        spellings = Counter(clean(mention.text) for mention in mentions)
        for spelling in spellings:
            if called := self._words.aliases.get((kind, key(spelling))):
                return called
        return max(spellings, key=lambda spelling: (_readable(spelling), len(spelling.split()), spellings[spelling]))


def _readable(spelling: str) -> bool:
    """In Latin letters, and not shouted unless it is short enough for an acronym."""
    return not _CJK.search(spelling) and (len(spelling) < 6 or not spelling.isupper())


def _named_before(long: Name, short: Name) -> bool:
    """News gives the full name first; ``Google`` and, later, ``Google DeepMind`` are two organisations."""
    place = [min((m.start for m in name.mentions if m.field == "body"), default=-1) for name in (long, short)]
    return place[0] <= place[1] or place[1] < 0


class _Stories:
    """Which story a mention stands in, to find the nearest full name before it."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._story = {segment.id: segment.story for segment in segments}

    def nearest(self, name: Name, candidates: Sequence[Name]) -> Name:
        """The candidate named last before ``name`` is first used in its story, else the first one of the page."""
        first = name.mentions[0]
        story = self.of(first)
        before = [
            (mention.start, candidate)
            for candidate in candidates
            for mention in candidate.mentions
            if self.of(mention) == story and mention.field == first.field and mention.start <= first.start
        ]
        if before:
            return max(before, key=lambda found: found[0])[1]
        within = [c for c in candidates if any(self.of(m) == story for m in c.mentions)]
        return (within or candidates)[0]

    def of(self, mention: Mention) -> int:
        return 0 if mention.segment is None else self._story.get(mention.segment, 0)


def _in_order(mentions: Sequence[Mention]) -> list[Mention]:
    return sorted(mentions, key=lambda mention: (mention.field == "body", mention.start))
