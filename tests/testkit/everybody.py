"""Everybody who may come to an instance, with the rights that they have there."""

from datetime import UTC, datetime
from uuid import UUID

from intercoop_chassis.auth import Right
from intercoop_chassis.clock import day_in_france
from intercoop_contracts.directory import AccountView
from intercoop_contracts.directory.accounts import EndedSessionView
from testkit.accounts import account, account_arrives
from testkit.ids import new_id
from testkit.served_instance import OWNER, ServedInstance

OPEN = {Right.ANYONE, Right.LINK}
EVERYBODY = {
    "stranger": OPEN,
    "member": {*OPEN, Right.MEMBER},
    "elected": {*OPEN, Right.MEMBER, Right.STEERING},
    "staff": {*OPEN, Right.MEMBER, Right.STEERING, Right.STAFF},
    "operator": {*OPEN, Right.MEMBER, Right.OPERATOR},
    "holder of two mandates": {*OPEN, Right.MEMBER, Right.STEERING, Right.STAFF},
    "holder of a mandate that ended today": OPEN,
    "holder of an ended session": OPEN,
    "staff of another instance": OPEN,
}
NOBODY = {who for who, rights in EVERYBODY.items() if rights is OPEN}
"""Whom an instance does not know."""

Tokens = dict[str, str | None]


async def tokens_of_everybody(instance: ServedInstance) -> Tokens:
    """A token of each, by who they are; a stranger has none."""
    usual = {who: instance.token(who) for who in ("member", "staff", "operator")}
    today = day_in_france(datetime.now(UTC))
    session = new_id(OWNER)
    over = (EndedSessionView(id=session),)
    neighbour = {"iss": "/test/auvergne", "aud": "/test/auvergne"}
    return {
        "stranger": None,
        **usual,
        "elected": await _token(instance, account(OWNER, ["elected", "steering"])),
        "holder of two mandates": await _token(
            instance, account(OWNER, ["adviser"], [new_id(OWNER)])
        ),
        "holder of a mandate that ended today": await _token(
            instance, account(OWNER, ["staff", "operator"], until=today)
        ),
        "holder of an ended session": await _token(
            instance, account(OWNER, ["staff", "operator"], ended_sessions=over), session
        ),
        "staff of another instance": instance.token("staff", "operator", **neighbour),
    }


async def _token(instance: ServedInstance, view: AccountView, session: UUID | None = None) -> str:
    """Of somebody with this account, which the services know; it says no roles."""
    person = new_id(OWNER)
    await account_arrives(OWNER, person, view, instance.dbs.values())
    sid = str(session or new_id(OWNER))
    return instance.token(sub=str(person), sid=sid, roles=None, organisations=None)
