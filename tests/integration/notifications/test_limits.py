"""What one other owner has a person told in a day has limits; what waits is swept in batches."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from intercoop_chassis.findings import Level
from intercoop_contracts.advice import CounterpartView, PeerAdviceState, Side
from intercoop_notifications.main import SERVICE
from intercoop_notifications.notices import handlers
from intercoop_notifications.notices.jobs import withheld_notices
from intercoop_notifications.notices.store import told_by, undelivered
from testkit.ids import new_id
from testkit.nodes import until
from testkit.notifications_service import (
    OWNER,
    NotificationsService,
    advice_view,
    mandate,
    registration_view,
)
from testkit.statements import counted

STRANGER = "limousin"
STATES = PeerAdviceState
MANY = """
INSERT INTO undelivered (id, stream, subject, version, kind, organisation_id, roles, facts,
                         created_at, deadline)
SELECT gen_random_uuid(), 'private.peer-advice.v1', number::text, 1, 'advice-invited',
    gen_random_uuid(), '{manager}', '{}', now(), now() + $2::text::interval
FROM generate_series(1, $1) AS number
"""


@pytest.fixture
async def limited(platform, issuer, smtp_server):
    """An instance that lets one other owner give four notices a day, two of them by mail."""
    service = NotificationsService(
        await platform.database(SERVICE),
        issuer,
        smtp=smtp_server.url,
        mail_from="intercoop@scop.example",
        public_url="https://coop.example",
        limit_daily_notices=4,
        limit_daily_mails=2,
    )
    await service.open()
    yield service
    await service.close()


async def registered(service, person, count, organiser=STRANGER):
    for _ in range(count):
        view = registration_view(person, organiser=organiser, meeting_id=new_id(organiser))
        await service.registers(person, view)


async def test_one_owner_gives_a_person_so_many_notices_and_mails_a_day(limited):
    person = await limited.person()
    await registered(limited, person, 9)
    assert len(await limited.notices(person)) == 4
    assert len(await limited.mails()) == 2


async def test_other_owners_have_room_of_their_own_and_the_own_one_no_limit(limited):
    person, other = await limited.person(), await limited.person()
    await registered(limited, person, 9)
    await registered(limited, person, 3, "auvergne")
    await registered(limited, person, 9, OWNER)
    await registered(limited, other, 3)
    assert len(await limited.notices(person)) == 4 + 3 + 9
    assert len(await limited.notices(other)) == 3


async def test_the_next_day_counts_anew(limited):
    person = await limited.person()
    await registered(limited, person, 9)
    await limited.execute("UPDATE told_by SET day = day - 1")
    await registered(limited, person, 9)
    assert len(await limited.notices(person)) == 8
    assert len(await limited.mails()) == 4


async def test_the_last_mail_of_a_day_says_so(limited, smtp_server):
    person = await limited.person()
    await registered(limited, person, 9)
    limited.start_posting()

    async def both():
        return len(smtp_server.received) == 2

    await until(both, what="both mails")
    texts = [mail.get_body(("plain",)).get_content() for mail in smtp_server.received]
    last = "dernier courriel d’aujourd’hui venant de « limousin »"
    assert [last in " ".join(text.split()) for text in texts].count(True) == 1


async def test_who_wants_no_mails_does_not_use_them_up(limited):
    person = await limited.person()
    async with limited.client(person) as me:
        await me.put("/preferences", json={"meetings": {"mail": False}, "advice": {"mail": True}})
    await registered(limited, person, 3)
    (row,) = await limited.fetch("SELECT notices, mails FROM told_by")
    assert tuple(row.values()) == (3, 0)


async def test_an_offer_that_comes_and_goes_is_told_so_often_a_day(limited):
    organisation = uuid4()
    manager = await limited.person(mandates=(mandate(organisation),))
    there = CounterpartView(
        organisation_id=uuid4(), name="Bois", state=STATES.OFFERED, owner=STRANGER
    )
    gone = there.model_copy(update={"state": STATES.WITHDRAWN})
    asked = advice_view(organisation, STATES.OFFERED, side=Side.ASKER, counterparts=(there,))
    without = asked.model_copy(update={"state": STATES.ASKED, "counterparts": (gone,)})
    await limited.advises(*[asked, without] * 20)
    assert await limited.kinds(manager) == ["advice-offered", "advice-withdrawn"] * 2
    assert len(await limited.mails()) == 2


async def test_news_for_a_co_operative_without_anybody_waits_up_to_the_limit(limited):
    organisation, other = uuid4(), uuid4()
    stranger = CounterpartView(
        organisation_id=uuid4(), name="Bois", state=STATES.INVITED, owner=STRANGER
    )
    for _ in range(9):
        await limited.advises(advice_view(organisation, counterparts=(stranger,)))
    await limited.advises(advice_view(other, counterparts=(stranger,)))
    known = stranger.model_copy(update={"owner": OWNER})
    for _ in range(6):
        await limited.advises(advice_view(organisation, counterparts=(known,)))
    rows = await limited.fetch("SELECT caused_by, organisation_id FROM undelivered")
    found = [tuple(row.values()) for row in rows]
    assert found.count((STRANGER, organisation)) == 4
    assert found.count((STRANGER, other)) == 1
    assert found.count((OWNER, organisation)) == 6


async def test_what_was_counted_goes_with_its_person_and_after_a_month(limited):
    erased, stays = await limited.person(), await limited.person()
    for person in (erased, stays):
        await registered(limited, person, 1)
    await limited.forgets(erased)
    assert [row["person_id"] for row in await limited.fetch("SELECT * FROM told_by")] == [stays]
    later = datetime.now(UTC).date() + timedelta(days=1)
    async with limited.db.transaction() as tx:
        assert await told_by.forget(later, 10, tx) == 1


async def test_the_doctor_says_because_of_whom_something_was_withheld(limited):
    (well,) = await withheld_notices(limited.context)
    assert well.level is Level.OK
    for _ in range(2):
        await registered(limited, await limited.person(), 9)
    (found,) = await withheld_notices(limited.context)
    assert (found.level, found.said.en) == (
        Level.WARN,
        "limousin: 10 notices and 14 mails withheld in 7 days, from 2 people",
    )


async def swept(service):
    """Everything that the hourly timer does; what each of its transactions worked on."""

    async def once(tx):
        return await handlers.deliver_waiting(None, 2, tx, now=datetime.now(UTC))

    found = [await service.db.command(once)]
    while found[-1] == 2:
        found.append(await service.db.command(once))
    return found


async def test_what_nobody_can_be_told_costs_a_sweep_no_statement(service, monkeypatch):
    asked = []
    for count in (1, 3000):
        await service.execute("TRUNCATE undelivered CASCADE")
        await service.execute(MANY, count, "1 day")
        with counted(monkeypatch) as statements:
            await swept(service)
        asked.append(len(statements))
    assert asked[0] == asked[1]
    assert len(await service.fetch("SELECT FROM undelivered")) == 3000


async def test_what_can_be_told_by_now_is_told_in_batches_that_each_end(service):
    organisation = uuid4()
    await service.execute(MANY, 50, "1 day")
    for _ in range(5):
        await service.advises(advice_view(organisation))
    await service.execute("UPDATE undelivered SET roles = '{manager,board}' WHERE facts <> '{}'")
    held = [(uuid4(), organisation, role) for role in ("manager", "manager", "board")]
    async with service.db.transaction() as tx:
        await tx.execute_many(
            "INSERT INTO mandates (person_id, organisation_id, role, since)"
            " VALUES ($1, $2, $3, '2015-01-01')",
            held,
        )
    assert await swept(service) == [2, 2, 1]
    assert [len(await service.notices(person)) for person, _, _ in held] == [5, 5, 5]
    assert await swept(service) == [0], "what all have been told is not looked at again"


async def test_what_waited_too_long_is_given_up_in_batches(service):
    await service.execute(MANY, 25, "-1 minute")
    given_up = []
    while not given_up or given_up[-1]:
        async with service.db.transaction() as tx:
            given_up.append(await undelivered.remove_late(datetime.now(UTC), 10, tx))
    assert given_up == [10, 10, 5, 0]
