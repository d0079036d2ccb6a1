"""How every Kafka client of ours connects, and which of its errors are the outside world's."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Iterator
from typing import Any

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError

from service.errors import BrokerUnavailable
from service.settings import Settings

PATIENCE = 0.5  # seconds between two attempts to find brokers
REQUEST_TIMEOUT = 15.0  # seconds until a request is given up and sent again

# What a broker that is away, frozen or restarting looks like from here, and a producer that was fenced. Trap: aiokafka
# asserts what an outage can make untrue ("Did we not perform bootstrap?", "Invalid state transition"). We never assert.
TROUBLE = (KafkaError, OSError, TimeoutError, AssertionError)


def connection(settings: Settings) -> dict[str, Any]:
    """The arguments that consumers, producers and admin clients share."""
    password = settings.sasl_password
    return {
        "bootstrap_servers": settings.bootstrap_servers,
        "client_id": settings.client_id,
        "request_timeout_ms": int(REQUEST_TIMEOUT * 1000),
        "security_protocol": settings.security_protocol,
        "ssl_context": _ssl(settings),
        "sasl_mechanism": settings.sasl_mechanism,
        "sasl_plain_username": settings.sasl_username,
        "sasl_plain_password": password.get_secret_value() if password else None,
    }


@contextlib.contextmanager
def trouble_told(settings: Settings) -> Iterator[None]:
    """Raises BrokerUnavailable for trouble within, which ends a command."""
    try:
        yield
    except TROUBLE as problem:
        raise BrokerUnavailable(
            f"Kafka at {settings.bootstrap_servers}: {str(problem) or type(problem).__name__}"
        ) from None


def patient(client: AIOKafkaClient) -> None:
    """Trap: brokers that refuse connections are asked again at once, thousands of times a second, each time logged."""
    ask = client._metadata_update

    async def asked(*arguments: Any) -> bool:
        answered: bool = await ask(*arguments)
        if not answered:
            await asyncio.sleep(PATIENCE)
        return answered

    client._metadata_update = asked


def _ssl(settings: Settings) -> ssl.SSLContext | None:
    if not settings.security_protocol.endswith("SSL"):
        return None
    return ssl.create_default_context(cafile=settings.ssl_cafile)
