"""What a search of requests costs does not grow with what one owner publishes."""

from datetime import timedelta

from intercoop_advice.requests.store import found
from intercoop_advice.requests.store.published import BoardFilter
from intercoop_contracts.advice import AdviceRequestView
from testkit.explained import Explained
from testkit.ids import new_id
from testkit.strange_owner import STRANGER

INSERT = """
INSERT INTO network_requests (owner, id, as_of, record) VALUES ($1, $2, $3, $4::text::jsonb)
"""


async def test_thousands_of_requests_that_are_all_alike_are_not_all_looked_at(home, monkeypatch):
    view = AdviceRequestView(
        organisation_id=new_id(STRANGER), organisation_name="Scop", title="Des locaux"
    )
    rows = [(STRANGER, new_id(STRANGER), home.clock(), view.model_dump_json()) for _ in range(5000)]
    async with home.db.transaction() as tx:
        await tx.execute_many(INSERT, rows)
        await tx.execute("ANALYZE known_requests")
    monkeypatch.setattr(found, "LOOKED_AT", 100)
    wanted = BoardFilter(home.clock() - timedelta(days=180))
    async with home.db.read() as tx:
        explained = Explained(tx)
        await found.search(["loc"], wanted, None, 20, explained)
        assert len(await found.search(["loc"], wanted, None, 20, tx)) == 20
        assert await found.count_found(["loc"], wanted, tx) == 100
    assert 100 <= explained.rows_read < 1000
