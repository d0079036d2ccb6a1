"""The image and the compose file agree with the service that they start. (What builds the image runs outside.)"""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from service import __version__
from service.__main__ import COMMANDS
from service.settings import Settings

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if service["image"] == "wiretag"]
PORTS = {"service": "web_port", "web": "page_port", "duplicates": "duplicates_port"}  # container -> setting


def test_the_compose_file_fits_the_compose_schema() -> None:
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.compose-spec",
        "docker-compose.yml",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_listens_beyond_this_machine(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", []))


@pytest.mark.parametrize("name", [name for name, service in SERVICES.items() if "build" not in service])
def test_foreign_images_are_pinned(name: str) -> None:
    assert re.search(r":v?\d+\.\d+\.\d+$", SERVICES[name]["image"])


@pytest.mark.parametrize("name", OURS)
def test_docker_waits_longer_than_a_graceful_stop_takes(name: str) -> None:
    service = SERVICES[name]
    assert int(service["stop_grace_period"].removesuffix("s")) > float(
        service["environment"]["WIRETAG_SHUTDOWN_TIMEOUT"]
    )


@pytest.mark.parametrize("name", OURS)
def test_only_settings_that_exist_are_set(name: str) -> None:
    known = {f"WIRETAG_{field.upper()}" for field in Settings.model_fields}
    assert SERVICES[name]["environment"].keys() <= known
    assert set(re.findall(r"WIRETAG_[A-Z_]+(?==)", DOCKERFILE)) <= known


@pytest.mark.parametrize("name", OURS)
def test_our_processes_have_no_privileges_and_commands_that_exist(name: str) -> None:
    service = SERVICES[name]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service.get("command", ["worker"])[0] in COMMANDS


@pytest.mark.parametrize(("name", "setting"), PORTS.items())
def test_processes_are_reached_and_scraped_at_the_port_they_listen_on(name: str, setting: str) -> None:
    service, port = SERVICES[name], Settings.model_fields[setting].default
    assert [mapping.rpartition(":")[2] for mapping in service["ports"]] == [str(port)]
    config = yaml.safe_load((ROOT / "deploy" / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))
    targets = {target["names"][0]: target for job in config["scrape_configs"] for target in job["dns_sd_configs"]}
    assert targets.keys() == PORTS.keys()
    assert targets[name]["port"] == port
    if name == "service":  # the image's own health check asks there
        assert f"WIRETAG_WEB_PORT={port}" in DOCKERFILE
    else:
        assert f"127.0.0.1:{port}/healthz" in service["healthcheck"]["test"][-1]


def test_no_two_containers_want_one_port_of_the_machine() -> None:
    ports = [
        port for service in SERVICES.values() for mapping in service.get("ports", []) for port in _published(mapping)
    ]
    assert len(set(ports)) == len(ports)


def _published(mapping: str) -> range:
    first, _, last = mapping.split(":")[1].partition("-")
    return range(int(first), int(last or first) + 1)


def test_prometheus_remembers_as_long_as_the_objectives_look_back() -> None:
    (kept,) = [option for option in SERVICES["prometheus"]["command"] if "retention.time" in option]
    rules = (ROOT / "deploy" / "prometheus" / "wiretag.slo.yml").read_text(encoding="utf-8")
    assert int(re.findall(r"=(\d+)d$", kept)[0]) > max(int(days) for days in re.findall(r"\[(\d+)d\]", rules))


def test_the_documents_name_only_settings_that_exist() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md")]
    named = {name for text in texts for name in re.findall(r"WIRETAG_[A-Z]\w+", text)}
    assert named <= {f"WIRETAG_{field.upper()}" for field in Settings.model_fields}


def test_mounted_files_exist() -> None:
    mounts = [volume for service in SERVICES.values() for volume in service.get("volumes", [])]
    bound = [mount.split(":")[0] for mount in mounts if mount.startswith("./")]
    assert [path for path in bound if not (ROOT / path).is_dir()] == []
    assert len(bound) == 3


def test_the_label_is_the_version() -> None:
    assert f'org.opencontainers.image.version="{__version__}"' in DOCKERFILE


def test_the_image_runs_as_a_number_and_installs_by_hash() -> None:
    last = DOCKERFILE.rpartition("FROM ")[2]
    assert re.search(r"^USER [1-9]\d+$", last, re.MULTILINE)
    assert "--require-hashes" in DOCKERFILE
    assert "pip install" not in last


def test_the_wheel_holds_every_file_of_the_packages(tmp_path: Path) -> None:
    """An editable install hides a data file that pyproject.toml forgets; the image would lack it."""
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    for package in ("service", "topics"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "README.md").touch()
    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.glob("*/**/*") if path.is_file()}
    build = "import sys; from setuptools import build_meta; print(build_meta.build_wheel(sys.argv[1]))"
    done = subprocess.run([sys.executable, "-c", build, "."], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(tmp_path / done.stdout.splitlines()[-1]) as wheel:
        assert files - set(wheel.namelist()) == set()
