"""The steps by which an instance begins: each may be left, found again, and gone through again."""

from collections.abc import Collection
from enum import StrEnum


class Step(StrEnum):
    """In the order in which they are proposed."""

    IDENTITY = "identity"
    NOTICE = "notice"
    MAIL = "mail"
    TEAM = "team"
    FOLLOWS = "follows"
    DATA = "data"


def next_step(passed: Collection[Step]) -> Step | None:
    """The first that nobody has gone through; None when all have been."""
    return next((step for step in Step if step not in passed), None)


def step_after(step: Step) -> Step | None:
    following = tuple(Step)[tuple(Step).index(step) + 1 :]
    return following[0] if following else None
