"""``wiretag config``: the effective settings."""

from __future__ import annotations

import sys
from typing import Any

import click
import orjson

from service import settings
from service.settings import Explained


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object: name -> value, source, default, meaning.")
def command(as_json: bool) -> None:
    """Show every setting: its value, where that comes from, its default and meaning. Secrets stay hidden."""
    explained = settings.explain(settings.load())
    if as_json:
        sys.stdout.write(orjson.dumps({one.variable: _fields(one) for one in explained}, option=2).decode() + "\n")
        return
    for one in explained:
        source = "default" if one.source == "default" else f"from the {one.source}; default {one.default or 'none'}"
        click.echo(f"{click.style(one.variable, bold=True)}={one.value}")
        click.echo(f"    {one.meaning} ({source})")


def _fields(one: Explained) -> dict[str, Any]:
    return {"value": one.value, "source": one.source, "default": one.default, "meaning": one.meaning}
