"""The settings of an Apache Kafka node on this machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from intercoop_local.platform.ports import LOOPBACK

_COPIES: Final = 3

_PROPERTIES: Final = """\
process.roles=broker,controller
node.id={number}
controller.quorum.voters={voters}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller_port}
advertised.listeners=PLAINTEXT://{host}:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs={data}
auto.create.topics.enable=false
default.replication.factor={copies}
min.insync.replicas={in_sync}
offsets.topic.num.partitions=4
offsets.topic.replication.factor={copies}
transaction.state.log.num.partitions=4
transaction.state.log.replication.factor={copies}
transaction.state.log.min.isr={in_sync}
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500
log.cleaner.dedupe.buffer.size=4194304
log.cleaner.backoff.ms=1000
"""


@dataclass(frozen=True, slots=True)
class Quorum:
    """A node's number, from 1, the controller ports of all nodes in order, and the cluster's id."""

    number: int
    voters: tuple[int, ...]
    identity: str


def properties(
    quorum: Quorum, port: int, controller_port: int, data: Path, extra: Mapping[str, str]
) -> str:
    """What `server.properties` says: every record on up to three nodes, on two to be confirmed.

    `extra` comes last, and the last word counts.
    """
    copies = min(_COPIES, len(quorum.voters))
    voters = (f"{number}@{LOOPBACK}:{one}" for number, one in enumerate(quorum.voters, start=1))
    common = _PROPERTIES.format(
        number=quorum.number,
        voters=",".join(voters),
        host=LOOPBACK,
        port=port,
        controller_port=controller_port,
        data=data,
        copies=copies,
        in_sync=max(1, copies - 1),
    )
    return common + "".join(f"{name}={value}\n" for name, value in extra.items())
