"""Parked changes from the operator's side: seen in plain words, retried, discarded, audited."""

import json

import httpx
import pytest

from intercoop_chassis.consumer.parking.dead_letters import packed_headers
from intercoop_chassis.context import Context
from intercoop_chassis.health import Health
from intercoop_chassis.http.app import create_app
from intercoop_chassis.mounting import mounted
from testkit.issuer import Issuer
from testkit.nodes import until
from testkit.poison import PoisonTarget, good
from testkit.things.streams import SECRETS, THINGS, SecretView, ThingView
from testkit.topics import envelope, write

SET_MOOD = "INSERT INTO mood VALUES ('moody', $1) ON CONFLICT (name) DO UPDATE SET value = $1"
KEEP = """
INSERT INTO parked (topic, subject, version, headers, value, is_news, kind, reason, error_text,
                    next_try_at)
VALUES ($1, 's', 1, $2, $3, true, 'subscriber-failed', 'MoodError', 'x', now() + interval '1 hour')
"""
LATER = "UPDATE parked SET next_try_at = now() + interval '1 hour'"


class Operated:
    """An owner, a follower that meets what it cannot apply, and the follower's operator."""

    def __init__(self, maker, follower, client):
        self.maker = maker
        self.follower = follower
        self.client = client
        self.topic = THINGS.topic(maker.owner)

    def which(self, subject):
        return {"topic": self.topic, "subject": subject}

    async def write(self, subject, version, value):
        source = f"/{self.maker.settings.network}/{self.maker.owner}/things"
        headers = envelope(subject, version, source=source).headers()
        await write(self.follower.settings.kafka, self.topic, [(subject, value, headers)])

    async def parks(self, subject):
        async def there():
            return await self.follower.fetch("SELECT 1 FROM parked WHERE subject = $1", subject)

        await until(there, what="a parked change")

    async def list(self):
        answer = await self.client.get("/parked")
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    async def ask(self, act, subject, body=None, **headers):
        path = f"/parked/one/{act}"
        return await self.client.post(
            path, params=self.which(subject), json=body or {}, headers=headers
        )


@pytest.fixture
def issuer():
    issuer = Issuer()
    yield issuer
    issuer.close()


@pytest.fixture
async def operated(network, issuer):
    maker, follower = await network.node("maker"), await network.node("follower")
    settings = follower.settings.model_copy(update={"signing_keys_file": issuer.keys_file})
    follower.settings = settings
    context = Context(settings, follower.db)
    app = create_app([mounted(follower.service, context, follower.keyring)], Health())
    token = issuer.token(settings, roles=["operator"])
    maker.start_relay()
    first = await maker.publish(THINGS, ThingView(name="opens the topic"))
    follower.start_worker()
    await follower.knows(first)
    async with httpx.AsyncClient(
        base_url="http://things.test/things/api/operator",
        headers={"Authorization": f"Bearer {token}"},
        transport=httpx.ASGITransport(app=app),
    ) as client:
        yield Operated(maker, follower, client)


async def test_poison_is_seen_in_plain_words_and_heals_when_its_owner_mends_it(operated):
    await operated.write("bad", 1, b'{"name": 5, "surname": "Lovelace"}')
    await operated.parks("bad")

    [line] = await operated.list()
    assert (line["subject"], line["version"], line["owner"]) == ("bad", 1, operated.maker.owner)
    assert line["happened"]["fr"] == "Son contenu n'a pas la forme convenue"
    assert "bring this service up to date" in line["remedy"]["en"]
    shown = (await operated.client.get("/parked/one", params=operated.which("bad"))).json()
    assert shown["content"] == {"name": "•••", "•••": "•••"}
    assert "Lovelace" not in json.dumps(shown)
    assert shown["headers"]["ce_subject"] == "bad"

    said = await operated.follower.command("parked", "list")
    assert said.exit_code == 0, said.output
    assert "Its content does not have the form that was agreed." in said.output
    french = await operated.follower.command("parked", "list", language="fr_FR.UTF-8")
    assert "Son contenu n'a pas la forme convenue." in french.output

    good = ThingView(name="good").model_dump_json().encode()
    await operated.write("bad", 2, good)
    await operated.follower.knows("bad", 2)
    assert await operated.list() == []
    assert "Nothing waits." in (await operated.follower.command("parked", "list")).output


@pytest.mark.parametrize("by", ["http", "command"])
async def test_what_failed_here_is_retried_once_it_was_mended_here(operated, by):
    subject = await operated.maker.publish(THINGS, ThingView(name="x", behave="moody"))
    await operated.parks(subject)
    [line] = await operated.list()
    assert "the fault is on our side" in line["happened"]["en"]
    await operated.follower.execute(SET_MOOD, "well")
    await operated.follower.execute(LATER)

    if by == "http":
        answer = await operated.ask("retry", subject)
        assert answer.status_code == 200, answer.text
    else:
        said = await operated.follower.command(
            "parked", "retry", operated.topic, subject, "--by", "Ada"
        )
        assert said.exit_code == 0, said.output
    await operated.follower.knows(subject)
    told = await operated.follower.told(subject)
    assert [one["is_news"] for one in told] == [True]
    [done] = (await operated.client.get("/audit")).json()["items"]
    assert (done["what"], done["subject"]) == ("retried", subject)


async def test_a_discarded_version_does_not_come_again_and_the_next_one_is_news(operated):
    await operated.write("bad", 3, b"{")
    await operated.parks("bad")
    refused = await operated.ask("discard", "bad", {"reason": "  "})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "reason"
    assert len(await operated.list()) == 1

    key = {"Idempotency-Key": "once"}
    done = await operated.ask("discard", "bad", {"reason": "a test entry"}, **key)
    assert done.status_code == 200, done.text
    again = await operated.ask("discard", "bad", {"reason": "a test entry"}, **key)
    assert again.json() == done.json()
    assert await operated.list() == []
    assert (await operated.ask("discard", "bad", {"reason": "again"})).status_code == 404

    good = ThingView(name="good").model_dump_json().encode()
    await operated.write("bad", 3, good)
    await operated.write("bad", 4, good)
    await operated.follower.knows("bad", 4)
    told = await operated.follower.told("bad")
    assert [(one["version"], one["is_news"]) for one in told] == [(4, True)]
    [audit] = (await operated.client.get("/audit")).json()["items"]
    assert (audit["what"], audit["version"], audit["reason"]) == ("discarded", 3, "a test entry")
    assert "discarded" in (await operated.follower.command("parked", "audit")).output


async def test_to_discard_by_command_needs_a_reason(operated):
    await operated.write("bad", 1, b"{")
    await operated.parks("bad")
    place = (operated.topic, "bad")
    for reason in ((), ("--reason", " ")):
        said = await operated.follower.command("parked", "discard", *place, *reason)
        assert said.exit_code == 2
    said = await operated.follower.command("parked", "discard", *place, "--reason", "noise")
    assert said.exit_code == 0, said.output
    said = await operated.follower.command("parked", "discard", *place, "--reason", "noise")
    assert said.exit_code == 1
    assert "may have healed" in said.output


async def test_personal_fields_are_shown_only_when_asked_for_and_that_is_kept(operated):
    node = operated.follower
    operated.topic = SECRETS.topic(node.owner)
    node.service.subscribers.read(SECRETS)
    await node.execute(
        "INSERT INTO replica (topic, subject, seen, parked) VALUES ($1, 's', 1, 1)", operated.topic
    )
    target = PoisonTarget(node.settings.network, "", node.owner, node.keyring)
    view = SecretView(who="Ada Lovelace", size=7).model_dump_json().encode()
    raw = target.sealed(good(target, SECRETS, subject="s"), view)
    headers = packed_headers([*raw.headers, ("x-note", b"Ada Lovelace")])
    await node.execute(KEEP, operated.topic, headers, raw.value)
    shown = (await operated.client.get("/parked/one", params=operated.which("s"))).json()
    assert shown["content"] == {"who": "•••", "size": 7}
    assert shown["headers"]["ce_type"] == "intercoop.secret-kept"
    assert "Lovelace" not in json.dumps(shown)
    assert (await operated.client.get("/audit")).json()["items"] == []

    opened = (await operated.ask("unmask", "s")).json()
    assert opened["content"] == {"who": "Ada Lovelace", "size": 7}
    [audit] = (await operated.client.get("/audit")).json()["items"]
    assert (audit["what"], audit["subject"]) == ("unmasked", "s")
    said = await node.command("parked", "show", operated.topic, "s")
    assert "Lovelace" not in said.output
    said = await node.command("parked", "show", operated.topic, "s", "--unmask", "--by", "Ada")
    assert "Ada Lovelace" in said.output
    assert len((await operated.client.get("/audit")).json()["items"]) == 2


async def test_nobody_but_the_operator_sees_or_does_any_of_it(operated, issuer):
    await operated.write("bad", 1, b"{")
    await operated.parks("bad")
    here = operated.follower.settings
    for token, status in (
        (issuer.token(here, roles=["staff"]), 403),
        (issuer.token(owner="x", roles=["operator"]), 401),
    ):
        operated.client.headers["Authorization"] = f"Bearer {token}"
        assert (await operated.client.get("/parked")).status_code == status
        answer = await operated.ask("discard", "bad", {"reason": "no"})
        assert answer.status_code == status
    assert await operated.follower.value("SELECT count(*) FROM parked") == 1


async def test_a_long_list_comes_in_pages(operated):
    for number in range(5):
        await operated.write(f"bad-{number}", 1, b"{")
    await operated.parks("bad-4")
    seen, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await operated.client.get("/parked", params=query)).json()
        seen += [one["subject"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert sorted(seen) == [f"bad-{number}" for number in range(5)]


async def test_what_an_error_says_is_shown_to_whoever_unmasks_and_kept_nowhere(operated):
    subject = await operated.maker.publish(THINGS, ThingView(name="x", behave="moody"))
    await operated.parks(subject)
    node, place = operated.follower, (operated.topic, subject)
    await node.execute("UPDATE parked SET error_text = 'Ada Lovelace'")
    await node.execute(LATER)
    [line] = await operated.list()
    assert line["reason"] == "MoodError"
    for arguments in (("list",), ("list", "--json"), ("show", *place)):
        said = await node.command("parked", *arguments)
        assert "MoodError" in said.output
        assert "Lovelace" not in said.output

    key = {"Idempotency-Key": "looked"}
    assert (await operated.ask("unmask", subject, **key)).json()["reason"].endswith("Lovelace")
    assert (await operated.ask("unmask", subject, **key)).status_code == 200
    assert "Lovelace" in (await node.command("parked", "show", *place, "--unmask")).output
    assert (await operated.ask("retry", subject)).status_code == 200
    audit = (await operated.client.get("/audit")).json()["items"]
    assert [one["what"] for one in audit] == ["retried", *["unmasked"] * 3]
    assert {one["reason"] for one in audit} == {"MoodError"}
    kept = await node.fetch("SELECT encode(body, 'escape') AS body FROM idempotency")
    assert not [one for one in kept if "Lovelace" in one["body"]]


async def test_what_a_stranger_wrote_does_not_steer_the_terminal(operated):
    view = ThingView(name="\x1b[2J\x9b2J\u202eshown", behave="moody")
    subject = await operated.maker.publish(THINGS, view)
    await operated.parks(subject)
    for arguments in ((), ("--unmask",)):
        shown = await operated.follower.command(
            "parked", "show", operated.topic, subject, *arguments
        )
        assert shown.exit_code == 0, shown.output
        assert r"\u001b[2J\x9b2J\u202eshown" in shown.output
        assert not set("\x1b\x9b\u202e") & set(shown.output)


async def test_everything_is_retried_by_one_word_and_never_by_none(operated):
    for arguments in ((), ("a-topic",), ("a-topic", "a-subject", "--all")):
        done = await operated.follower.command("parked", "retry", *arguments)
        assert done.exit_code == 2, arguments
    subject = await operated.maker.publish(THINGS, ThingView(name="x", behave="moody"))
    await operated.parks(subject)
    await operated.follower.execute(SET_MOOD, "well")
    await operated.follower.execute(LATER)
    assert (await operated.follower.command("parked", "retry", "--all")).exit_code == 0
    await operated.follower.knows(subject)
