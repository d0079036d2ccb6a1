"""The command line. A command's module is imported when the command is called: ``--help`` answers at once."""

from __future__ import annotations

import importlib
import logging
import os
import sys

import click

from service import __version__
from service.errors import INTERRUPTED, WiretagError

COMMANDS = {
    "worker": "Run the service: articles.raw in, articles.enriched out.",
    "duplicates": "Find the articles that tell a story told before.",
    "demo": "Watch it at work: a real Kafka, the service, sample articles.",
    "publish": "Send articles to articles.raw, and wait until they are stored.",
    "tail": "Show enriched articles as they arrive.",
    "web": "Serve a page: paste an article and see its tags; watch what comes through.",
    "enrich": "Tag articles right here, without Kafka.",
    "dead": "Look at dead letters, and publish them again.",
    "replay": "Publish history again, to have it tagged anew.",
    "topics": "Create or check the topics; print the ACLs of a role.",
    "config": "Show every setting, where it comes from and what it means.",
    "evaluate": "Score the tagger on a folder of labelled articles.",
    "bench": "Measure the speed, beside what it is compared with.",
}
PIPE_CLOSED = 141  # as shells report SIGPIPE


class Commands(click.Group):
    """Imports one command, and turns what ends it into exit status and message."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"service.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> object:
        logging.getLogger().addHandler(logging.NullHandler())  # libraries need not tell what an error says anyway
        try:
            return super().invoke(ctx)
        except WiretagError as error:
            click.echo("\n".join(f"wiretag: {line}" for line in str(error).splitlines()), err=True)
            ctx.exit(error.exit_status)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:
            # Trap: Python flushes stdout once more on its way out, and would complain.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(PIPE_CLOSED)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Settings come from WIRETAG_* variables; `wiretag config` lists them. Exit status: 0 done, 1 failed or "
    "something was refused, 2 wrong usage or settings, 130 interrupted, 141 nobody reads the output any more.",
)
@click.version_option(__version__, prog_name="wiretag")
def main() -> None:
    """News-tagging stream service: raw articles in, enriched articles out, over Kafka."""


if __name__ == "__main__":
    main(prog_name="wiretag")
