"""Once for each change, over a real broker: replayed, republished, read again, lost and refilled."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from pydantic import SecretStr

from intercoop_chassis.consumer import offsets
from intercoop_chassis.relay.republishing import republish
from intercoop_chassis.replay import replay
from intercoop_chassis.runner import Instance, Role, run
from intercoop_chassis.service import Service
from intercoop_chassis.wire.sealing import create_key_file
from intercoop_contracts.advice import PEER_ADVICE
from intercoop_contracts.directory import PEOPLE
from intercoop_contracts.events import REGISTRATIONS, RegistrationState
from intercoop_local.platform.ports import free_port
from intercoop_notifications.main import SERVICE
from testkit.ids import new_id
from testkit.nodes import Node, until
from testkit.notifications_service import advice_view, mandate, person_view, registration_view
from testkit.topics import read_all, topics_of

NO_TABLES = Path(__file__).parent / "no-migrations"
ANYBODY = Service(name="publisher", migrations=NO_TABLES)
STATES = RegistrationState
PUBLISHED = "SELECT value FROM published"
LONG_ENOUGH = 5
READ = len(SERVICE.subscribers.streams)


@dataclass(frozen=True)
class Owner:
    """One owner: what its other services publish, and its notifications."""

    directory: Node
    events: Node
    advice: Node
    notifications: Node

    @property
    def publishers(self):
        return (self.directory, self.events, self.advice)

    async def told(self):
        """Each notice: whose, of which version, what."""
        sql = "SELECT person_id, kind, subject, version FROM notices ORDER BY person_id, place"
        return [tuple(row.values()) for row in await self.notifications.fetch(sql)]

    async def hears(self, count):
        async def enough():
            found = await self.told()
            return found if len(found) >= count else None

        return await until(enough, within_s=60, what=f"{count} notices")


@pytest.fixture
async def make_owner(platform, tmp_path):
    """An owner on a broker; its publishers run, its notifications do not yet."""
    nodes = []

    async def make(kafka, **settings):
        keys = tmp_path / "sealing.keys"
        create_key_file(keys)
        owner = f"owner-{uuid4().hex[:6]}"

        async def node(service, database, **more):
            common = {"network": "test", "owner": owner, "kafka": kafka, "sealing_keys_file": keys}
            nodes.append(
                Node(
                    service,
                    service.settings(
                        database=SecretStr(database),
                        **common,
                        **more,
                    ),
                )
            )
            return nodes[-1]

        async def publisher(stream):
            service = Service(name=stream.publisher, migrations=NO_TABLES, publishes=[stream])
            made = await node(service, await platform.database(ANYBODY))
            made.start_relay()
            return made

        publishers = [await publisher(stream) for stream in (PEOPLE, REGISTRATIONS, PEER_ADVICE)]
        follower = await node(SERVICE, await platform.database(SERVICE), **settings)
        return Owner(*publishers, follower)

    yield make
    for node in nodes:
        await node.close()


async def live(owner):
    """Start its notifications and wait until what comes is news."""
    owner.notifications.start_worker()

    async def subscribed():
        return await owner.notifications.value("SELECT count(*) FROM subscriptions") == READ

    await until(subscribed, what="the subscriptions")


async def publish_some(owner):
    """A person with a mandate, a registration that is answered, advice; returns the person."""
    organisation = new_id(owner.notifications.owner)
    person = new_id(owner.notifications.owner)
    view = person_view(mandates=(mandate(organisation),))
    await owner.directory.publish(PEOPLE, view, str(person))
    await owner.notifications.knows(str(person))
    asked = registration_view(person, STATES.ASKED)
    code = await owner.events.publish(REGISTRATIONS, asked)
    await owner.notifications.knows(code)
    seated = asked.model_copy(update={"state": STATES.SEATED})
    await owner.events.publish(REGISTRATIONS, seated, code)
    advice = advice_view(organisation)
    await owner.advice.publish(PEER_ADVICE, advice, f"{advice.request_id}/{organisation}")
    return person


async def filled_again(kafka, owner, told):
    """Whether everything that was told of is on the broker."""
    name = owner.notifications.owner
    topics = {stream.topic(name) for stream in (REGISTRATIONS, PEER_ADVICE)}
    there = topics & set(await topics_of(kafka.bootstrap, name))
    records = await read_all(kafka.bootstrap, *there) if there else []
    return {subject for _, _, subject, _ in told} <= {record.key.decode() for record in records}


async def test_each_change_is_told_once_across_republish_replay_and_resync(platform, make_owner):
    owner = await make_owner(platform.kafka.bootstrap)
    await live(owner)
    await publish_some(owner)
    told = await owner.hears(2)
    assert sorted(kind for _, kind, _, _ in told) == ["advice-invited", "registration-seated"]

    for publisher in owner.publishers:
        await publisher.db.command(republish)
        await publisher.drained()
    service = owner.notifications
    await service.db.command(offsets.resync)
    for stream in (PEOPLE, REGISTRATIONS, PEER_ADVICE):
        await replay(service.db, SERVICE.subscribers, stream.id)
    marker = await owner.events.publish(
        REGISTRATIONS, registration_view(new_id(owner.notifications.owner))
    )
    await service.knows(marker)

    assert [notice for notice in await owner.told() if notice[2] != marker] == told
    assert await service.value("SELECT count(*) FROM jobs") == 3


async def test_what_was_published_before_it_listened_is_not_told(platform, make_owner):
    owner = await make_owner(platform.kafka.bootstrap)
    code = await owner.events.publish(
        REGISTRATIONS, registration_view(new_id(owner.notifications.owner))
    )
    await owner.events.drained()
    await live(owner)
    await owner.notifications.knows(code)
    marker = await owner.events.publish(
        REGISTRATIONS, registration_view(new_id(owner.notifications.owner))
    )
    ((_, _, subject, _),) = await owner.hears(1)
    assert subject == marker


async def test_a_broker_that_comes_back_empty_tells_nothing_twice(platform, make_owner):
    kafka = platform.new_kafka()
    kafka.start()
    owner = await make_owner(kafka.bootstrap)
    await live(owner)
    await publish_some(owner)
    told = await owner.hears(2)

    kafka.kill()
    kafka.wipe()
    kafka.start()
    await until(lambda: filled_again(kafka, owner, told), within_s=90, what="the old states")
    marker = await owner.events.publish(
        REGISTRATIONS, registration_view(new_id(owner.notifications.owner))
    )
    await owner.notifications.knows(marker, within_s=90)

    assert [notice for notice in await owner.told() if notice[2] != marker] == told
    for node in (*owner.publishers, owner.notifications):
        await node.stop()
    kafka.kill()


async def test_one_process_with_every_role_hears_tells_and_mails(
    platform, make_owner, issuer, smtp_server
):
    """As `intercoop-notifications run` does."""
    port = free_port()
    owner = await make_owner(
        platform.kafka.bootstrap,
        smtp=smtp_server.url,
        mail_from="intercoop@scop.example",
        public_url="https://coop.example",
        http_port=port,
    )
    settings = owner.notifications.settings.model_copy(
        update={"signing_keys_file": issuer.keys_file}
    )
    stop = asyncio.Event()
    running = asyncio.create_task(run([Instance(SERVICE, settings)], tuple(Role), stop))

    async def subscribed():
        return await owner.notifications.value("SELECT count(*) FROM subscriptions") == READ

    await until(subscribed, what="the subscriptions")
    person = await publish_some(owner)

    async def both_mailed():
        return len(smtp_server.received) == 2

    await until(both_mailed, within_s=60, what="both mails")
    token = issuer.token(settings, sub=str(person), roles=["member"])
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        headers = {"Authorization": f"Bearer {token}"}
        listed = await client.get("/notifications/api/notices", headers=headers)
        ready = await client.get("/health/ready")
    subjects = {mail["Subject"] for mail in smtp_server.received}
    assert {notice["title"] for notice in listed.json()["items"]} == subjects
    assert ready.status_code == 200
    stop.set()
    await asyncio.wait_for(running, 30)


async def test_private_topics_say_nothing_but_which_entity_changed_when(make_owner, platform):
    """No person, co-operative, role, state or event type: in no value, and in no header but its subject."""
    owner = await make_owner(platform.kafka.bootstrap)
    await live(owner)
    person = await publish_some(owner)
    await owner.hears(2)
    for node in owner.publishers:
        await node.drained()

    kafka, name = platform.kafka.bootstrap, owner.notifications.owner
    streams = (PEOPLE, REGISTRATIONS, PEER_ADVICE)
    records = await read_all(kafka, *(stream.topic(name) for stream in streams))
    assert {record.topic for record in records} == {stream.topic(name) for stream in streams}
    views = [row["value"] for node in owner.publishers for row in await node.fetch(PUBLISHED)]
    written = [
        text
        for record in records
        for text in (record.value, *(text for key, text in record.headers if key != "ce_subject"))
    ]
    hidden = {str(person), *(label for stream in streams for label in stream.event_types)}
    hidden |= {text for view in views for text in texts_of(json.loads(view))}
    assert len(hidden) > 40
    for text in hidden:
        assert not [where for where in written if text.encode() in where], text


def texts_of(content):
    """Names and texts of some length in JSON: shorter ones may stand anywhere by chance."""
    match content:
        case dict():
            found = [f'"{name}"' for name in content] + [
                text for value in content.values() for text in texts_of(value)
            ]
        case list():
            found = [text for value in content for text in texts_of(value)]
        case str():
            found = [content]
        case _:
            found = []
    return [text for text in found if len(text) >= LONG_ENOUGH]
