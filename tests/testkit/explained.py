"""How many rows a statement takes out of tables, by PostgreSQL's own account."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from intercoop_chassis.postgres import Row, Transaction

Plan = Mapping[str, Any]  # Any: as PostgreSQL writes it


class Explained:
    """A transaction that runs a statement for its plan, and gives no rows."""

    def __init__(self, tx: Transaction, table: str | None = None) -> None:
        """`table` is the only one whose rows count."""
        self._tx = tx
        self._table = table
        self.rows_read = 0

    @property
    def owner(self) -> str:
        return self._tx.owner

    @property
    def now(self) -> datetime:
        return self._tx.now

    async def execute(self, sql: str, *arguments: object) -> str:
        """What sets how the next statements are planned is done as it is."""
        return await self._tx.execute(sql, *arguments)

    async def fetch(self, sql: str, *arguments: object) -> list[Row]:
        found = await self._tx.fetch(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", *arguments)
        plan = json.loads(found[0][0])[0]["Plan"]
        self.rows_read = sum(_read_by(node, self._table) for node in _nodes(plan))
        return []


def _nodes(plan: Plan) -> Iterator[Plan]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)


def _read_by(node: Plan, table: str | None) -> int:
    """Rows that a node takes out of a table."""
    if "Relation Name" not in node or table not in {None, node["Relation Name"]}:
        return 0
    dropped = ("Rows Removed by Filter", "Rows Removed by Index Recheck")
    return int(node["Actual Loops"] * sum(node.get(name, 0) for name in ("Actual Rows", *dropped)))
