"""The catalogue: every metric the service has, and what an operator does when it moves.

It is the documentation, too: ``docs/metrics.md`` is compared with it, and dashboards and alerts may name nothing
else. Names carry base units (seconds, events); label values are bounded: what is not known counts as ``other``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

OTHER = "other"
PRODUCERS = 50  # that have a series of their own, and as many again of which an event was refused
OUTCOME_NAMES = ("enriched", "retracted", "dead", "tombstone", "unchanged")
STAGE_NAMES = ("segment", "nlp", "entities", "linking", "quantities", "events", "themes")
RESTART_REASONS = ("died", "hung")
LANGUAGE_CODES = (  # those that get a series of their own
    *("ar", "bn", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr", "he", "hi", "hu", "id", "it", "ja", "ko"),
    *("ms", "nl", "no", "pl", "pt", "ro", "ru", "sv", "th", "tr", "uk", "und", "vi", "zh"),
)

_FAST = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_WAIT = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)
_SLOW = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 21600, 86400)
_LOOP = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30)
_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)


@dataclass(frozen=True, slots=True)
class Spec:
    """One metric. ``action``: what an operator does when it moves; ``buckets``: upper bounds in ``unit``."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    unit: str
    help: str
    action: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


BUILD = Spec(
    "wiretag_build_info",
    "gauge",
    "",
    "1, with the versions of the service and of Python as labels.",
    "Two versions at once: a roll-out is under way, or is stuck.",
    ("version", "python"),
)
LIVE = Spec(
    "wiretag_live",
    "gauge",
    "",
    "1 while the process does its work, 0 when it should be restarted (as /healthz).",
    "0 and no restart: the orchestrator has no liveness probe; see the reasons in /healthz.",
)
READY = Spec(
    "wiretag_ready",
    "gauge",
    "",
    "1 once models are loaded, topics checked and the group joined (as /readyz).",
    "0 for minutes: read the reasons in /readyz; usually Kafka cannot be reached or topics are missing.",
)
CONSUMED = Spec(
    "wiretag_consumed_events_total",
    "counter",
    "events",
    "Raw events taken in; what a rebalance finds unsettled is taken in again.",
    "Flat while scrapers publish: look at the lag, at /readyz and at the brokers.",
    ("partition",),
)
OUTCOMES = Spec(
    "wiretag_outcomes_total",
    "counter",
    "events",
    "Raw events whose one outcome was committed, by outcome.",
    "Flat while lag is above zero: stalled; the watchdog restarts the process, see WiretagStalled.",
    ("outcome",),
)
DEAD_LETTERS = Spec(
    "wiretag_dead_letters_total",
    "counter",
    "events",
    "Raw events that went to articles.dead, by reason, and by whose fault that is: the publisher's or the service's.",
    "Read the letters' headers; topics/articles.dead/reasons.toml says what each reason means.",
    ("reason", "fault"),
)
PRODUCER_EVENTS = Spec(
    "wiretag_producer_events_total",
    "counter",
    "events",
    "Raw events whose outcome was committed, by producer: the host in the key, the id, the source or the url.",
    "One goes silent: its scraper stopped. Much in unknown: a scraper whose keys and ids begin with no domain.",
    ("producer",),
)
PRODUCER_REFUSED = Spec(
    "wiretag_producer_refused_events_total",
    "counter",
    "events",
    "Those of them that became dead letters by a fault of their own, not of the service.",
    "One rises: that scraper is broken, see WiretagProducerRefused.",
    ("producer",),
)
KEY_DIFFERS = Spec(
    "wiretag_key_differs_total",
    "counter",
    "events",
    "Raw events whose Kafka key is not the article id.",
    "Versions of one article may be out of order: tell the scraper's owner to key by article id.",
)
PUBLISHED = Spec(
    "wiretag_published_records_total",
    "counter",
    "records",
    "Records written, by stream: the topic's name without the prefix and 'articles.'.",
    "A theme's stream silent while the theme is still tagged: its main-scope scores fell below its threshold.",
    ("stream",),
)
THEMES = Spec(
    "wiretag_article_themes_total",
    "counter",
    "articles",
    "Articles tagged with a theme, in whatever scope.",
    "A sudden fall with steady input: a taxonomy or model change; compare build and pipeline versions.",
    ("theme",),
)
ENTITIES = Spec(
    "wiretag_article_entities_total",
    "counter",
    "entities",
    "Entities found, by type.",
    "A type that falls to zero: the pipeline changed, or the input's language did.",
    ("type",),
)
EVENTS = Spec(
    "wiretag_article_events_total",
    "counter",
    "events",
    "News events (partnerships, tariffs, ...) found, by type.",
    "As for themes.",
    ("type",),
)
LANGUAGES = Spec(
    "wiretag_article_languages_total",
    "counter",
    "articles",
    "Articles by detected language; only those in the pipeline's language get tags.",
    "Much outside the pipeline's language: the scraper's mix changed, or texts are broken.",
    ("language",),
)
STAGE = Spec(
    "wiretag_stage_seconds",
    "histogram",
    "seconds",
    "Time of one stage of the tagger for one article.",
    "The stage that grew is the one to profile; all of them: the machine is short of CPU.",
    ("stage",),
    _FAST,
)
TAGGING = Spec(
    "wiretag_tagging_seconds",
    "histogram",
    "seconds",
    "Time of all stages together for one article.",
    "Its mean times the input rate is the number of cores needed; more processes when it exceeds those there are.",
    buckets=_FAST,
)
END_TO_END = Spec(
    "wiretag_end_to_end_seconds",
    "histogram",
    "seconds",
    "From the raw event's arrival in this process to its outcome's commit.",
    "Far above the tagging time: it waits for a tagging process, for its turn in the partition, or for the brokers.",
    buckets=_WAIT,
)
FRESHNESS = Spec(
    "wiretag_freshness_seconds",
    "histogram",
    "seconds",
    "From the raw record's timestamp (published by the scraper) to its outcome's commit.",
    "Grows with the lag: see WiretagBudgetBurnFast. Records sent with old timestamps show, too; replays do not.",
    buckets=_SLOW,
)
TRANSACTION = Spec(
    "wiretag_transaction_seconds",
    "histogram",
    "seconds",
    "Duration of one transaction: outputs, dead letters and offset.",
    "Above a second: the brokers are slow or short of in-sync replicas.",
    buckets=_FAST,
)
BATCH = Spec(
    "wiretag_transaction_events",
    "histogram",
    "events",
    "Raw events settled by one transaction.",
    "Small under load means many partitions with little each; large is normal when catching up.",
    buckets=_SIZES,
)
PARTITIONS = Spec(
    "wiretag_owned_partitions",
    "gauge",
    "partitions",
    "Partitions of articles.raw that this process owns.",
    "0 on some processes: there are more processes than partitions; 0 on all: the group cannot form.",
)
LAG = Spec(
    "wiretag_lag_events",
    "gauge",
    "events",
    "Raw events stored and not yet settled, by owned partition.",
    "Growing: add processes up to the number of partitions; growing on one only: its key is hot.",
    ("partition",),
)
IN_FLIGHT = Spec(
    "wiretag_in_flight_events",
    "gauge",
    "events",
    "Raw events read and not yet settled, bounded by WIRETAG_MAX_IN_FLIGHT.",
    "At its bound all the time is what back-pressure looks like: tagging is the bottleneck.",
)
RESTARTS = Spec(
    "wiretag_worker_restarts_total",
    "counter",
    "",
    "Tagging processes that were replaced, because they died or hung.",
    "Look into articles.dead for worker_died and worker_timeout; without letters: memory limits (OOM kills).",
    ("reason",),
)
MEMORY = Spec(
    "wiretag_tagging_memory_bytes",
    "gauge",
    "bytes",
    "Resident memory of the tagging processes together (pages that they share count several times).",
    "Rising for hours at even input: a leak, report it. Near the machine's limit: lower WIRETAG_WORKERS.",
)
REBALANCES = Spec(
    "wiretag_rebalances_total",
    "counter",
    "",
    "Times the group gave this process its partitions anew.",
    "Many an hour: processes come and go, or sessions time out; use WIRETAG_GROUP_INSTANCE_ID.",
)
LOOP_DELAY = Spec(
    "wiretag_event_loop_delay_seconds",
    "histogram",
    "seconds",
    "How late the event loop ran a timer.",
    "Above 0.1 s: something blocks the loop, or the machine is short of CPU; rebalances suffer first.",
    buckets=_LOOP,
)
HOLES = Spec(
    "wiretag_hole_events_total",
    "counter",
    "events",
    "Raw events that Faust stepped over and that were fetched again.",
    "A few after a rebalance are normal; without rebalances: report it.",
    ("partition",),
)
DROPPED = Spec(
    "wiretag_dropped_events_total",
    "counter",
    "events",
    "Raw events handed over though settled already, and dropped.",
    "A few after a rebalance are normal; without rebalances: report it.",
    ("partition",),
)
CATALOGUE: tuple[Spec, ...] = (
    *(BUILD, LIVE, READY),
    *(CONSUMED, OUTCOMES, PUBLISHED, DEAD_LETTERS, PRODUCER_EVENTS, PRODUCER_REFUSED, KEY_DIFFERS, HOLES, DROPPED),
    *(PARTITIONS, LAG, IN_FLIGHT),
    *(THEMES, ENTITIES, EVENTS, LANGUAGES),
    *(STAGE, TAGGING, END_TO_END, FRESHNESS, TRANSACTION, BATCH),
    *(RESTARTS, MEMORY, REBALANCES, LOOP_DELAY),
)
