"""A form that is sent twice, by a double click or a browser that tries again, has one effect.

Its hidden field `once` is the idempotency key: a UUID that the page has made.
"""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeVar
from uuid import uuid4

from pydantic import BaseModel, ConfigDict
from pydantic_core import to_json

from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.idempotency import KeptAnswer, KeyOfCaller, claim, keep, release
from intercoop_chassis.pages.flash import Flash
from intercoop_chassis.postgres import Transaction

T = TypeVar("T")

ONCE: Final = "once"
"""The hidden field's name."""

_LONGEST: Final = 100
_SEE_OTHER: Final = 303


class Done(BaseModel):
    """What was sent has been done: the page to go to, and what is said there."""

    model_config = ConfigDict(frozen=True)

    address: str
    flash: Flash | None = None


def new_once() -> str:
    """The value of the hidden field."""
    return str(uuid4())


async def once(
    tx: Transaction,
    who: Identity,
    typed: Mapping[str, str],
    work: Callable[[], Awaitable[Done | T]],
) -> Done | T:
    """What `work` comes to; where this very form was taken before, what it came to then.

    Whatever is not `Done` is not kept: a form with something to correct is sent again. One that
    was changed meanwhile is another.
    """
    key = typed.get(ONCE, "").strip()[:_LONGEST]
    if not key:
        return await work()
    digest = hashlib.sha256(to_json(sorted(typed.items()))).digest()
    sent = KeyOfCaller(f"{who.owner}/{who.subject}", f"form/{key}/{digest.hex()}", digest)
    known = await claim(tx, sent)
    if known is not None:
        return Done.model_validate_json(known.body)
    outcome = await work()
    if isinstance(outcome, Done):
        await keep(tx, sent, KeptAnswer(_SEE_OTHER, {}, outcome.model_dump_json().encode()))
    else:
        await release(tx, sent)
    return outcome
