"""Where organisations are is found by an index that costs the same wherever they are."""

from datetime import UTC, datetime

from intercoop_directory.organisations.store import known
from testkit.explained import Explained
from testkit.ids import new_id

INDEXES = "SELECT indexdef FROM pg_indexes WHERE tablename LIKE '%organisations'"
INSERT = """
INSERT INTO network_organisations (owner, id, version, as_of, record)
SELECT 'limousin', id, 1, now(), jsonb_build_object(
    'name', 'Scop', 'kind', 'cooperative', 'statute', 'scop', 'expertise', '[]'::jsonb,
    'commune', jsonb_build_object('lat', $2::float8 + nth * 1e-9, 'lon', $3::float8)
)
FROM unnest($1::uuid[]) WITH ORDINALITY AS new (id, nth)
"""


async def test_no_tree_of_positions_is_written(home):
    """It took minutes for a few thousand that are nearly at one place."""
    async with home.db.read() as tx:
        indexes = [row["indexdef"] for row in await tx.fetch(INDEXES)]
    assert any("cell_of" in index for index in indexes)
    assert not any("gist" in index for index in indexes)


async def test_what_is_far_is_not_read_in_a_search_around_a_place(home):
    near, far = ([new_id("limousin") for _ in range(count)] for count in (30, 3000))
    async with home.db.transaction() as tx:
        await tx.execute(INSERT, near, 44.9, 2.4)
        await tx.execute(INSERT, far, 48.8, -4.4)
        await tx.execute("ANALYZE known_organisations")
    filters = known.OrganisationFilters(on=datetime.now(UTC).date())
    async with home.db.read() as tx:
        explained = Explained(tx)
        await known.nearest_known(known.Around(44.9, 2.4, 50), filters, 20, explained)
    assert 20 <= explained.rows_read < 200
