"""What every endpoint shares: the running instance, its day, and refusals as problems."""

from datetime import date
from inspect import signature
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.params import Depends as Dependency

from intercoop_chassis.clock import PARIS
from intercoop_chassis.context import Context
from intercoop_chassis.refusals import Refused

T = TypeVar("T")


async def _here(request: Request) -> Context:
    context: Context = request.state.here
    return context


Here = Annotated[Context, Depends(_here)]
"""The instance that is asked: its database, clock and settings."""


def gathered(kind: type[T]) -> Dependency:
    """A dataclass whose fields are parameters: `query: Annotated[Filters, gathered(Filters)]`.

    FastAPI calls whatever is not async in a thread of its pool, a class too (`Depends()`): two
    switches of threads for the making of a tuple.
    """

    async def gather(**values: Any) -> T:  # noqa: ANN401  whatever the fields are
        return kind(**values)

    gather.__signature__ = signature(kind)  # type: ignore[attr-defined]  FastAPI reads it
    dependency: Dependency = Depends(gather)
    return dependency


def today(here: Context) -> date:
    """The day it is in France."""
    return here.clock().astimezone(PARIS).date()


def granted(outcome: T | Refused) -> T:
    """The outcome; a refused one is answered as a problem that names every wrong value."""
    if not isinstance(outcome, Refused):
        return outcome
    raise RequestValidationError(
        [
            {
                "type": "refused",
                "loc": ("body", *refusal.field.split(".")),
                "msg": f"{refusal.reason.en} / {refusal.reason.fr}",
                "ctx": {"remedy": f"{refusal.remedy.en} / {refusal.remedy.fr}"},
            }
            for refusal in outcome.refusals
        ]
    )
