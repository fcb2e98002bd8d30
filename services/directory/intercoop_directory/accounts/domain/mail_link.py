"""Sign-in by mail, decided: who may ask how often, and what becomes of a code that is typed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from hmac import compare_digest
from typing import Final
from uuid import UUID

TRIES: Final = 5
VALID_FOR: Final = timedelta(minutes=15)
MOST_MAILS: Final = 4
"""Tries to send one mail, each with a code of its own."""

COUNTED_FOR: Final = timedelta(hours=1)
MOST_OF_ADDRESS: Final = 5
MOST_OF_ASKER: Final = 30
"""An office of thirty people has one address on the internet."""

MOST_OF_INSTANCE: Final = 600


class Grant(StrEnum):
    """What the settings make of whoever has an address, at the first start and for rescue."""

    STAFF = "staff"
    OPERATOR = "operator"


class Limit(Enum):
    """Whose asking is too much within an hour."""

    ADDRESS = "address"
    ASKER = "asker"
    INSTANCE = "instance"


@dataclass(frozen=True, slots=True)
class Usage:
    """How often was asked within the last hour: for an address, by an asker, and in all."""

    address: int
    asker: int
    instance: int


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody asked to sign in; `browser`, `address`, `asker` and `codes` are hashes.

    Without a `person_id` and `grants` nobody can sign in by it, and no mail leaves.
    """

    id: UUID
    browser: bytes
    address: bytes
    asker: bytes
    asked_at: datetime
    person_id: UUID | None = None
    grants: Grant | None = None
    codes: tuple[bytes, ...] = ()
    tries_left: int = TRIES
    is_over: bool = False

    @property
    def expires_at(self) -> datetime:
        return self.asked_at + VALID_FOR

    @property
    def leads_somewhere(self) -> bool:
        return self.person_id is not None or self.grants is not None

    def waits_at(self, now: datetime) -> bool:
        """Whether a code of it is still good."""
        return not self.is_over and self.tries_left > 0 and now < self.expires_at


@dataclass(frozen=True, slots=True)
class Taken:
    """The code is that of this sign-in, which is over by it."""

    sign_in: SignIn


@dataclass(frozen=True, slots=True)
class Missed:
    """The code is none of this browser's; each of its sign-ins has one try less."""

    sign_ins: tuple[SignIn, ...]

    @property
    def tries_left(self) -> int:
        return max((sign_in.tries_left for sign_in in self.sign_ins), default=0)


def reached(usage: Usage) -> Limit | None:
    """The limit that one more would go beyond, the widest first."""
    if usage.instance >= MOST_OF_INSTANCE:
        return Limit.INSTANCE
    if usage.asker >= MOST_OF_ASKER:
        return Limit.ASKER
    return Limit.ADDRESS if usage.address >= MOST_OF_ADDRESS else None


def take_code(sign_ins: Sequence[SignIn], digest: bytes | None, now: datetime) -> Taken | Missed:
    """What becomes of a browser's sign-ins when a code is typed; None is what can be no code."""
    waiting = tuple(sign_in for sign_in in sign_ins if sign_in.waits_at(now))
    for sign_in in waiting:
        if digest is not None and any(compare_digest(digest, code) for code in sign_in.codes):
            return Taken(replace(sign_in, is_over=True))
    return Missed(tuple(replace(sign_in, tries_left=sign_in.tries_left - 1) for sign_in in waiting))


def add_code(sign_in: SignIn, digest: bytes, now: datetime) -> SignIn | None:
    """With one more code that is good; None where no mail is to leave any more, or ever was."""
    if not sign_in.leads_somewhere or not sign_in.waits_at(now):
        return None
    if len(sign_in.codes) >= MOST_MAILS:
        return None
    return replace(sign_in, codes=(*sign_in.codes, digest))
