"""The ACLs of each role: the document shows them, the command prints them, Kafka's own tool takes them."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.__main__ import main
from service.runtime.embedded import broker, jars
from service.runtime.embedded.broker import EmbeddedKafka
from topics import acls

SECURITY = (Path(__file__).parents[2] / "docs/security.md").read_text(encoding="utf-8")
OPTIONS = {acls.OWN_GROUP: ["--group", "alerts"], acls.THEME: ["--theme", "tariffs"]}


@pytest.fixture(autouse=True)
def defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BOOTSTRAP_SERVERS", "TOPIC_PREFIX", "GROUP_ID"):
        monkeypatch.delenv(f"WIRETAG_{name}", raising=False)


def printed(role: acls.Role, *options: str) -> str:
    words = [word for placeholder, pair in OPTIONS.items() if placeholder in role.placeholders for word in pair]
    command = ["topics", "acls", role.name, "--principal", f"User:{role.name}", *words, *options]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_document_shows_what_the_command_prints() -> None:
    assert "\n".join(printed(role) for role in acls.load().values()) in SECURITY


def test_names_are_those_of_the_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIRETAG_GROUP_ID", "blue")
    lines = printed(acls.load()["worker"], "--topic-prefix", "b.").splitlines()
    assert any(line.endswith("--operation Read --topic b.articles.raw") for line in lines)
    assert any(
        line.endswith("--transactional-id blue-b.articles.raw- --resource-pattern-type prefixed") for line in lines
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["desk", "--group", "g"], "needs --theme"), (["worker", "--group", "g"], "has no use for --group")],
)
def test_what_a_role_needs_must_be_said_and_nothing_else(arguments: list[str], words: str) -> None:
    result = CliRunner().invoke(main, ["topics", "acls", "--principal", "User:x", *arguments])
    assert result.exit_code == 2
    assert words in result.output


def test_no_role_may_do_everything_and_only_the_worker_writes_outcomes() -> None:
    roles = acls.load()
    assert {operation for role in roles.values() for acl in role.acls for operation in acl.allow} <= {
        "Read",
        "Write",
        "Create",
        "Describe",
        "DescribeConfigs",
    }
    writers = {
        role.name for role in roles.values() for acl in role.acls if "enriched" in acl.name and "Write" in acl.allow
    }
    assert writers == {"worker"}


@pytest.mark.kafka
def test_kafkas_own_tool_takes_the_commands(kafka: EmbeddedKafka, tmp_path: Path) -> None:
    """Until it asks the broker, which here has no authorizer: each kind of resource once."""
    (tmp_path / "admin.properties").touch()
    lines = printed(acls.load()["operator"], "--bootstrap-servers", kafka.bootstrap_servers).splitlines()
    lines = [line for line in lines if "-dead" in line or "--cluster" in line]
    assert len(lines) == 2
    for line in lines:
        words = [broker._java(), "-cp", jars.class_path(print), "org.apache.kafka.tools.AclCommand"]
        done = subprocess.run(
            [*words, *shlex.split(line)[1:]], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert "No Authorizer is configured" in done.stdout + done.stderr
