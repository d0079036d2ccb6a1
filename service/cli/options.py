"""Options that several commands share, handed to them as one value."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from service import settings
from service.cli.inputs import Source

Command = Callable[..., Any]


class Output(click.Path):
    """A file to be written at the end: where there is no such folder, that is told before the work."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, writable=True, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path: Any = super().convert(value, param, ctx)
        if not path.parent.is_dir():
            self.fail(f"there is no folder {str(path.parent)!r}.", param, ctx)
        return Path(path)


def kafka(command: Command) -> Command:
    """The effective settings as ``effective``; brokers and prefix may be given as options."""

    @click.option("--bootstrap-servers", metavar="HOST:PORT,...", help="Kafka brokers.")
    @click.option("--topic-prefix", metavar="TEXT", help="What stands before every topic's name.")
    @functools.wraps(command)
    def with_settings(*arguments: Any, bootstrap_servers: str | None, topic_prefix: str | None, **others: Any) -> Any:
        effective = settings.load(bootstrap_servers=bootstrap_servers, topic_prefix=topic_prefix)
        return command(*arguments, effective=effective, **others)

    return with_settings


def inputs(command: Command) -> Command:
    """What to read as ``source``."""

    @click.argument("files", nargs=-1, required=True, type=click.Path(allow_dash=True, exists=True, dir_okay=False))
    @click.option(
        "--format",
        "form",
        type=click.Choice(["auto", "json", "text"]),
        default="auto",
        help="What the files hold; auto: told by name and content.",
    )
    @click.option("--id", "identifier", help="Id of a plain text; default: the file's name.")
    @click.option("--title", help="Title of a plain text.")
    @functools.wraps(command)
    def with_source(
        *arguments: Any, files: tuple[str, ...], form: str, identifier: str | None, title: str | None, **others: Any
    ) -> Any:
        return command(*arguments, source=Source(files, form, identifier, title), **others)

    return with_source
