"""What one other owner asks of our co-operatives has limits; what is above them waits, and none is lost."""

from contextlib import asynccontextmanager

from intercoop_advice.invitations.jobs import withheld_invitations
from intercoop_chassis.context import Context
from intercoop_chassis.findings import Level
from intercoop_contracts.directory import ORGANISATIONS
from intercoop_contracts.streams import End, Ended
from testkit.advice_service import cooperative
from testkit.ids import new_id
from testkit.in_memory_network import state_event
from testkit.statements import counted
from testkit.strange_owner import STRANGER
from testkit.withheld import OURS, shown, sweep, waiting


@asynccontextmanager
async def published_since(advice):
    """The states of peer advice that are published meanwhile, and their bytes."""
    sql = "SELECT coalesce(sum(version), 0) AS states FROM published WHERE topic LIKE '%peer%'"
    before = (await advice.fetch(sql))[0]["states"]
    found = {}
    yield found
    found["states"] = (await advice.fetch(sql))[0]["states"] - before


async def test_a_request_that_names_a_co_operative_twice_asks_it_once(advice, stranger, members):
    await stranger.asks(members[0], members[1], members[0])
    assert sorted(organisation for _, organisation in await shown(advice)) == members[:2]
    assert await waiting(advice) == {}


async def test_of_many_invitations_of_a_request_so_many_are_shown(advice, stranger, members):
    await advice.restart(limit_invitations_a_request=10)
    await stranger.asks(*members[:30])
    assert len(await shown(advice)) == 10
    assert await waiting(advice) == {"invitations-a-request": 20}
    assert len(await advice.said("peer-advice")) == 10

    await advice.restart(limit_invitations_a_request=30)
    await sweep(advice)

    assert len(await shown(advice)) == 30, "a limit that is raised shows the rest"
    assert await waiting(advice) == {}


async def test_a_version_of_a_request_publishes_only_what_our_people_see_of_it(
    advice, stranger, members
):
    request, view = await stranger.asks(*members[:30])
    async with published_since(advice) as said:
        for number in range(10):
            text = f"Encore une fois, {number}"
            await stranger.says(request, view.model_copy(update={"text": text}))
    assert said == {"states": 0}


async def test_a_version_of_a_request_takes_as_many_statements_as_it_did_for_one_invitation(
    advice, stranger, members, monkeypatch
):
    one, of_one = await stranger.asks(members[0])
    thirty, of_thirty = await stranger.asks(*members[:30])
    asked = []
    for request, view in ((one, of_one), (thirty, of_thirty)):
        with counted(monkeypatch) as statements:
            await stranger.says(request, view.model_copy(update={"title": "Autrement"}))
        asked.append(len(statements))
    assert asked[0] == asked[1]


async def test_nobody_is_shown_what_asks_a_co_operative_that_is_not_known_here(advice, stranger):
    late = new_id(OURS)
    await stranger.asks(late, *(new_id(OURS) for _ in range(20)))
    assert await shown(advice) == []
    assert await advice.said("peer-advice") == {}
    assert await waiting(advice) == {"unknown-organisation": 21}

    await advice.consumer.receive([state_event(ORGANISATIONS, OURS, late, cooperative("Tard"))])

    assert [organisation for _, organisation in await shown(advice)] == [late]
    assert await waiting(advice) == {"unknown-organisation": 20}


async def test_invitations_that_a_request_takes_back_wait_no_more(advice, stranger):
    request = new_id(STRANGER)
    for _ in range(5):
        view = stranger.request(*(new_id(OURS) for _ in range(10)))
        await stranger.says(request, view)
    assert await waiting(advice) == {"unknown-organisation": 10}
    await stranger.says(request, Ended(ended=End(reason="withdrawn")))
    assert await waiting(advice) == {}


async def test_open_requests_above_the_limit_wait_until_others_are_closed(
    advice, stranger, members
):
    await advice.restart(limit_open_requests=3)
    asked = [await stranger.asks(members[number]) for number in range(10)]
    assert [request for request, _ in await shown(advice)] == [request for request, _ in asked[:3]]
    assert await waiting(advice) == {"open-requests": 7}
    await sweep(advice)
    assert await waiting(advice) == {"open-requests": 7}, "there is no room"

    await stranger.closes(*asked[0])
    await stranger.says(asked[1][0], Ended(ended=End(reason="withdrawn")))
    await sweep(advice)
    assert len(await shown(advice)) == 5, "as many as were closed"

    await advice.restart(limit_open_requests=1000)
    await sweep(advice)
    assert len(await shown(advice)) == 10
    assert await waiting(advice) == {}


async def test_an_open_request_that_is_shown_may_ask_more_and_change_at_the_limit(
    advice, stranger, members
):
    await advice.restart(limit_open_requests=1)
    request, view = await stranger.asks(members[0])
    await stranger.asks(members[1])
    more = stranger.request(members[2], title="Autrement")
    both = view.model_copy(
        update={"title": more.title, "invitations": (*view.invitations, *more.invitations)}
    )
    await stranger.says(request, both)
    assert [organisation for _, organisation in await shown(advice)] == [members[0], members[2]]
    assert (await advice.shown_to(str(request), members[0]))["title"] == "Autrement"


async def test_open_invitations_to_one_co_operative_have_a_limit_and_others_are_asked(
    advice, stranger, members
):
    await advice.restart(limit_open_invitations=2)
    asked = [await stranger.asks(members[0]) for _ in range(5)]
    await stranger.asks(members[1])
    assert [organisation for _, organisation in await shown(advice)].count(members[0]) == 2
    assert len(await shown(advice)) == 3
    await stranger.closes(*asked[0])
    await sweep(advice)
    assert await waiting(advice) == {"open-invitations": 2}


async def test_a_co_operative_is_asked_so_often_a_day_and_again_on_the_next(
    advice, stranger, members
):
    await advice.restart(limit_daily_invitations=2)
    for _ in range(5):
        await stranger.closes(*await stranger.asks(members[0]))
    asked = [await stranger.asks(members[0]) for _ in range(4)]
    assert await waiting(advice) == {"daily-invitations": 4}
    for at_all in (2, 4):
        advice.clock.advance(days=1.1)
        await sweep(advice)
        open_now = {request for request, _ in await shown(advice)} & {one for one, _ in asked}
        assert len(open_now) == at_all
    assert await waiting(advice) == {}


async def test_another_owner_has_room_of_its_own_and_the_own_one_no_limit(
    home, advice, helper, stranger, exchange
):
    await advice.restart(limit_daily_invitations=1, limit_open_requests=1)
    for _ in range(3):
        await stranger.asks(helper)
    await exchange.ask(helper)
    await advice.hears_from(home)
    assert len(await shown(advice)) == 2
    for _ in range(3):
        await asks_at_home(advice, helper)
    assert len(await waiting(advice)) == 1


async def asks_at_home(advice, organisation):
    async with advice.client() as staff:
        body = {"organisation_id": str(organisation), "title": "Une question"}
        made = (await staff.post("/requests", json=body)).json()
        await staff.post(f"/requests/{made['id']}/close", json={"what_helped": "Rien"})


async def test_what_waits_is_shown_in_batches_that_each_end(advice, stranger, members):
    await advice.restart(limit_open_requests=1)
    for number in range(51):
        await stranger.asks(members[number])
    assert await waiting(advice) == {"open-requests": 50}
    await advice.restart(limit_open_requests=1000)
    assert await sweep(advice) == 3
    assert await waiting(advice) == {}


async def test_a_request_that_ends_and_comes_again_asks_nobody_twice(advice, stranger, members):
    request, view = await stranger.asks(members[0])
    for _ in range(3):
        await stranger.says(request, Ended(ended=End(reason="withdrawn")))
        await stranger.says(request, view)
    assert (await advice.shown_to(str(request), members[0]))["state"] == "closed"


async def test_the_doctor_says_who_asks_more_than_the_limits_let_through(advice, stranger, members):
    context = Context(advice.settings, advice.db)
    (well,) = await withheld_invitations(context)
    assert well.level is Level.OK
    await advice.restart(limit_open_invitations=1)
    for _ in range(3):
        await stranger.asks(members[0], new_id(OURS))

    found = await withheld_invitations(Context(advice.settings, advice.db))

    assert [(finding.level, finding.said.en) for finding in found] == [
        (Level.WARN, "limousin: 3 ask co-operatives that are not known here"),
        (Level.WARN, "limousin: 2 wait above INTERCOOP_LIMIT_OPEN_INVITATIONS"),
    ]
