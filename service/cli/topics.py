"""``wiretag topics``: the topics as they should be, created and compared."""

from __future__ import annotations

import asyncio

import click

from service.cli import options
from service.runtime.kafka import topics_admin
from service.settings import Settings


@click.group()
def command() -> None:
    """Create or check the topics, as topics/*/topic.toml defines them."""


@command.command()
@options.kafka
def create(effective: Settings) -> None:
    """Create the topics that are missing. What exists is left as it is; calling it again is harmless."""
    created = asyncio.run(topics_admin.create(effective))
    for name in topics_admin.wanted(effective):
        click.echo(f"{name}: {'created' if name in created else 'there already'}")


@command.command()
@options.kafka
def check(effective: Settings) -> None:
    """Compare the topics with their definition. Every difference is an error, told on standard error."""
    asyncio.run(topics_admin.check(effective))
    click.echo(f"{len(topics_admin.wanted(effective))} topics are as they should be")
