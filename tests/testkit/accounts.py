"""Accounts in tests: what the directory would have published of whoever has a token of a session."""

from collections.abc import Iterable
from datetime import date
from http.cookies import SimpleCookie
from typing import Any
from uuid import UUID

import httpx
import jwt

from intercoop_chassis.postgres import Database
from intercoop_contracts.directory import (
    ACCOUNTS,
    AccountRole,
    AccountRoleView,
    AccountView,
    OrganisationRight,
    OrganisationRightView,
)
from intercoop_contracts.streams import Ended
from testkit.ids import new_id

LONG_AGO = date(2014, 1, 1)
Days = dict[str, Any]
ARRIVES = """
INSERT INTO replica (topic, subject, applied, seen, event_type, occurred_at, value)
VALUES ($1, $2, 1, 1, 'account-changed', now(), $3)
ON CONFLICT (topic, subject) DO UPDATE
SET value = EXCLUDED.value, applied = replica.applied + 1, seen = replica.seen + 1
"""
_ROLES = {role.value: role for role in AccountRole}


def account(
    owner: str,
    roles: Iterable[str] = (),
    organisations: Iterable[object] = (),
    *,
    until: date | None = None,
    **fields: Any,
) -> AccountView:
    """An account of somebody with these roles, who acts for these organisations, until a day.

    A member without either reads the record of some organisation.
    """
    days = {"since": LONG_AGO, "until": until}
    acts_for = [_right(each, OrganisationRight.ACT, days) for each in organisations]
    reads = [_right(new_id(owner), OrganisationRight.READ, days)]
    return AccountView(
        organisations=tuple(acts_for or reads),
        roles=tuple(AccountRoleView(role=_ROLES[r], **days) for r in roles if r in _ROLES),
        **fields,
    )


async def account_arrives(
    owner: str, person: object, view: AccountView | Ended, dbs: Iterable[Database]
) -> None:
    """Have services know an account, as if the directory had published it."""
    topic, value = ACCOUNTS.topic(owner), view.model_dump_json()
    for db in dbs:
        async with db.transaction() as tx:
            await tx.execute(ARRIVES, topic, str(person), value)


class Acquainted(httpx.AsyncBaseTransport):
    """A transport before which services learn the account of whoever asks.

    Only of a token that says roles: the instance's own tokens of people do not, and these people
    are in the directory.
    """

    def __init__(
        self, transport: httpx.AsyncBaseTransport, owner: str, dbs: Iterable[Database]
    ) -> None:
        self._transport = transport
        self._owner = owner
        self._dbs = dbs
        self._known: set[str] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        for token in _tokens(request):
            if token not in self._known:
                self._known.add(token)
                await self._learn(token)
        return await self._transport.handle_async_request(request)

    async def aclose(self) -> None:
        await self._transport.aclose()

    async def _learn(self, token: str) -> None:
        try:
            claims = jwt.decode(token, options={"verify_signature": False})
        except jwt.PyJWTError:
            return
        if "auth_time" in claims and "roles" in claims:
            view = account(self._owner, claims["roles"], claims.get("organisations", ()))
            await account_arrives(self._owner, claims["sub"], view, self._dbs)


def _tokens(request: httpx.Request) -> list[str]:
    sent = request.headers.get("authorization", "").split(" ")[-1:]
    cookies = SimpleCookie(request.headers.get("cookie", ""))
    return [each for each in [*sent, *(one.value for one in cookies.values())] if "." in each]


def _right(organisation: object, right: OrganisationRight, days: Days) -> OrganisationRightView:
    return OrganisationRightView(organisation_id=UUID(str(organisation)), right=right, **days)
