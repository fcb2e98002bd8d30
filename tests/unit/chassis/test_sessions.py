"""Sessions of people: renewed unseen, for as long as they are used, by whichever process."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest

from intercoop_chassis.auth import Authority, Identity, Role
from intercoop_chassis.auth.issuing import LIFETIME, TokenContent, TokenIssuer
from intercoop_chassis.auth.sessions import IDLE_FOR, Sessions
from intercoop_chassis.auth.signing_keys import SigningKeys, create_signing_key_file
from intercoop_chassis.errors import UnauthenticatedError
from testkit.ids import new_id
from testkit.known_standings import KnownStandings

PERSON, COOP = uuid4(), uuid4()
NOW = datetime.now(UTC).replace(microsecond=0)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


class Process:
    """A process of an instance. Tokens are checked by the machine's clock, so it signs in the past:
    what was issued `ago` is met now."""

    def __init__(self, keys: Path, owner: str = "ouest") -> None:
        self.standings = KnownStandings(owner, {Role.STAFF}, {COOP})
        self.issued_at = NOW
        ring = SigningKeys(keys)
        self.issuer = TokenIssuer("test", owner, ring, clock=lambda: self.issued_at)
        authority = Authority(self.issuer.name, ring.find, owner=owner, standings=self.standings)
        self.authority = authority
        self.sessions = Sessions(
            authority, self.issuer, self.standings, clock=lambda: self.issued_at
        )
        self.directory: str | None = "Nadia Berthier"

    def has_the_directory(self) -> None:
        async def name_of(_: UUID) -> str | None:
            return self.directory

        self.sessions = Sessions(
            self.authority,
            self.issuer,
            self.standings,
            name_of=name_of,
            clock=lambda: self.issued_at,
        )

    def begun(self, ago: timedelta, name: str = "") -> str:
        self.issued_at = NOW - ago
        token = self.sessions.begin(PERSON, new_id(self.standings.owner), name)
        self.issued_at = NOW
        return token


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    path = tmp_path / "signing.pem"
    create_signing_key_file(path)
    return path


@pytest.fixture
def process(keys: Path) -> Process:
    return Process(keys)


def claims(token: str) -> dict[str, Any]:  # Any: JSON
    return jwt.decode(token, options={"verify_signature": False})


async def refusal(process: Process, token: str) -> str:
    with pytest.raises(UnauthenticatedError) as caught:
        await process.sessions.resume(token)
    return caught.value.detail


async def test_a_session_says_who_and_what_they_may_as_the_api_understands_it(
    process: Process,
) -> None:
    token = process.begun(timedelta(0))

    session = await process.sessions.resume(token)

    who = Identity(PERSON, "ouest", frozenset({Role.STAFF}), frozenset({COOP}))
    assert session.identity == who == await process.authority.identify(token)
    assert session.signed_in == NOW
    assert session.renewed is None
    assert session.ends == NOW + IDLE_FOR


async def test_another_process_goes_on_with_it_and_keeps_what_it_says(
    process: Process, keys: Path
) -> None:
    token, other = process.begun(31 * MINUTE), Process(keys)

    session = await other.sessions.resume(token)

    assert session.renewed is not None
    before, after = claims(token), claims(session.renewed)
    kept = before.keys() - {"iat", "exp"}
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert str(session.id) == before["sid"] == after["sid"]
    assert after["auth_time"] == before["auth_time"] == (NOW - 31 * MINUTE).timestamp()
    assert after["exp"] - after["iat"] == LIFETIME.total_seconds()
    assert after["iat"] == NOW.timestamp()
    assert session.ends == NOW + IDLE_FOR


@pytest.mark.parametrize("ago", [2 * LIFETIME, DAY, IDLE_FOR - MINUTE])
async def test_a_session_lasts_while_its_token_is_no_older_than_thirty_days(
    process: Process, ago: timedelta
) -> None:
    token = process.begun(ago)

    with pytest.raises(UnauthenticatedError, match="has expired"):
        await process.authority.identify(token)
    session = await process.sessions.resume(token)

    assert session.renewed is not None
    assert await process.authority.identify(session.renewed) == session.identity


@pytest.mark.parametrize("ago", [IDLE_FOR, IDLE_FOR + DAY, 300 * DAY])
async def test_a_session_that_nobody_used_for_thirty_days_has_ended(
    process: Process, ago: timedelta
) -> None:
    assert "30 days" in await refusal(process, process.begun(ago))


async def test_a_session_ends_after_half_a_year_however_often_it_is_used(process: Process) -> None:
    token = process.begun(185 * DAY)
    for ago in range(170, 5, -20):
        process.issued_at = NOW - ago * DAY
        session = await process.sessions.resume(token)
        assert session.renewed is not None
        token = session.renewed
    process.issued_at = NOW
    assert "180 days" in await refusal(process, token)


async def test_what_a_person_may_do_is_in_no_token(process: Process) -> None:
    token = process.begun(31 * MINUTE)
    renewed = (await process.sessions.resume(token)).renewed or ""
    for text in (token, renewed):
        assert not {"roles", "organisations"} & claims(text).keys()


async def test_what_changed_for_a_person_counts_in_their_session_at_once(process: Process) -> None:
    token = process.begun(MINUTE)
    process.standings.roles = frozenset({Role.MEMBER})

    session = await process.sessions.resume(token)

    assert session.identity.roles == {Role.MEMBER}


async def test_each_use_begins_the_thirty_days_anew(process: Process) -> None:
    token = process.begun(70 * DAY)
    for ago in (45 * DAY, 20 * DAY):
        process.issued_at = NOW - ago
        session = await process.sessions.resume(token)
        assert session.renewed is not None
        token = session.renewed
    process.issued_at = NOW

    session = await process.sessions.resume(token)

    assert session.signed_in == NOW - 70 * DAY


@pytest.mark.parametrize("ago", [timedelta(0), 2 * LIFETIME])
async def test_a_session_that_has_ended_is_neither_good_nor_renewed(
    process: Process, ago: timedelta
) -> None:
    token = process.begun(ago)

    process.standings.ended.add(UUID(claims(token)["sid"]))

    assert "has ended" in await refusal(process, token)


async def test_to_end_one_session_ends_no_other_of_the_same_person(process: Process) -> None:
    phone, desk = process.begun(timedelta(0)), process.begun(timedelta(0))

    process.standings.ended.add(UUID(claims(phone)["sid"]))

    assert (await process.sessions.resume(desk)).identity.subject == PERSON


@pytest.mark.parametrize("ago", [timedelta(0), 2 * LIFETIME])
async def test_the_token_of_a_program_is_no_session(process: Process, ago: timedelta) -> None:
    process.issued_at = NOW - ago
    token = process.issuer.issue(TokenContent(PERSON, uuid4(), frozenset({Role.STAFF})))
    process.issued_at = NOW

    assert "a program's" in await refusal(process, token)


@pytest.mark.parametrize("ago", [timedelta(0), 2 * LIFETIME])
async def test_another_instances_session_is_none_here_be_it_by_the_same_key(
    process: Process, keys: Path, ago: timedelta
) -> None:
    neighbour = Process(keys, owner="auvergne")

    assert "another instance" in await refusal(process, neighbour.begun(ago))


async def test_an_old_token_that_was_changed_is_not_renewed(process: Process) -> None:
    header, _, signature = process.begun(DAY).split(".")
    payload = process.begun(timedelta(0)).split(".")[1]

    assert "wrong signature" in await refusal(process, f"{header}.{payload}.{signature}")


async def test_clocks_of_two_machines_may_differ_by_half_a_minute(process: Process) -> None:
    ahead = process.begun(-timedelta(seconds=20))
    far_ahead = process.begun(-timedelta(hours=1))

    assert (await process.sessions.resume(ahead)).renewed is None
    assert "clocks" in await refusal(process, far_ahead)


async def test_a_name_stays_with_its_session_wherever_it_is_renewed(process: Process) -> None:
    token = process.begun(2 * LIFETIME, "Nadia Benali")

    session = await process.sessions.resume(token)

    assert session.name == "Nadia Benali"
    assert session.renewed is not None
    assert claims(session.renewed)["name"] == "Nadia Benali"
    assert (await process.sessions.resume(session.renewed)).name == "Nadia Benali"


@pytest.mark.parametrize(
    ("known", "shown"), [("Nadia Berthier", "Nadia Berthier"), ("", ""), (None, "Nadia Benali")]
)
async def test_a_renewal_asks_the_directory_for_the_name_where_it_is_there(
    process: Process, known: str | None, shown: str
) -> None:
    process.has_the_directory()
    token, process.directory = process.begun(2 * LIFETIME, "Nadia Benali"), known

    session = await process.sessions.resume(token)

    assert session.name == shown


async def test_the_longest_name_leaves_room_in_a_cookie(process: Process) -> None:
    token = process.begun(timedelta(0), "\N{GRINNING FACE}" * 201)

    assert len(token) < 2_500


async def test_what_a_name_was_is_forgotten_when_its_session_is_refused(process: Process) -> None:
    token = process.begun(timedelta(0), "Nadia Benali")
    await process.sessions.resume(token)

    process.standings.ended.add(UUID(claims(token)["sid"]))
    await refusal(process, token)

    assert len(process.authority._verified) == 0
