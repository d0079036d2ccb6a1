"""``wiretag topics``: the topics as they should be, created and compared."""

from __future__ import annotations

import asyncio

import click

from service.cli import options
from service.nlp import taxonomy
from service.runtime.kafka import topics_admin
from service.settings import Settings
from topics import acls as roles


@click.group()
def command() -> None:
    """Create or check the topics, as topics/*/topic.toml defines them, and say who needs which ACLs."""


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


@command.command()
@click.argument("role", type=click.Choice(list(roles.load())))
@click.option("--principal", required=True, metavar="User:NAME", help="Who gets it.")
@click.option("--group", metavar="TEXT", help="What the role's own consumer groups begin with (consumer, desk).")
@click.option("--theme", type=click.Choice([theme.id for theme in taxonomy.load()]), help="Whose topic (desk).")
@options.kafka
def acls(role: str, principal: str, group: str | None, theme: str | None, effective: Settings) -> None:
    """Print the commands that allow PRINCIPAL what ROLE needs, for a cluster that denies what no ACL allows.

    They are of kafka-acls.sh, which comes with Kafka; nothing is changed here. admin.properties is how that tool
    connects. Topic prefix and the service's group are those of the settings.
    """
    wanted = roles.load()[role]
    given = {roles.OWN_GROUP: group, roles.THEME: theme}
    values = {roles.SERVICE_GROUP: effective.group_id, **{word: value for word, value in given.items() if value}}
    for option, placeholder in (("--group", roles.OWN_GROUP), ("--theme", roles.THEME)):
        if (placeholder in wanted.placeholders) != (placeholder in values):
            needs = "needs" if placeholder in wanted.placeholders else "has no use for"
            raise click.UsageError(f"the role {role} {needs} {option}.")
    click.echo(f"# {role}: {wanted.does}")
    for acl in wanted.filled(effective.topic_prefix, values):
        click.echo(roles.command(acl, principal, effective.bootstrap_servers))
