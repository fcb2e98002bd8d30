"""A database restored from a backup: an owner's says nothing before it was reconciled."""

from urllib.parse import urlsplit

import pytest

from intercoop_chassis.operating import reconcile as reconciling
from intercoop_chassis.operating.reconcile import CannotReconcileError, Missing
from intercoop_contracts.streams import End, Ended
from testkit.backups import back_up, restore
from testkit.restored_database import RestorableNode, publish
from testkit.things.streams import THINGS, ThingView
from testkit.topics import envelope, write

VALUE = "SELECT value FROM replica WHERE subject = $1"


async def test_a_restored_owner_is_silent_until_reconciled_and_then_followed_again(pair):
    owner, follower = pair
    old = await publish(owner, follower, "first")
    untouched = await publish(owner, follower, "untouched")
    copy = await owner.back_up()
    await publish(owner, follower, "second", old)
    await publish(owner, follower, "third", old)
    new = await publish(owner, follower, "after the backup")

    await owner.restore(copy)
    said = await owner.refuses()
    assert "2 entities" in said
    assert "reconcile" in said
    later = await owner.node.publish(THINGS, ThingView(name="while it was silent"))
    assert await owner.node.version_of(old) == 1

    difference = await owner.compare()
    assert [one.envelope.subject for one in difference.older] == [old]
    assert [one.envelope.subject for one in difference.missing] == [new]
    assert await owner.node.version_of(old) == 1

    await owner.reconcile()
    await follower.knows(old, 4)
    await follower.knows(later)
    assert (await follower.told(old))[-1]["name_after"] == "first"
    assert await owner.node.version_of(new) == 1
    assert await owner.node.version_of(untouched) == 1
    await owner.node.publish(THINGS, ThingView(name="again"), new)
    await follower.knows(new, 2)


async def test_what_is_missing_may_end_for_everybody(pair):
    owner, follower = pair
    await publish(owner, follower, "first")
    copy = await owner.back_up()
    new = await publish(owner, follower, "after the backup")
    await owner.restore(copy)
    await owner.refuses()
    await owner.reconcile(Missing.END)
    await follower.knows(new, 2)
    assert '"ended"' in await follower.value(VALUE, new)


async def test_a_change_made_before_anybody_looked_is_not_lost(pair):
    """Its version is one that others know with another content."""
    owner, follower = pair
    subject = await publish(owner, follower, "first")
    await owner.node.drained()
    copy = await owner.back_up()
    await publish(owner, follower, "second", subject)
    await owner.node.stop()
    await owner.restore(copy)
    await owner.node.publish(THINGS, ThingView(name="another second"), subject)
    assert await owner.node.version_of(subject) == 2

    owner.node.start_relay()
    assert "version 2 there, version 2 here" in await owner.refuses()
    await owner.reconcile()
    await follower.knows(subject, 3)
    assert (await follower.told(subject))[-1]["name_after"] == "another second"


async def test_an_empty_database_in_the_place_of_a_lost_one_is_noticed(network, platform):
    maker, follower = await network.node("maker"), await network.node("follower")
    maker.start_relay()
    follower.start_worker()
    subject = await maker.publish(THINGS, ThingView(name="first"))
    await follower.knows(subject)
    await maker.stop()
    anew = RestorableNode(await network.node("maker"), platform.postgres)
    anew.node.start_relay()
    assert "version 1 there, nothing here" in await anew.refuses()
    await anew.reconcile()
    await anew.node.publish(THINGS, ThingView(name="second"), subject)
    await follower.knows(subject, 2)


async def test_what_was_erased_after_the_backup_does_not_come_back(pair):
    owner, follower = pair
    subject = await publish(owner, follower, "to be erased")
    copy = await owner.back_up()
    await owner.node.publish(THINGS, Ended(ended=End(reason="erased", erased=True)), subject)
    await follower.knows(subject, 2)
    await owner.restore(copy)
    await owner.refuses()
    difference = await owner.reconcile()
    assert [one.envelope.subject for one in difference.erased] == [subject]
    marker = await publish(owner, follower, "published after that")
    assert await follower.version_of(marker) == 1
    assert await follower.version_of(subject) == 2
    assert '"erased":true' in await follower.value(VALUE, subject)


async def test_forgeries_in_ones_topic_do_not_silence_its_owner(pair):
    owner, follower = pair
    subject = await publish(owner, follower, "first")
    await owner.node.drained()
    await owner.node.stop()
    topic, mine = (
        THINGS.topic(owner.node.owner),
        f"/{owner.node.settings.network}/{owner.node.owner}/things",
    )
    view = ThingView(name="forged").model_dump_json().encode()

    def forged(version, value=view, source=mine, **changes):
        headers = dict(envelope(subject, version, source=source).headers()) | changes
        return subject, value, list(headers.items())

    await write(
        owner.node.settings.kafka,
        topic,
        [
            forged(9, source=f"/{owner.node.settings.network}/somebody/things"),
            forged(9, source=f"/another/{owner.node.owner}/things"),
            forged(9, value=b"no view"),
            forged(9, ce_id=b"no id of ours"),
            forged(9_000_000),
            (subject, view, []),
        ],
    )
    owner.node.start_relay()
    await publish(owner, follower, "goes on")


async def test_a_follower_restored_from_a_backup_reads_on_from_there(pair, platform):
    owner, follower = pair
    subject = await publish(owner, follower, "first")
    database = urlsplit(follower.settings.database.get_secret_value()).path[1:]
    copy = await back_up(platform.postgres, database)
    await publish(owner, follower, "second", subject)
    await restore(platform.postgres, database, copy)
    await follower.knows(subject, 2)
    assert [one["name_after"] for one in await follower.told(subject)] == ["first", "second"]


async def test_so_does_one_that_hears_of_something_new_at_once(pair, platform):
    """What comes next must not hide what was forgotten."""
    owner, follower = pair
    subject = await publish(owner, follower, "first")
    database = urlsplit(follower.settings.database.get_secret_value()).path[1:]
    copy = await back_up(platform.postgres, database)
    await publish(owner, follower, "second", subject)
    await restore(platform.postgres, database, copy)
    new = await owner.node.publish(THINGS, ThingView(name="news"))
    await follower.knows(new)
    await follower.knows(subject, 2)


async def test_to_a_follower_that_was_made_anew_everything_is_history(pair, platform):
    """Its processes run on meanwhile; nobody hears of old things again."""
    owner, follower = pair
    database = urlsplit(follower.settings.database.get_secret_value()).path[1:]
    empty = urlsplit(await platform.database(follower.service)).path[1:]
    subject = await publish(owner, follower, "first")
    assert [one["is_news"] for one in await follower.told(subject)] == [True]
    for _ in range(2):
        await restore(platform.postgres, database, empty)
        await follower.knows(subject)
        assert [one["is_news"] for one in await follower.told(subject)] == [False]
    new = await publish(owner, follower, "second")
    assert [one["is_news"] for one in await follower.told(new)] == [True]


async def test_what_is_made_while_a_reconcile_reads_is_not_overlooked(pair, monkeypatch):
    owner, follower = pair
    await publish(owner, follower, "first")
    copy = await owner.back_up()
    new = await publish(owner, follower, "new")
    await owner.restore(copy)
    await owner.refuses()
    found = reconciling._found

    async def and_meanwhile(*arguments):
        seen = await found(*arguments)
        await owner.node.publish(THINGS, ThingView(name="new again"), new)
        monkeypatch.undo()
        return seen

    monkeypatch.setattr(reconciling, "_found", and_meanwhile)
    with pytest.raises(CannotReconcileError, match="run it again"):
        await owner.reconcile()
    await owner.reconcile()

    await follower.knows(new, 2)
    assert (await follower.told(new))[-1]["name_after"] == "new again"


async def test_the_command_shows_first_and_does_what_it_is_told(pair):
    owner, follower = pair
    subject = await publish(owner, follower, "first")
    copy = await owner.back_up()
    await publish(owner, follower, "second", subject)
    new = await publish(owner, follower, "new")
    await owner.restore(copy)
    await owner.refuses()

    shown = await owner.node.command("reconcile")
    assert shown.exit_code == 0, shown.output
    assert "1 entities are older here" in shown.output
    assert f"{subject}: version 2 there, 1 here" in shown.output
    assert f"{new}: version 1 there, nothing here" in shown.output
    assert "Nothing was changed" in shown.output
    asked = await owner.node.command("reconcile", "--apply")
    assert asked.exit_code == 2
    assert "--missing keep" in asked.output
    assert await owner.node.version_of(subject) == 1

    done = await owner.node.command("reconcile", "--apply", "--missing", "keep")
    assert done.exit_code == 0, done.output
    await follower.knows(subject, 3)
    assert "0 entities are older here" in (await owner.node.command("reconcile")).output
