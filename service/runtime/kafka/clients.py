"""How every Kafka client of ours connects, and which of its errors are the outside world's."""

from __future__ import annotations

import asyncio
import ssl
from typing import Any

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError

from service import credentials
from service.errors import SettingsError
from service.runtime.kafka import records
from service.settings import Settings

PATIENCE = 0.5  # seconds between two attempts to find brokers
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


def patient(client: AIOKafkaClient) -> None:
    """Trap: brokers that refuse connections are asked again at once, thousands of times a second, each time logged."""
    ask = client._metadata_update

    async def asked(*arguments: Any) -> bool:
        answered: bool = await ask(*arguments)
        if not answered:
            await asyncio.sleep(PATIENCE)
        return answered

    client._metadata_update = asked


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
