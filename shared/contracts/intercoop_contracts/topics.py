"""How a topic keeps its records, whoever creates it."""

from intercoop_contracts.streams import Audience, parse_topic

_DAY_MS = 86_400_000


def topic_settings(topic: str) -> dict[str, str]:
    """The settings a topic is created with: it keeps the newest of each subject, for ever."""
    settings = {
        "cleanup.policy": "compact",
        "segment.ms": str(_DAY_MS),
        "compression.type": "producer",  # none compresses: readers refuse what is compressed
        "message.timestamp.type": "LogAppendTime",  # an owner's clock may be wrong
    }
    name = parse_topic(topic)
    if name and name.audience is Audience.PRIVATE:
        settings["max.compaction.lag.ms"] = str(6 * _DAY_MS)
    return settings
