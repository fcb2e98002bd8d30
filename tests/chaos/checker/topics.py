"""Topics against their owners: the last word of each subject is its newest, and none came late."""

from collections.abc import Iterable

from aiokafka import ConsumerRecord

from chaos.checker.findings import Findings
from chaos.checker.states import States
from chaos.faults.intruders import COPY
from chaos.testbed import Testbed
from testkit.topics import read_all


async def check_topics(testbed: Testbed, published: dict[str, States], findings: Findings) -> None:
    """What strangers wrote is left out: copies of old records, and poison."""
    for owner in testbed.owners:
        topics = sorted({topic for topic, _ in published[owner]})
        records = await read_all(testbed.kafka.bootstrap, *topics)
        last = _last_versions(records, testbed, findings)
        for key, (version, _) in published[owner].items():
            if last.get(key) != version:
                findings.add("topic_behind", f"{key}: ends at {last.get(key)}, not at {version}")


def _last_versions(
    records: Iterable[ConsumerRecord], testbed: Testbed, findings: Findings
) -> dict[tuple[str, str], int]:
    last: dict[tuple[str, str], int] = {}
    for record in records:
        key = (record.topic, (record.key or b"").decode(errors="replace"))
        if _is_strangers(record) or key in testbed.poisoned:
            continue
        version = int(dict(record.headers)["ce_sequence"])
        if version < last.get(key, 0):
            findings.add("topic_behind", f"{key}: {version} comes after {last[key]}")
        last[key] = version
    return last


def _is_strangers(record: ConsumerRecord) -> bool:
    return COPY in record.headers or "ce_sequence" not in dict(record.headers)
