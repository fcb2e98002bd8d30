"""Ids in tests, each with the tag of its owner, as a service makes them."""

from functools import cache
from uuid import UUID

from intercoop_contracts.ids import Ids, owner_tag


def new_id(owner: str) -> UUID:
    """An id that a service of this owner might have made just now."""
    return _ids(owner).new()


def numbered_id(owner: str, number: int) -> UUID:
    """The same id each time, for what is kept on file."""
    return UUID(f"01938f1e-0000-8000-8000-{number:04x}{owner_tag(owner):08x}")


@cache
def _ids(owner: str) -> Ids:
    return Ids(owner)
