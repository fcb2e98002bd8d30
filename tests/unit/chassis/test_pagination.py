from typing import NamedTuple
from uuid import UUID, uuid4

import pytest
from pydantic import BaseModel

from intercoop_chassis.errors import InvalidError
from intercoop_chassis.http import PageRequest
from intercoop_chassis.postgres import PAGE_BYTES


class Item(BaseModel):
    name: str
    id: UUID


class Position(NamedTuple):
    name: str
    id: UUID


def position(item: Item) -> Position:
    return Position(item.name, item.id)


ITEMS = [Item(name=name, id=uuid4()) for name in ("Élan", "Scop d'Oc", "z")]


def test_the_cursor_of_a_page_is_where_the_next_one_begins() -> None:
    page = PageRequest(limit=2).of(ITEMS, position)

    assert page.items == ITEMS[:2]
    assert PageRequest(2, page.next).after(Position) == position(ITEMS[1])


@pytest.mark.parametrize("count", [0, 1, 3])
def test_the_last_page_has_no_next_one(count: int) -> None:
    page = PageRequest(limit=3).of(ITEMS[:count], position)

    assert page.items == ITEMS[:count]
    assert page.next is None


def read_through(items: list[Item], limit: int) -> list[list[Item]]:
    """Every page of a list, from the first to the last."""
    pages = []
    page = PageRequest(limit)
    while True:
        after = page.after(Position)
        begin = 0 if after is None else 1 + [position(item) for item in items].index(after)
        found = page.of(items[begin:][: page.fetch], position)
        pages.append(found.items)
        if found.next is None:
            return pages
        page = PageRequest(limit, found.next)


def test_a_page_of_large_items_ends_early_and_none_is_left_out() -> None:
    large = [Item(name="é" * (PAGE_BYTES // 7), id=uuid4()) for _ in range(10)]

    pages = read_through(large, limit=500)

    assert [len(page) for page in pages] == [3, 3, 3, 1]
    assert [item for page in pages for item in page] == large


def test_an_item_that_is_larger_than_a_page_is_shown_alone() -> None:
    larger = [Item(name="e" * (PAGE_BYTES + 1), id=uuid4()) for _ in range(2)]

    assert [len(page) for page in read_through(larger, limit=500)] == [1, 1]


def test_a_page_whose_statement_ended_early_has_a_next_one() -> None:
    page = PageRequest(limit=500).of(ITEMS[:1], position, lambda _: PAGE_BYTES)

    assert page.next is not None


def test_the_first_page_begins_nowhere() -> None:
    assert PageRequest(limit=3).after(Position) is None


def test_one_more_is_fetched_than_shown() -> None:
    assert PageRequest(limit=500).fetch == 501


@pytest.mark.parametrize("cursor", ["", "x", "é", "%00", "bm8", "W10", "WyJhIiwgImIiXQ", "A" * 999])
def test_a_cursor_that_no_page_gave_is_refused_with_a_remedy(cursor: str) -> None:
    with pytest.raises(InvalidError) as caught:
        PageRequest(limit=3, cursor=cursor).after(Position)

    assert caught.value.field == "cursor"
    assert "begin again" in caught.value.remedy
