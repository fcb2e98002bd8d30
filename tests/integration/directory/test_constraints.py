"""What the schema itself refuses, should the code ever be wrong."""

import asyncpg
import pytest

from intercoop_contracts.directory import LinkKind, LinkView, OrganisationView
from testkit.directory_service import DirectoryService

INSERT = """
INSERT INTO organisations (owner, id, version, record)
VALUES ('midi-pyrenees', gen_random_uuid(), 1, $1::jsonb)
"""
GOOD = OrganisationView(name="Atelier")
SIREN = OrganisationView(name="Atelier", siren="552032534").model_dump_json()


def in_unions(*since: str) -> str:
    links = tuple(LinkView(kind=LinkKind.UNION, owner="auvergne", since=day) for day in since)
    return OrganisationView(name="Atelier", links=links).model_dump_json()


@pytest.mark.parametrize(
    ("records", "constraint"),
    [
        ([in_unions("2010-01-01", "2015-01-01")], "one_union_at_a_time"),
        ([GOOD.model_copy(update={"name": ""}).model_dump_json()], "home_has_a_name"),
        ([GOOD.model_copy(update={"siren": "1"}).model_dump_json()], "siren_is_nine_digits"),
        (
            [OrganisationView(name="x", kind="project", statute="scop").model_dump_json()],
            "statute_of_a_cooperative",
        ),
        ([SIREN, SIREN], "siren_is_unique"),
    ],
)
async def test_what_must_never_be_cannot_be_stored(
    home: DirectoryService, records: list[str], constraint: str
) -> None:
    async def store(record: str) -> None:
        async with home.db.transaction() as tx:
            await tx.execute(INSERT, record)

    for record in records[:-1]:
        await store(record)
    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as refused:
        await store(records[-1])

    assert refused.value.constraint_name == constraint


async def test_one_union_is_stored(home: DirectoryService) -> None:
    async with home.db.transaction() as tx:
        await tx.execute(INSERT, in_unions("2010-01-01"))
