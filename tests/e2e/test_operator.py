"""One directory, run by its own command against a PostgreSQL and a Kafka it did not start."""

import asyncpg
import httpx

from intercoop_local.platform.ports import free_port
from testkit.nodes import until
from testkit.topics import read_all

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


async def made_and_seen(us, them, home, other, name, traceparent):
    """Make an organisation at home; returns its id, and what the other knows of it in the end."""
    answer = await us.post(
        f"{home.url}/directory/api/organisations",
        json={"name": name, "commune": {"code": "31555"}},
        headers={"traceparent": traceparent},
    )
    assert answer.status_code == 201, answer.text
    organisation = answer.json()["id"]

    async def seen():
        found = await them.get(f"{other.url}/directory/api/organisations/{organisation}")
        return found.json() if found.status_code == 200 else None

    return organisation, await until(seen, within_s=90, what=f"{name}, at the other")


async def test_a_directory_is_run_by_its_own_command_and_a_trace_goes_all_the_way(
    operated, issuer, platform
):
    home, other = await operated("home", issuer), await operated("other", issuer)
    us, them = (staff(one.url.rpartition(":")[2], issuer, one.owner) for one in (home, other))
    async with us, them:
        # What is there when an instance begins comes in chunks: a line names ten of each.
        await made_and_seen(
            us, them, home, other, "Atelier du Pont", f"00-{'0' * 31}1-00f067aa0ba902b7-01"
        )
        organisation, there = await made_and_seen(
            us, them, home, other, "Atelier du Canal", f"00-{TRACE}-00f067aa0ba902b7-01"
        )
        assert there["name"] == "Atelier du Canal"
        assert there["owner"] == home.owner

    topic = f"shared.{home.owner}.organisations.v1"
    record = (await read_all(platform.kafka.bootstrap, topic))[-1]
    assert TRACE in dict(record.headers)["traceparent"].decode()

    async def effect():
        """It is said once it is committed, and may be seen before it is said."""
        said = other.started.said.splitlines()
        words = ("changes_applied", TRACE, organisation)
        return any(all(word in line for word in words) for line in said)

    await until(effect, what="a line of the log with the trace and the change")
    for one in (home.started, other.started):
        one.process.terminate()
        assert one.process.wait(60) == 0


async def test_each_role_does_its_own_work_and_no_other_in_a_process_of_its_own(
    start, settings, issuer, command, ready, operated
):
    environment = await settings("apart", issuer)
    assert command("migrate", **environment).returncode == 0
    assert command("communes", "load", **environment).returncode == 0
    start("intercoop-directory", "api", **environment)
    await ready(environment)
    other = await operated("other", issuer)
    us = staff(environment["INTERCOOP_HTTP_PORT"], issuer, environment["INTERCOOP_OWNER"])
    them = staff(other.url.rpartition(":")[2], issuer, other.owner)
    ours, theirs = await made(us), await made(them)
    database = await asyncpg.connect(environment["INTERCOOP_DIRECTORY_DATABASE"])
    await database.execute("UPDATE idempotency SET created_at = created_at - interval '8 days'")

    async def is_relayed():
        return await is_known(them, ours)

    async def is_applied():
        return await is_known(us, theirs)

    async def is_purged():
        return not await database.fetchval("SELECT count(*) FROM idempotency")

    for role, is_done in (("relay", is_relayed), ("worker", is_applied), ("timers", is_purged)):
        assert not await is_done(), f"no other role does what {role} does"
        alone = environment | {"INTERCOOP_HTTP_PORT": str(free_port())}
        start("intercoop-directory", role, **alone)
        await ready(alone)
        await until(is_done, within_s=90, what=f"the work of the role {role}")
    await database.close()
    await us.aclose()
    await them.aclose()


def staff(port, issuer, owner):
    """A client of the staff of a directory."""
    return httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}/directory/api",
        headers={"Authorization": f"Bearer {issuer.token(owner=owner, roles=['staff'])}"},
    )


async def made(client):
    """Make an organisation, under a key; returns its id."""
    answer = await client.post(
        "/organisations",
        json={"name": "Atelier du Pont", "commune": {"code": "31555"}},
        headers={"Idempotency-Key": "once"},
    )
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def is_known(client, organisation):
    found = await client.get(f"/organisations/{organisation}")
    assert found.status_code in {200, 404}, found.text
    return found.status_code == 200


async def test_wrong_settings_are_all_named_at_once_with_their_remedy(settings, issuer, command):
    environment = await settings("wrong", issuer)
    environment |= {"INTERCOOP_OWNER": "Pas Un Slug", "INTERCOOP_KAFAK": "x"}
    del environment["INTERCOOP_NETWORK"]
    refused = command("run", **environment)
    assert refused.returncode == 1
    for name in ("INTERCOOP_OWNER", "INTERCOOP_KAFAK", "INTERCOOP_NETWORK"):
        assert name in refused.stderr
    assert "Traceback" not in refused.stderr
