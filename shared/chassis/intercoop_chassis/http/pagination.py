"""Pages of a list, bounded in items and bytes: a cursor says where the next one begins."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from pydantic_core import to_json

from intercoop_chassis.errors import InvalidError
from intercoop_chassis.postgres import PAGE_BYTES

T = TypeVar("T")
P = TypeVar("P")

MAX_LIMIT: Final = 500
MAX_CURSOR: Final = 4000
"""A position may hold a text of 400 letters, each of four bytes, and base64 adds a third."""


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

    A page has fewer items where they are large: `PAGE_BYTES` together. Where others' texts are
    listed, the statement too reads no more than that (`postgres.ends_early`).
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

    def of(
        self,
        fetched: Sequence[T],
        position: Callable[[T], object],
        size: Callable[[T], int] | None = None,
    ) -> Page[T]:
        """The page made of up to `fetch` items; `position` says where an item stands.

        `size` says how many bytes an item has, and must be the statement's column `bytes` where
        that ended early; else each is measured as JSON.
        """
        items = fitting(fetched[: self.limit], size)
        ended_early = size is not None and sum(map(size, items)) >= PAGE_BYTES
        more = len(fetched) > len(items) or ended_early
        return Page(items=items, next=_cursor(position(items[-1])) if more else None)


def fitting(items: Sequence[T], size: Callable[[T], int] | None = None) -> list[T]:
    """Those at the beginning that have up to `PAGE_BYTES` together, the first one in any case."""
    return list(_fitting(items, size or _json_size))


def _fitting(items: Sequence[T], size: Callable[[T], int]) -> Iterator[T]:
    total = 0
    for number, item in enumerate(items):
        total += size(item)
        if number and total > PAGE_BYTES:
            return
        yield item


def _json_size(item: object) -> int:
    return len(to_json(item, fallback=str))


def _cursor(position: object) -> str:
    return urlsafe_b64encode(to_json(position)).decode().rstrip("=")


async def _page_request(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Items a page")] = 50,
    cursor: Annotated[
        str | None, Query(max_length=MAX_CURSOR, description="`next` of the page before")
    ] = None,
) -> PageRequest:
    return PageRequest(limit, cursor)


Paging = Annotated[PageRequest, Depends(_page_request)]
"""The query parameters `limit` (1 to 500) and `cursor`: `async def index(page: Paging)`."""
