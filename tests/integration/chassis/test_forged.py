"""A forged change of something that is known changes nothing, and is counted."""

from dataclasses import replace

from structlog.testing import capture_logs

from intercoop_chassis import telemetry
from intercoop_chassis.wire.obstacle import ObstacleKind
from testkit.nodes import until
from testkit.poison import Raw
from testkit.things.streams import SECRETS, THINGS, SecretView, ThingView
from testkit.topics import read_all, write_at_once

KNOWN = "SELECT topic, subject, applied, seen, parked, event_type, value FROM replica ORDER BY 1, 2"
ENDED = b'{"ended": {"reason": "erased", "erased": true}}'


def refused():
    return int(telemetry.REFUSED.labels("things", "source")._value.get())


async def records_of(node, stream):
    """What a node's relay wrote, as a thief would copy it."""
    found = await read_all(node.settings.kafka, stream.topic(node.owner))
    return [Raw(one.topic, one.key, one.value, list(one.headers)) for one in found]


async def send(node, raws):
    records = [(one.topic, one.key, one.value, one.headers) for one in raws]
    await write_at_once(node.settings.kafka, records)


async def published(node, stream, view):
    node.start_relay()
    subject = await node.publish(stream, view)
    await node.drained()
    return subject


def forgeries(network, true, others, maker, second):
    """Changes of what `true` says, by others, and others' own record where it is not theirs."""
    newer = true.header("ce_sequence", b"7").valued(b'{"name": "forged"}')
    sources = (
        f"/{network}/{second}/things",
        f"/other-network/{maker}/things",
        f"/{network}/{maker}/parcels",
        f"/{network.upper()}/{maker}/things",
        f"/{network}/{maker}/things/",
        f"//{network}/{maker}/things",
        f"/{network}/{maker}/things/../things",
        f"/{network}/{maker}",
        f"https://example.org/{network}/{maker}/things",
    )
    return [
        *(newer.header("ce_source", source.encode()) for source in sources),
        newer.header("ce_source", sources[0].encode()).valued(ENDED),
        replace(others, topic=true.topic),
        replace(others.about(true.subject), topic=true.topic),
    ]


async def test_nobody_else_changes_or_ends_what_an_owner_published(network):
    maker, second = await network.node("maker"), await network.node("second-maker")
    follower = await network.node("follower")
    known = await published(maker, THINGS, ThingView(name="true"))
    others = await published(second, THINGS, ThingView(name="another's"))
    follower.start_worker()
    await follower.knows(known)
    await follower.knows(others)
    [true], [stolen] = await records_of(maker, THINGS), await records_of(second, THINGS)
    before, counted = await follower.fetch(KNOWN), refused()
    told = await follower.fetch("SELECT * FROM told ORDER BY id")

    forged = forgeries(network.name, true, stolen, maker.owner, second.owner)
    with capture_logs() as log:
        await send(follower, [*forged, true])

        async def all_refused():
            return refused() - counted >= len(forged)

        await until(all_refused, what="every forgery refused")
    later = await maker.publish(THINGS, ThingView(name="later"))
    await follower.knows(later)

    after = [one for one in await follower.fetch(KNOWN) if one["subject"] != later]
    assert after == before
    assert refused() - counted == len(forged)
    assert await follower.value("SELECT count(*) FROM parked") == 0
    news = await follower.fetch("SELECT * FROM told WHERE subject <> $1 ORDER BY id", later)
    assert news == told
    said = [one for one in log if one["event"] == "record_refused"]
    more = [one["more"] for one in log if one["event"] == "records_refused"]
    assert len(said) + sum(more) == len(forged)
    assert all(one["reason"] == "source" for one in said)
    assert "forged" not in str(log)


async def test_anothers_sealed_record_is_no_good_in_ones_own_topic(network):
    """Refused by its source; and with the source written in too, nothing of it opens."""
    one, other = await network.node("one"), await network.node("other")
    mine = await published(one, SECRETS, SecretView(who="Ada", size=1))
    await published(other, SECRETS, SecretView(who="Zéphyrine", size=1))
    one.start_worker()
    await until(lambda: one.told(mine), what="the own secret")
    [stolen] = await records_of(other, SECRETS)
    [own] = await records_of(one, SECRETS)
    before, counted = await one.fetch(KNOWN), refused()

    brought = replace(stolen, topic=own.topic)
    source = dict(own.headers)["ce_source"]
    await send(one, [brought, brought.header("ce_source", source)])

    async def kept():
        return await one.value("SELECT kind FROM parked WHERE subject = $1", stolen.subject)

    kind = await until(kept, what="the second one")
    assert refused() - counted == 1
    assert kind == ObstacleKind.MISSING_KEY
    known = [row for row in await one.fetch(KNOWN) if row["subject"] != stolen.subject]
    assert known == before
    assert await one.told(stolen.subject) == []
