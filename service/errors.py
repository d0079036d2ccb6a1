"""What can go wrong in the outside world. Expected failures of an event are values (``model.Rejected``), not these.

WiretagError              exit status 1: the message is for a person, no traceback
|- SettingsError          exit status 2: every bad setting, one a line
|- BrokerUnavailable      Kafka cannot be reached, or the embedded one cannot start
|- AccessDenied           Kafka answers, and refuses us: password, certificate, ACL
|- TopicsMismatch         a topic is missing, or differs from topic.toml in a way that matters
|- PipelineUnavailable    the spaCy pipeline cannot be loaded
|- Stalled                the watchdog: lag and no progress
"""

from __future__ import annotations

INTERRUPTED = 130  # exit status, as shells report SIGINT


class WiretagError(Exception):
    """Something that a person must see to; ``exit_status`` is the command's."""

    exit_status = 1


class SettingsError(WiretagError):
    exit_status = 2


class BrokerUnavailable(WiretagError): ...


class AccessDenied(WiretagError): ...


class TopicsMismatch(WiretagError): ...


class PipelineUnavailable(WiretagError): ...


class Stalled(WiretagError): ...
