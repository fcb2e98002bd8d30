"""Pages that are open: the bell's count, what is said aloud, the network, and the session's end."""

import asyncio
import time
from html import unescape

import pytest

from intercoop_chassis.pages import network
from intercoop_chassis.postgres import channel
from intercoop_contracts.directory.accounts import AccountView, EndedSessionView
from intercoop_notifications.notices.pages import live
from testkit.accounts import account, account_arrives
from testkit.server_sent_events import NotificationsServer

REACHED = """
INSERT INTO cluster_reached (reached_at) VALUES (now() - $1::text::interval)
ON CONFLICT (only_row) DO UPDATE SET reached_at = excluded.reached_at
"""


@pytest.fixture
async def server(service):
    server = NotificationsServer(service)
    yield server
    await server.close()


@pytest.fixture
def quick(monkeypatch):
    """What is looked at now and then is looked at at once."""
    monkeypatch.setattr(live, "TURN_S", 0.05)
    monkeypatch.setattr(live, "SIGNED_IN_S", 0.05)
    monkeypatch.setattr(network, "KNOWN_FOR_S", 0.0)


async def test_it_begins_with_the_count_and_says_each_new_notice_once(service, server):
    person = await service.person()
    await service.registers(person)
    async with server.open_page(service.cookies(person)) as page:
        assert page.answer.headers["content-type"].startswith("text/event-stream")
        assert page.answer.headers["cache-control"] == "no-store"
        assert "content-encoding" not in page.answer.headers
        begun = await page.next_of_page()
        assert 'hx-target="#bell"' in begun.data
        assert "1 non lue" in begun.data
        assert "#said" not in begun.data
        await service.registers(person)
        came, told = await page.next_of_page(), await page.next_of_page()
    newest = (await service.notices(person))[0]
    assert "2 non lues" in came.data
    assert f"Nouvelle notification\u00a0: {newest['title']}" in unescape(came.data)
    assert came.id == newest["id"]
    assert told.name == "notice"


async def test_what_is_read_in_another_tab_is_counted_in_this_one(service, server):
    person = await service.person()
    await service.registers(person)
    async with (
        server.open_page(service.cookies(person)) as page,
        service.browser(person) as elsewhere,
    ):
        await page.next_of_page()
        await elsewhere.post("/notifications/read-all")
        count, changed = await page.next_of_page(), await page.next_of_page()
    assert "non lue" not in count.data
    assert "#said" not in count.data
    assert changed.name == "changed:latest"


async def test_whoever_comes_back_is_told_what_came_meanwhile(service, server):
    person = await service.person()
    for _ in range(2):
        await service.registers(person)
    newest, older = await service.notices(person)
    async with server.open_page(service.cookies(person), older["id"]) as page:
        came = await page.next_of_page()
    assert came.id == newest["id"]
    assert newest["title"] in unescape(came.data)


async def test_it_says_when_the_network_goes_and_when_it_comes_back(service, server, quick):
    await service.execute(REACHED, "5 s")
    async with server.open_page(service.cookies(await service.person())) as page:
        await page.next_of_page()
        begun = await page.next_of_page()
        assert "Réseau à jour" in begun.data
        assert "#said" not in begun.data
        await service.execute(REACHED, "61 s")
        gone = await page.next_of_page()
        assert gone.data.count("Le réseau ne répond plus depuis") == 2, "shown, and said"
        await service.execute(REACHED, "1 s")
        back = await page.next_of_page()
    assert "Le réseau répond de nouveau." in back.data
    assert "ne répond plus" not in back.data


async def test_every_page_says_that_the_network_is_away(service, monkeypatch):
    monkeypatch.setattr(network, "KNOWN_FOR_S", 0.0)
    async with service.browser(await service.person()) as browser:
        unknown = await browser.get("/help")
        await service.execute(REACHED, "59 s")
        up = await browser.get("/help")
        await service.execute(REACHED, "61 s")
        away = await browser.get("/help")
        await service.execute(REACHED, "49 hours")
        long_away = await browser.get("/help")
    sentence = "Le réseau ne répond plus depuis "
    assert sentence not in unknown.text + up.text
    assert "Réseau à jour" in up.text
    assert f"{sentence}" in away.text
    assert "Vous pouvez continuer\u00a0: tout partira à son retour." in away.text
    assert f"{sentence}le " in long_away.text


async def test_it_ends_with_the_session_and_does_not_begin_again(service, server, quick):
    person = await service.person()
    cookies = service.cookies(person)
    (token,) = cookies.values()
    session = (await service.app.state.sessions.resume(token)).id
    async with server.open_page(cookies) as page:
        await page.next_of_page()
        over = account("midi-pyrenees", ended_sessions=(EndedSessionView(id=session),))
        await account_arrives("midi-pyrenees", person, over, [service.db])
        service.app.state.sessions.changed(person)
        assert await page.is_over()
    async with server.open_page(cookies) as refused:
        assert refused.answer.status_code == 401


async def test_what_comes_after_the_session_has_ended_is_not_told(service, server):
    """However lately it was asked whether the session holds."""
    person = await service.person()
    async with server.open_page(service.cookies(person)) as page:
        await page.next_of_page()
        await account_arrives("midi-pyrenees", person, AccountView(), [service.db])
        service.app.state.sessions.changed(person)
        await service.registers(person)
        with pytest.raises(StopAsyncIteration):
            while "Nouvelle notification" not in (await page.next_of_page()).data:
                pass


async def test_an_old_token_is_renewed_when_the_stream_comes_again(service, server, monkeypatch):
    monkeypatch.setattr(live, "TURN_S", 0.05)
    monkeypatch.setattr(live, "LONGEST_S", 0.2)
    person = await service.person()
    async with server.open_page(service.cookies(person)) as page:
        assert await page.is_over()
    before = int(time.time()) - 1_900
    token = service.issuer.token(
        service.settings, owner="midi-pyrenees", sub=str(person), auth_time=before, iat=before
    )
    (name,) = service.cookies(person)
    async with server.open_page({name: token}) as again:
        assert again.answer.headers["set-cookie"].startswith(f"{name}=")


async def test_a_comment_keeps_it_open_and_it_ends_when_the_process_is_told_to(
    service, server, quick, monkeypatch
):
    monkeypatch.setattr(live, "HEARTBEAT_S", 0.1)
    async with server.open_page(service.cookies(await service.person())) as page:
        await page.next_of_page()
        assert (await page.next()).data == "still here"
        started = time.monotonic()
        server.stop.set()
        assert await page.is_over()
        await asyncio.wait_for(server.serving, 12)
    assert time.monotonic() - started < 12, "it was cut off where it should have ended"


async def test_a_page_to_which_nothing_happens_reads_no_notices(
    service, server, quick, monkeypatch
):
    """The second time is when the connection that listens has been made."""
    monkeypatch.setattr(live, "HEARTBEAT_S", 0.3)
    reads, arrivals = [], live.arrivals

    async def counted(*about):
        reads.append(about)
        return await arrivals(*about)

    monkeypatch.setattr(live, "arrivals", counted)
    async with server.open_page(service.cookies(await service.person())) as page:
        await page.next_of_page()
        assert [(await page.next()).data for _ in range(3)] == ["still here"] * 3
    assert len(reads) <= 2


async def test_a_stranger_has_no_stream(server):
    async with server.open_page({}) as refused:
        assert refused.answer.status_code == 401


async def test_readers_who_leave_in_the_midst_leave_no_transaction_and_no_place(service, server):
    """One who goes through pages quickly leaves a stream behind with each."""
    person = await service.person()
    cookies = service.cookies(person)
    for _ in range(channel.WAITERS_OF_A_KEY + 4):
        async with server.open_page(cookies) as page:
            assert page.answer.status_code == 200
            await service.registers(person)
        async with service.db.read() as tx:
            assert await tx.fetchval("SELECT count(*) FROM notices") > 0
