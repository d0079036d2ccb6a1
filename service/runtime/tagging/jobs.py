"""What a tagging process gets and gives, seen from whoever has something to tag."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from service.model import Processed, RawEvent


@dataclass(frozen=True, slots=True)
class Failure:
    """A job that came to nothing: ``worker_died``, ``worker_timeout``, ``tagger_failed``; ``detail`` is for people."""

    reason: str
    detail: str


Outcome = Sequence[Processed] | Failure


class Job(Protocol):
    """What one tagging process gets at a time. Its source may keep more in it."""

    @property
    def events(self) -> Sequence[RawEvent]: ...


J = TypeVar("J", bound=Job)


class Source(Protocol[J]):
    """Where jobs come from and where their outcomes go."""

    def next(self) -> J | None: ...

    def put_back(self, job: J) -> None: ...

    def settle(self, job: J, outcome: Outcome) -> None: ...
