"""Who may do what here: people read and change what is their own, at their own instance.

Staff are recognised by the chassis, and whoever has a stop link may use it (`preferences.pages`).
"""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from intercoop_chassis.auth import Caller


async def _myself(caller: Caller) -> UUID:
    return caller.subject


Myself = Annotated[UUID, Depends(_myself)]
"""The caller's person id: `async def index(me: Myself)`."""
