"""A cluster of Apache Kafka nodes on this machine, to be tried with one of them away."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from intercoop_local.platform.kafka import LocalKafka, new_identity
from intercoop_local.platform.kafka_properties import Quorum


class LocalCluster:
    """Nodes with their data under `home`; `ports` are each one's port and controller port.

    `extra` are properties of each node that replace or complete ours, in the order of `ports`.
    """

    def __init__(
        self,
        home: Path,
        ports: Sequence[tuple[int, int]],
        jars: Path,
        extra: Sequence[Mapping[str, str]] = (),
    ) -> None:
        self._home = home
        self._ports = ports
        self._jars = jars
        self._extra = extra or [{} for _ in ports]
        self.nodes = self._made(new_identity())

    @property
    def bootstrap(self) -> str:
        """The addresses that clients are given."""
        return ",".join(node.bootstrap for node in self.nodes)

    @property
    def running(self) -> bool:
        """Whether every node runs."""
        return all(node.running for node in self.nodes)

    def start(self) -> None:
        """Start every node and wait until all answer. Raises `PlatformError`."""
        self.launch()
        self.until_ready()

    def launch(self) -> None:
        """Start without waiting; call this in the main thread. Raises `PlatformError`."""
        for node in self.nodes:
            if not node.running:
                node.launch()

    def until_ready(self) -> None:
        """Wait until every node answers. Raises `PlatformError` when one ends or is too late."""
        for node in self.nodes:
            node.until_ready()

    def stop(self) -> None:
        for node in self.nodes:
            node.stop()

    def kill(self) -> None:
        for node in self.nodes:
            node.kill()

    def wipe(self) -> None:
        """Delete all data: the next start formats a new cluster, with another id."""
        for node in self.nodes:
            node.wipe()
        self.nodes = self._made(new_identity())

    def _made(self, identity: str) -> tuple[LocalKafka, ...]:
        voters = tuple(controller for _, controller in self._ports)
        nodes = tuple(
            LocalKafka(
                self._home / f"node-{number}",
                port,
                controller,
                self._jars,
                Quorum(number, voters, identity),
            )
            for number, (port, controller) in enumerate(self._ports, start=1)
        )
        for node, extra in zip(nodes, self._extra, strict=True):
            node.extra = extra
        return nodes
