"""Whose notices are asked for: one's own, at one's own instance."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from intercoop_chassis.auth import Caller
from intercoop_chassis.errors import ForbiddenError
from intercoop_chassis.http import Here


def _myself(who: Caller, here: Here) -> UUID:
    if who.owner != here.settings.owner:
        raise ForbiddenError(f"Your notices are at {who.owner}'s instance: ask there")
    return who.subject


Myself = Annotated[UUID, Depends(_myself)]
"""The caller's person id: `async def index(me: Myself)`. People of another instance: 403."""
