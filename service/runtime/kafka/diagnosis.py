"""Why Kafka does not serve us, for people. aiokafka's clients say "unable to bootstrap" whatever it was."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator

from aiokafka import errors
from aiokafka.conn import collect_hosts, create_conn
from aiokafka.protocol.metadata import MetadataRequest

from service.errors import AccessDenied, BrokerUnavailable, WiretagError
from service.runtime.kafka import clients
from service.settings import Settings

LIMIT = 10.0  # seconds for one more try
NO_ACL = (
    errors.TopicAuthorizationFailedError,
    errors.GroupAuthorizationFailedError,
    errors.ClusterAuthorizationFailedError,
    errors.TransactionalIdAuthorizationFailed,
)


@contextlib.asynccontextmanager
async def told(settings: Settings) -> AsyncIterator[None]:
    """Raises AccessDenied or BrokerUnavailable for trouble within, which ends what is under way."""
    try:
        yield
    except clients.TROUBLE as problem:
        raise await explained(settings, problem) from None


async def explained(settings: Settings, problem: BaseException) -> WiretagError:
    """What to raise for ``problem``, one of ``clients.TROUBLE``: AccessDenied or BrokerUnavailable. Where only that can
    tell, each broker is asked once more.
    """
    if isinstance(problem, NO_ACL):
        return denied(settings, problem)
    if isinstance(problem, errors.KafkaConnectionError):
        for host, port, _ in collect_hosts(settings.bootstrap_servers, randomize=False):
            cause = await _cause(settings, host, port)
            if reason := _refusal(settings, cause):
                return AccessDenied(f"Kafka at {host}:{port}: {reason}")
            if cause:
                problem = cause
    return BrokerUnavailable(f"Kafka at {settings.bootstrap_servers}: {_text(problem)}")


def denied(settings: Settings, problem: BaseException) -> AccessDenied:
    """``problem`` is one of ``NO_ACL``."""
    kind = type(problem).__name__.removesuffix("Error").removesuffix("AuthorizationFailed")
    return AccessDenied(
        f"Kafka at {settings.bootstrap_servers} does not allow it ({kind}: {', '.join(map(str, problem.args))}): "
        "an ACL is missing; `wiretag topics acls` lists what each role needs"
    )


async def _cause(settings: Settings, host: str, port: int) -> BaseException | None:
    """What goes wrong on a connection of our own; None where nothing does."""
    arguments = clients.connection(settings)
    del arguments["bootstrap_servers"]
    try:
        async with asyncio.timeout(LIMIT):
            connection = await create_conn(host, port, **arguments)
            with contextlib.closing(connection):
                await connection.send(MetadataRequest([]))
    except clients.TROUBLE as problem:
        return problem.__cause__ or problem
    return None


def _refusal(settings: Settings, cause: BaseException | None) -> str:
    """Empty where the broker cannot be reached at all."""
    protocol, mechanism = settings.security_protocol, settings.sasl_mechanism
    reason = ""
    match cause:
        case errors.SaslAuthenticationFailed() | errors.AuthenticationFailedError():
            reason = f"the user {settings.sasl_username!r} or the password is refused ({mechanism}): {cause.args[0]}"
        case errors.UnsupportedSaslMechanismError():
            reason = f"WIRETAG_SASL_MECHANISM {mechanism} is not enabled there"
        case errors.IllegalSaslStateError():
            reason = f"WIRETAG_SECURITY_PROTOCOL is {protocol}, and this listener knows no SASL"
        case ssl.SSLCertVerificationError():
            setting = "WIRETAG_BOOTSTRAP_SERVERS" if "mismatch" in cause.verify_message else "WIRETAG_SSL_CAFILE"
            reason = f"its certificate is not trusted: {cause.verify_message} ({setting})"
        case ssl.SSLError() if "ALERT" in (cause.reason or ""):
            alert = (cause.reason or "").partition("ALERT_")[2].replace("_", " ").lower()
            reason = f"it refuses our certificate: {alert} (WIRETAG_SSL_CERTFILE, WIRETAG_SSL_KEYFILE)"
        case ssl.SSLError() | asyncio.IncompleteReadError() | ConnectionResetError():
            reason = f"it ended the connection at once: does this listener speak WIRETAG_SECURITY_PROTOCOL {protocol}?"
    return reason


def _text(problem: BaseException) -> str:
    return str(problem) or type(problem).__name__
