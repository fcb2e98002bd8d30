"""What another owner's invitations wait for, and what makes them wait no more."""

from uuid import UUID

from structlog.testing import capture_logs

from intercoop_advice.invitations import handlers
from intercoop_advice.invitations.store import withheld
from intercoop_contracts.advice import OFFERS, OfferState, OfferView, RequestState
from intercoop_contracts.streams import End, Ended
from testkit.explained import Explained
from testkit.ids import new_id
from testkit.in_memory_network import state_event
from testkit.strange_owner import STRANGER
from testkit.withheld import OURS, shown, sweep, waiting


async def test_requests_that_come_closed_ask_nobody_and_nothing_of_them_waits(
    advice, stranger, members
):
    await advice.restart(limit_open_requests=2, limit_open_invitations=2, limit_daily_invitations=2)
    for _ in range(10):
        closed = stranger.request(
            *members[:29], new_id(OURS), state=RequestState.CLOSED, what_helped="Rien"
        )
        await stranger.says(new_id(STRANGER), closed)
    assert await shown(advice) == []
    assert await advice.said("peer-advice") == {}
    assert await waiting(advice) == {}


async def test_what_waits_of_a_request_waits_no_more_when_it_is_closed(advice, stranger, members):
    await advice.restart(limit_invitations_a_request=1)
    request, view = await stranger.asks(*members[:9])
    assert await waiting(advice) == {"invitations-a-request": 8}
    ((_, organisation),) = await shown(advice)
    await stranger.closes(request, view)
    assert await waiting(advice) == {}
    assert (await advice.shown_to(str(request), organisation))["state"] == "closed"


async def test_a_request_that_takes_its_invitations_back_and_closes_is_closed_for_who_was_asked(
    advice, stranger, members
):
    request, view = await stranger.asks(members[0])
    nobody = view.model_copy(update={"invitations": ()})
    await stranger.says(request, nobody)
    await stranger.closes(request, nobody)
    assert (await advice.shown_to(str(request), members[0]))["state"] == "closed"


async def test_an_end_is_told_in_our_own_words_and_erases_nothing_of_ours(
    advice, stranger, members
):
    request, _ = await stranger.asks(members[0])
    end = End(reason="erased", erased=True, merged_into=new_id(STRANGER))
    await stranger.says(request, Ended(ended=end))
    told = await advice.shown_to(str(request), members[0])
    assert told["ended"] == {"reason": "request-ended", "erased": False, "merged_into": None}


async def test_the_sweep_reads_nothing_of_what_waits_for_a_limit_to_rise(advice, stranger, members):
    await advice.restart(limit_invitations_a_request=2)
    for _ in range(40):
        await stranger.asks(*members[:30])
    assert (await waiting(advice))["invitations-a-request"] > 1000
    await run(advice, "ANALYZE withheld_invitations")
    assert await rows_read_for_room(advice) < 100


async def run(advice, sql):
    async with advice.db.transaction() as tx:
        await tx.execute(sql)


async def rows_read_for_room(advice):
    """Of what waits, when the sweep looks for room."""
    async with advice.db.read() as tx:
        explained = Explained(tx, "withheld_invitations")
        await withheld.with_room(advice.settings.limits, handlers.AT_ONCE, explained)
    return explained.rows_read


async def test_requests_for_which_there_is_room_are_worked_on_in_the_order_of_their_ids(
    advice, stranger, members
):
    await advice.restart(limit_open_invitations=1)
    for member in reversed(members[:15]):
        await stranger.asks(member)
        await stranger.asks(member)
    await advice.restart(limit_open_invitations=9)
    async with advice.db.read() as tx:
        found = await withheld.with_room(advice.settings.limits, handlers.AT_ONCE, tx)
    assert len(found) == 15
    assert found == sorted(found)


async def test_what_waits_of_an_owner_that_is_forgotten_waits_no_more(advice, stranger, members):
    await advice.restart(limit_open_requests=1)
    for _ in range(3):
        await stranger.asks(members[0])
    await run(advice, "DELETE FROM network_requests")
    await advice.restart(limit_open_requests=9)
    await sweep(advice)
    assert await waiting(advice) == {}


async def test_offers_that_are_ignored_fill_no_log(home, advice, helper, exchange, stranger):
    await exchange.ask(helper)
    offer = OfferView(
        asker="auvergne",
        request_id=UUID(exchange.request),
        organisation_id=stranger.organisation,
        revision=1,
        state=OfferState.OFFERED,
        text="Venez",
    )
    offers = [state_event(OFFERS, STRANGER, new_id("auvergne"), offer) for _ in range(9)]
    with capture_logs() as logged:
        await home.consumer.receive(offers)
    assert [line for line in logged if line["log_level"] in {"warning", "error"}] == []
