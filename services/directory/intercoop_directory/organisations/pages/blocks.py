"""Blocks of an organisation's record that capabilities above put there."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Final, TypeAlias

from markupsafe import Markup
from starlette.requests import Request

from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.context import Context
from intercoop_directory.organisations.domain.known import KnownOrganisation

Block: TypeAlias = Callable[
    [Request, Identity, KnownOrganisation, date, Context], Awaitable[Markup | None]
]
"""What it says of an organisation on a day to whoever looks; None to whom it says nothing."""

_BLOCKS: Final[list[Block]] = []


def add_block(block: Block) -> None:
    """Have the record show what a block says. It may name people: nobody's browser keeps it."""
    _BLOCKS.append(block)


async def blocks_of(
    request: Request, who: Identity, known: KnownOrganisation, day: date, context: Context
) -> list[Markup]:
    """What the blocks say."""
    said = [await block(request, who, known, day, context) for block in _BLOCKS]
    return [block for block in said if block is not None]
