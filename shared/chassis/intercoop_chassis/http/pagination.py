"""Pages of a list: an opaque cursor says where the next one begins."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from pydantic_core import to_json

from intercoop_chassis.errors import InvalidError

T = TypeVar("T")
P = TypeVar("P")

MAX_LIMIT: Final = 500


class Page(BaseModel, Generic[T]):
    """A part of a list. `next` is absent on the last page."""

    items: list[T]
    next: str | None = Field(default=None, description="Send it as `cursor` to get the next page")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page a caller wants: at most `limit` items after the position in `cursor`.

    A position is a `NamedTuple` of the columns that order the list, the last one unique:

        class Position(NamedTuple):
            name: str
            id: UUID

        after = page.after(Position)               # None on the first page
        rows = ... WHERE (name, id) > ($1, $2) ORDER BY name, id LIMIT page.fetch
        return page.of(items, lambda item: Position(item.name, item.id))
    """

    limit: int
    cursor: str | None = None

    @property
    def fetch(self) -> int:
        """How many rows to fetch: one more than the page shows, to know whether it is the last."""
        return self.limit + 1

    def after(self, position: type[P]) -> P | None:
        """Where the page begins; None at the beginning. Raises `InvalidError` for a bad cursor."""
        if self.cursor is None:
            return None
        try:
            text = urlsafe_b64decode(self.cursor.encode() + b"==")
            return TypeAdapter(position).validate_json(text)
        except (binascii.Error, ValidationError, ValueError) as error:
            raise InvalidError(
                "cursor",
                "is not one that this list gave",
                "Send `next` of the page before as it is, or none to begin again",
            ) from error

    def of(self, fetched: Sequence[T], position: Callable[[T], object]) -> Page[T]:
        """The page made of up to `fetch` items; `position` says where an item stands."""
        items = list(fetched[: self.limit])
        more = len(fetched) > self.limit
        return Page(items=items, next=_cursor(position(items[-1])) if more else None)


def _cursor(position: object) -> str:
    return urlsafe_b64encode(to_json(position)).decode().rstrip("=")


async def _page_request(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Items a page")] = 50,
    cursor: Annotated[
        str | None, Query(max_length=1000, description="`next` of the page before")
    ] = None,
) -> PageRequest:
    return PageRequest(limit, cursor)


Paging = Annotated[PageRequest, Depends(_page_request)]
"""The query parameters `limit` (1 to 500) and `cursor`: `async def index(page: Paging)`."""
