"""An owner whose database is restored from a backup, and its operator."""

from urllib.parse import urlsplit

from intercoop_chassis.operating.reconcile import Difference, Missing, compare, reconcile
from intercoop_local.platform.postgres import LocalPostgres
from testkit.backups import back_up, restore
from testkit.nodes import Node, until
from testkit.things.streams import THINGS, ThingView


class RestorableNode:
    """A node, and what its operator does with its database."""

    def __init__(self, node: Node, server: LocalPostgres) -> None:
        self.node = node
        self.server = server
        self.database = urlsplit(node.settings.database.get_secret_value()).path[1:]

    async def back_up(self) -> str:
        return await back_up(self.server, self.database)

    async def restore(self, copy: str) -> None:
        await restore(self.server, self.database, copy)

    async def compare(self) -> Difference:
        return await compare(self.node.settings, self.node.service.name, self.node.messages)

    async def reconcile(self, missing: Missing = Missing.KEEP) -> Difference:
        node = self.node
        return await reconcile(node.settings, node.service.name, self.node.messages, missing)

    async def refuses(self) -> str:
        """Wait until the relay says why it publishes nothing; returns its words."""

        async def said() -> str | None:
            words = self.node.health.problems.get(f"{self.node.service.name}.relay", "")
            return words if "backup" in words else None

        return await until(said, what="the relay's complaint")


async def publish(
    owner: RestorableNode, follower: Node, name: str, subject: str | None = None
) -> str:
    """Publish a thing and wait until it is known; returns its subject."""
    subject = await owner.node.publish(THINGS, ThingView(name=name), subject)
    await follower.knows(subject, await owner.node.version_of(subject))
    return subject
