"""Notes when the cluster last answered, where pages read it. An empty poll says nothing of that."""

import time
from typing import Final

from intercoop_chassis.postgres import Database

NOTED_EVERY_S: Final = 15.0

NOTE: Final = """
INSERT INTO cluster_reached (reached_at) VALUES (now())
ON CONFLICT (only_row) DO UPDATE SET reached_at = excluded.reached_at
"""


class ClusterReached:
    """What a worker writes of its looks at the cluster, every 15 s at most."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._note_at = 0.0

    async def note(self) -> None:
        """The cluster has answered a moment ago. Raises what the database does."""
        now = time.monotonic()
        if now < self._note_at:
            return
        async with self._db.transaction() as tx:
            await tx.execute(NOTE)
        self._note_at = now + NOTED_EVERY_S
