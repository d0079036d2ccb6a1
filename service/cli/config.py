"""``wiretag config``: the effective settings."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from service import settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object: name -> value, source, default, meaning.")
def command(as_json: bool) -> None:
    """Show every setting: its value, where that comes from, its default and meaning. Secrets stay hidden."""
    explained = settings.explain(settings.load())
    if as_json:
        named = [asdict(one) for one in explained]
        click.echo(json.dumps({fields.pop("variable"): fields for fields in named}, indent=2))
        return
    for one in explained:
        source = "default" if one.source == "default" else f"from the {one.source}; default {one.default or 'none'}"
        click.echo(f"{click.style(one.variable, bold=True)}={one.value}")
        click.echo(f"    {one.meaning} ({source})")
