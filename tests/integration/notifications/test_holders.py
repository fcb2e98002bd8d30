"""Advice is told to the holders of a mandate, today's or, when there are none, the first to come."""

import asyncio
from datetime import UTC, datetime, timedelta

from intercoop_contracts.advice import CounterpartView, PeerAdviceState, Side
from intercoop_contracts.directory import PEOPLE, PublicContact, Role
from intercoop_contracts.streams import End, Ended
from intercoop_notifications.notices import handlers as notices
from intercoop_notifications.notices.store import undelivered as waiting
from testkit.ids import new_id
from testkit.notifications_service import NotificationsService, advice_view, mandate, person_view

STATES = PeerAdviceState


async def undelivered(service):
    async with service.client(roles=["staff"]) as staff:
        answer = await staff.get("/undelivered")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def sweep(service, now):
    """What the timers do in an hour; a few rows are all that there is."""
    await service.db.command(lambda tx: notices.deliver_waiting(None, 10, tx, now=now))
    await service.db.command(lambda tx: waiting.remove_late(now, 10, tx))


async def test_the_holders_of_today_are_told_and_why(service):
    organisation = new_id("midi-pyrenees")
    manager = await service.person(
        mandates=(mandate(organisation), mandate(organisation, Role.BOARD))
    )
    others = [
        await service.person(mandates=(held,))
        for held in (
            mandate(organisation, Role.EMPLOYEE),
            mandate(new_id("midi-pyrenees")),
            mandate(organisation, until="2020-01-01"),
            mandate(organisation, since=datetime.now(UTC).date() + timedelta(days=3)),
        )
    ]
    view = advice_view(organisation, tell=(Role.MANAGER, Role.BOARD))
    await service.advises(view)
    (notice,) = await service.notices(manager)
    assert notice["kind"] == "advice-invited"
    assert (
        notice["title"] == "Demande de conseil de « Menuiserie du Lac » : Nous cherchons des locaux"
    )
    assert "membre du conseil d’administration et gérant·e" in notice["why"]
    assert notice["link"]["request_id"] == str(view.request_id)
    assert notice["link"]["organisation_id"] == str(organisation)
    for other in others:
        assert await service.notices(other) == []
    assert await undelivered(service) == []


async def test_both_sides_are_told_of_an_introduction_with_the_contact(service):
    organisation = new_id("midi-pyrenees")
    manager = await service.person(mandates=(mandate(organisation),))
    other = CounterpartView(
        organisation_id=new_id("midi-pyrenees"), name="Bois & Cie", state=STATES.OFFERED
    )
    contact = PublicContact(email="contact@bois.example")
    introduced = other.model_copy(update={"state": STATES.INTRODUCED, "contact": contact})
    view = advice_view(organisation, STATES.OFFERED, side=Side.ASKER, counterparts=(other,))
    after = view.model_copy(update={"state": STATES.INTRODUCED, "counterparts": (introduced,)})
    await service.advises(view, after)
    assert await service.kinds(manager) == ["advice-offered", "advice-introduced"]
    newest, _ = await service.notices(manager)
    assert "« Bois & Cie » : contact@bois.example" in newest["text"]


async def test_what_nobody_can_be_told_waits_for_the_first_who_can(service):
    organisation = new_id("midi-pyrenees")
    view = advice_view(organisation)
    await service.advises(view)
    (news,) = await undelivered(service)
    assert news["organisation_id"] == str(organisation)
    assert (news["kind"], news["roles"]) == ("advice-invited", ["manager"])
    assert news["title"] == "Nous cherchons des locaux"

    await service.person(mandates=(mandate(organisation, Role.EMPLOYEE),))
    assert len(await undelivered(service)) == 1
    manager = await service.person(mandates=(mandate(organisation),))

    assert await service.kinds(manager) == ["advice-invited"]
    assert await undelivered(service) == []
    assert len(await service.mails()) == 1
    await service.hears(PEOPLE, manager, person_view(mandates=(mandate(organisation),)))
    assert await service.kinds(manager) == ["advice-invited"], "once"


async def test_each_of_several_who_come_later_is_told_what_waited_once(service):
    organisation = new_id("midi-pyrenees")
    await service.advises(advice_view(organisation))
    first, second = [await service.person(mandates=(mandate(organisation),)) for _ in range(2)]
    gone = await service.person(mandates=(mandate(organisation),))
    await service.forgets(gone)
    third = await service.person(mandates=(mandate(organisation),))
    for manager in (first, second, third):
        assert await service.kinds(manager) == ["advice-invited"]
        await service.hears(PEOPLE, manager, person_view(mandates=(mandate(organisation),)))
    await sweep(service, datetime.now(UTC))
    for manager in (first, second, third):
        assert await service.kinds(manager) == ["advice-invited"], "once"
    assert await undelivered(service) == [], "staff need not look for anybody"
    rows = await service.fetch("SELECT person_id FROM undelivered_told")
    assert {row["person_id"] for row in rows} == {first, second, third}, "not who was erased"


async def test_who_comes_later_is_told_how_it_is_by_then(service):
    """The first who came has offered help meanwhile: the second is not asked for it any more."""
    organisation = new_id("midi-pyrenees")
    invited = advice_view(organisation)
    subject = await service.advises(invited)
    await service.person(mandates=(mandate(organisation),))
    offered = invited.model_copy(update={"state": STATES.OFFERED})
    await service.advises(offered, subject=subject)
    late = await service.person(mandates=(mandate(organisation),))
    assert await service.kinds(late) == []
    await service.advises(offered.model_copy(update={"state": STATES.NOT_TAKEN}), subject=subject)
    assert await service.kinds(late) == ["advice-not-taken"]


async def test_who_comes_after_two_weeks_is_told_nothing_that_others_were(service):
    organisation = new_id("midi-pyrenees")
    await service.advises(advice_view(organisation))
    await service.person(mandates=(mandate(organisation),))
    await sweep(service, datetime.now(UTC) + timedelta(days=15))
    late = await service.person(mandates=(mandate(organisation),))
    assert await service.kinds(late) == []


async def test_an_asker_is_told_that_an_offer_was_withdrawn(service):
    organisation = new_id("midi-pyrenees")
    manager = await service.person(mandates=(mandate(organisation),))
    there = CounterpartView(
        organisation_id=new_id("midi-pyrenees"), name="Bois & Cie", state=STATES.OFFERED
    )
    gone = there.model_copy(update={"state": STATES.WITHDRAWN})
    offered = advice_view(organisation, STATES.OFFERED, side=Side.ASKER, counterparts=(there,))
    without = offered.model_copy(update={"state": STATES.ASKED, "counterparts": (gone,)})
    await service.advises(offered, without)
    newest, _ = await service.notices(manager)
    assert newest["kind"] == "advice-withdrawn"
    assert newest["title"] == ("Offre retirée par « Bois & Cie » : Nous cherchons des locaux")


async def test_a_notice_names_the_co_operative_that_was_asked(service):
    """Whoever holds mandates in two of them knows which one it is about."""
    ours, theirs = new_id("midi-pyrenees"), new_id("midi-pyrenees")
    manager = await service.person(mandates=(mandate(ours), mandate(theirs)))
    await service.advises(advice_view(ours, organisation_name="Scierie Haute"))
    await service.advises(advice_view(theirs, organisation_name="Scierie Basse"))
    low, high = await service.notices(manager)
    assert "la coopérative « Scierie Haute », à qui l’on demande conseil" in high["why"]
    assert "« Scierie Basse »" in low["text"]


async def test_of_one_request_only_the_newest_waits(service):
    organisation = new_id("midi-pyrenees")
    view = advice_view(organisation)
    closed = view.model_copy(update={"state": STATES.CLOSED})
    await service.advises(view, closed)
    assert [news["kind"] for news in await undelivered(service)] == ["advice-closed"]
    gone = advice_view(new_id("midi-pyrenees"))
    subject = await service.advises(gone)
    await service.advises(gone, subject=subject)
    from intercoop_contracts.advice import PEER_ADVICE

    await service.hears(PEER_ADVICE, subject, Ended(ended=End(reason="withdrawn")))
    assert [news["kind"] for news in await undelivered(service)] == ["advice-closed"]


async def test_a_mandate_that_begins_by_its_date_is_noticed(service):
    organisation = new_id("midi-pyrenees")
    then = datetime.now(UTC) + timedelta(days=2)  # tomorrow has begun in Paris before midnight UTC
    manager = await service.person(mandates=(mandate(organisation, since=then.date()),))
    await service.advises(advice_view(organisation))

    await sweep(service, datetime.now(UTC))
    assert await service.notices(manager) == []
    later = then + timedelta(hours=2)
    await sweep(service, later)

    assert await service.kinds(manager) == ["advice-invited"]
    assert await undelivered(service) == []


async def test_what_waited_for_two_weeks_is_given_up(service):
    organisation = new_id("midi-pyrenees")
    await service.advises(advice_view(organisation))
    later = datetime.now(UTC) + timedelta(days=15)
    await sweep(service, later)
    manager = await service.person(mandates=(mandate(organisation),))
    assert await service.notices(manager) == []
    assert await undelivered(service) == []


async def test_nobody_is_named_and_nobody_waits(service):
    await service.advises(advice_view(new_id("midi-pyrenees"), tell=()))
    assert await undelivered(service) == []


async def test_a_mandate_and_its_news_that_come_at_the_same_moment_do_not_miss_each_other(
    service, issuer
):
    """Two workers, each with one half."""
    second = NotificationsService(service.settings.database.get_secret_value(), issuer)
    managers = []
    for _ in range(20):
        organisation, manager = new_id("midi-pyrenees"), new_id("midi-pyrenees")
        managers.append(manager)
        await asyncio.gather(
            service.advises(advice_view(organisation)),
            second.hears(PEOPLE, manager, person_view(mandates=(mandate(organisation),))),
        )
    await second.close()
    assert [await service.kinds(manager) for manager in managers] == [["advice-invited"]] * 20
    assert await undelivered(service) == []
