"""How every Kafka client of ours connects, reads and ends, and which of its errors are the outside world's."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Coroutine
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError

from service import credentials
from service.errors import SettingsError
from service.runtime.kafka import records
from service.settings import Settings

PATIENCE = 0.5  # seconds between two attempts to find brokers
CLOSING = 5.0  # seconds to say goodbye to the brokers
FETCH_BYTES = 1024 * 1024  # of one partition at a time; a larger record comes alone
REQUEST_TIMEOUT = 15.0  # seconds until a request is given up and sent again

# What a broker that is away, frozen or restarting looks like from here, and a producer that was fenced. Trap: aiokafka
# asserts what an outage can make untrue ("Did we not perform bootstrap?", "Invalid state transition"). We never assert.
TROUBLE = (KafkaError, OSError, TimeoutError, AssertionError)

records.install()


def connection(settings: Settings) -> dict[str, Any]:
    """The arguments that consumers, producers and admin clients share."""
    return {
        "bootstrap_servers": settings.bootstrap_servers,
        "client_id": settings.client_id,
        "request_timeout_ms": int(REQUEST_TIMEOUT * 1000),
        "security_protocol": settings.security_protocol,
        "ssl_context": _ssl(settings),
        "sasl_mechanism": settings.sasl_mechanism,
        "sasl_plain_username": settings.sasl_username,
        "sasl_plain_password": _password(settings),
    }


def consumer(settings: Settings, *topics: str, **others: Any) -> AIOKafkaConsumer:
    """Reads what is committed, all that is there unless ``others`` say otherwise. Belongs to no group, so that nobody's
    position moves.
    """
    ours = {
        "isolation_level": "read_committed",
        "enable_auto_commit": False,
        "auto_offset_reset": "earliest",
        "max_partition_fetch_bytes": FETCH_BYTES,
    }
    made = AIOKafkaConsumer(*topics, **connection(settings), **(ours | others))
    patient(made._client)
    return made


def producer(settings: Settings, **others: Any) -> AIOKafkaProducer:
    made = AIOKafkaProducer(**connection(settings), **others)
    patient(made.client)
    return made


def patient(client: AIOKafkaClient) -> None:
    """Trap: brokers that refuse connections are asked again at once, thousands of times a second, each time logged."""
    ask = client._metadata_update

    async def asked(*arguments: Any) -> bool:
        answered: bool = await ask(*arguments)
        if not answered:
            await asyncio.sleep(PATIENCE)
        return answered

    client._metadata_update = asked


async def stop_producer(producer: AIOKafkaProducer) -> None:
    """As ``end``. An open transaction stays so until the next owner of its id fences it."""
    await end(producer.stop())
    await end(producer.client.close(), 1.0)
    for future in _left_behind(producer):
        future.add_done_callback(noticed)


async def end(closing: Coroutine[Any, Any, object], within: float = CLOSING) -> None:
    """Says goodbye to the brokers; never raises, takes ``within`` seconds at most.

    Trap: where brokers are away aiokafka may wait for ever, and raises the cancellation of its own tasks, which whoever
    awaits it would take for his own.
    """
    task = asyncio.create_task(closing)
    task.add_done_callback(noticed)
    await asyncio.wait([task], timeout=within)
    task.cancel()


def noticed(sent: asyncio.Future[object]) -> None:
    """Of a transaction that fails, the first error is raised; asyncio need not complain about the others later."""
    if not sent.cancelled():
        sent.exception()


def _left_behind(producer: AIOKafkaProducer) -> list[asyncio.Future[object]]:
    """What a failing producer sets the same error on, each to be complained about with a traceback of its own."""
    batches = [batch for waiting in producer._message_accumulator._batches.values() for batch in waiting]
    futures = [producer._sender.sender_task, producer._txn_manager._transaction_waiter]
    futures += [batch._drain_waiter for batch in (*batches, *producer._message_accumulator._pending_batches)]
    return [future for future in futures if future is not None]


def _password(settings: Settings) -> str | None:
    if settings.sasl_password_file:
        return credentials.secret(settings.sasl_password_file)
    return settings.sasl_password.get_secret_value() if settings.sasl_password else None


def _ssl(settings: Settings) -> ssl.SSLContext | None:
    if not settings.security_protocol.endswith("SSL"):
        return None
    try:
        context = ssl.create_default_context(cafile=settings.ssl_cafile)
    except (ssl.SSLError, OSError) as problem:
        raise SettingsError(f"WIRETAG_SSL_CAFILE: {settings.ssl_cafile} holds no CA certificates: {problem}") from None
    if settings.ssl_certfile:
        _present(context, settings)
    return context


def _present(context: ssl.SSLContext, settings: Settings) -> None:
    """Trap: where a key has a password and none is given, OpenSSL would ask for it at the terminal."""
    file = settings.ssl_key_password_file
    try:
        context.load_cert_chain(
            str(settings.ssl_certfile), settings.ssl_keyfile, credentials.secret(file) if file else lambda: ""
        )
    except (ssl.SSLError, OSError) as problem:
        hint = "" if file else "; a key with a password needs WIRETAG_SSL_KEY_PASSWORD_FILE"
        raise SettingsError(
            f"WIRETAG_SSL_CERTFILE, WIRETAG_SSL_KEYFILE: {settings.ssl_certfile} and {settings.ssl_keyfile} are not a "
            f"certificate and its key: {problem}{hint}"
        ) from None
