import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from intercoop_chassis.idempotency import (
    KeptAnswer,
    KeyOfCaller,
    KeyReusedError,
    claim,
    keep,
    purge,
)
from intercoop_chassis.postgres import Transaction
from testkit.nodes import until
from testkit.sample_api.serving import SampleApi

THINGS = "/shelf/api/things"
IMPORTS = "/shelf/api/imports"
SENT = KeyOfCaller("ouest/jeanne", "key", b"fingerprint")
ANSWER = KeptAnswer(201, {"ETag": '"1"'}, b"{}")


def with_key(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key}


async def test_a_repeated_request_has_one_effect_and_one_answer(
    sample_api: SampleApi, staff: httpx.AsyncClient
) -> None:
    first, second = [
        await staff.post(THINGS, json={"name": "saw"}, headers=with_key("k")) for _ in range(2)
    ]

    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert second.headers["etag"] == '"1"'
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert await sample_api.count() == 1


async def test_without_a_key_each_request_counts(
    sample_api: SampleApi, staff: httpx.AsyncClient
) -> None:
    for _ in range(2):
        await staff.post(THINGS, json={"name": "saw"})

    assert await sample_api.count() == 2


async def test_a_key_used_for_another_request_is_refused(
    sample_api: SampleApi, staff: httpx.AsyncClient
) -> None:
    await staff.post(THINGS, json={"name": "saw"}, headers=with_key("k"))

    other = await staff.post(THINGS, json={"name": "axe"}, headers=with_key("k"))

    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert await sample_api.count() == 1


async def test_two_callers_may_choose_the_same_key(
    sample_api: SampleApi, staff: httpx.AsyncClient
) -> None:
    async with sample_api.client() as colleague:
        for client in (staff, colleague):
            answer = await client.post(THINGS, json={"name": "saw"}, headers=with_key("k"))
            assert answer.status_code == 201

    assert await sample_api.count() == 2


async def test_the_same_request_sent_many_times_at_once_has_one_effect(
    sample_api: SampleApi, staff: httpx.AsyncClient
) -> None:
    answers = await asyncio.gather(
        *(staff.post(THINGS, json={"name": "saw"}, headers=with_key("k")) for _ in range(8))
    )

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert await sample_api.count() == 1


async def test_a_refused_command_keeps_nothing_and_can_be_repeated(
    sample_api: SampleApi, staff: httpx.AsyncClient
) -> None:
    first, second = [
        await staff.post(THINGS, json={"name": "forbidden"}, headers=with_key("k"))
        for _ in range(2)
    ]

    assert first.status_code == second.status_code == 409
    assert "idempotency-replayed" not in second.headers
    assert await sample_api.count() == 0


async def test_the_same_file_is_the_same_request_however_it_is_packed(
    sample_api: SampleApi, staff: httpx.AsyncClient
) -> None:
    async def send(content: bytes) -> httpx.Response:
        return await staff.post(IMPORTS, files={"file": content}, headers=with_key("k"))

    first, again, other = await send(b"saw"), await send(b"saw"), await send(b"axe")

    assert first.json() == again.json()
    assert other.status_code == 422
    assert await sample_api.count() == 1


@pytest.mark.parametrize("key", ["", "x" * 201])
async def test_a_key_has_a_sensible_length(staff: httpx.AsyncClient, key: str) -> None:
    answer = await staff.post(THINGS, json={"name": "saw"}, headers=with_key(key))

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"


async def test_a_second_transaction_waits_for_the_first_ones_answer(sample_api: SampleApi) -> None:
    claimed, finish = asyncio.Event(), asyncio.Event()

    async def first(tx: Transaction) -> None:
        assert await claim(tx, SENT) is None
        claimed.set()
        await finish.wait()
        await keep(tx, SENT, ANSWER)

    working = asyncio.create_task(sample_api.db.command(first))
    await claimed.wait()
    waiting = asyncio.create_task(sample_api.db.command(lambda tx: claim(tx, SENT)))
    await blocked(sample_api)
    finish.set()

    await working
    assert await waiting == ANSWER


async def test_when_the_first_transaction_fails_the_second_gets_the_key(
    sample_api: SampleApi,
) -> None:
    claimed, fail = asyncio.Event(), asyncio.Event()

    async def first(tx: Transaction) -> None:
        await claim(tx, SENT)
        claimed.set()
        await fail.wait()
        raise KeyError

    working = asyncio.create_task(sample_api.db.command(first))
    await claimed.wait()
    waiting = asyncio.create_task(sample_api.db.command(lambda tx: claim(tx, SENT)))
    await blocked(sample_api)
    fail.set()

    with pytest.raises(KeyError):
        await working
    assert await waiting is None


async def test_another_fingerprint_is_refused(sample_api: SampleApi) -> None:
    async with sample_api.db.transaction() as tx:
        await claim(tx, SENT)
        await keep(tx, SENT, ANSWER)

    with pytest.raises(KeyReusedError):
        async with sample_api.db.transaction() as tx:
            await claim(tx, KeyOfCaller(SENT.caller, SENT.key, b"other"))


async def test_answers_are_forgotten_after_seven_days(sample_api: SampleApi) -> None:
    async with sample_api.db.transaction() as tx:
        await claim(tx, SENT)
        await keep(tx, SENT, ANSWER)
    now = datetime.now(UTC)

    async with sample_api.db.transaction() as tx:
        early = await purge(tx, now + timedelta(days=6), 10)
        late = await purge(tx, now + timedelta(days=8), 10)

    assert (early, late) == (0, 1)


async def blocked(sample_api: SampleApi) -> None:
    """Wait until a transaction of this database waits for another one."""

    async def somebody_waits() -> bool:
        async with sample_api.db.read() as tx:
            return bool(
                await tx.fetchval(
                    "SELECT EXISTS (SELECT FROM pg_stat_activity"
                    " WHERE datname = current_database() AND wait_event_type = 'Lock')"
                )
            )

    await until(somebody_waits, what="a waiting transaction")
