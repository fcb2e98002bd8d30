"""What the pipeline measures, for Prometheus; labels are few and bounded."""

from prometheus_client import Counter, Gauge, Histogram

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 3600)
_SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 4000, 12000)

OUTBOX_AGE = Gauge(
    "intercoop_outbox_age_seconds", "Age of the oldest change not yet confirmed", ["service"]
)
OUTBOX_REFUSED = Gauge(
    "intercoop_outbox_refused", "Changes set aside because the broker refuses them", ["service"]
)
RELAYED = Counter("intercoop_relayed", "State events confirmed by the broker", ["service"])
RELAY_ROUND = Histogram(
    "intercoop_relay_round_events", "State events in a relay round", ["service"], buckets=_SIZES
)
RELAY_SESSIONS = Counter(
    "intercoop_relay_sessions", "Relay sessions, by how they ended", ["service", "end"]
)
RELAY_LEADER = Gauge("intercoop_relay_leader", "1 where this process is the leader", ["service"])

RECEIVED = Counter("intercoop_received", "Records read from topics", ["service"])
APPLIED = Counter("intercoop_applied", "Changes applied", ["service", "stream"])
REFUSED = Counter("intercoop_refused", "Records refused, by reason", ["service", "reason"])
NOT_ADDRESSED = Counter(
    "intercoop_not_addressed", "Changes addressed to other owners, which are not kept", ["service"]
)
CHUNK = Histogram(
    "intercoop_chunk_changes", "Changes applied in a transaction", ["service"], buckets=_SIZES
)
FRESHNESS = Histogram(
    "intercoop_freshness_seconds",
    "From a change's commit to its effect here, the oldest of each chunk",
    ["service"],
    buckets=_SECONDS,
)
LAG = Gauge("intercoop_lag_records", "Records not yet read in the assigned topics", ["service"])
PARKED = Gauge("intercoop_parked", "Changes that wait to be applied", ["service"])
PARKED_AGE = Gauge("intercoop_parked_age_seconds", "Age of the oldest parked change", ["service"])
EXCESS = Gauge(
    "intercoop_excess", "Changes of owners beyond their limits, which wait for room", ["service"]
)
INCOMPLETE = Gauge(
    "intercoop_incomplete_topics", "Topics with changes that were counted and not kept", ["service"]
)
LIMIT_USED = Gauge(
    "intercoop_limit_used_ratio", "What the largest topic has of what it may have", ["service"]
)
RETRIES = Counter("intercoop_parked_retries", "Retries of parked changes", ["service", "outcome"])
PLACES_LOST = Counter(
    "intercoop_places_lost", "Polls that failed, after which topics are read again", ["service"]
)

OUTGOING_AGE = Gauge(
    "intercoop_outgoing_age_seconds", "Age of the oldest that waits to leave", ["service"]
)

READY = Gauge(
    "intercoop_ready", "1 where a part of this process is well, 0 where it is not", ["part"]
)
