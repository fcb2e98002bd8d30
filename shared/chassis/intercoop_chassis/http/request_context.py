"""What endpoints share: the context of their service, its day, and refusals as problems."""

from datetime import date
from inspect import signature
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.params import Depends as Dependency

from intercoop_chassis.clock import day_in_france
from intercoop_chassis.context import Context
from intercoop_chassis.refusals import Refused

T = TypeVar("T")


async def _request_context(request: Request) -> Context:
    context: Context = request.state.context
    return context


RequestContext = Annotated[Context, Depends(_request_context)]
"""The instance that is asked: its database, clock and settings."""


def gathered(kind: type[T]) -> Dependency:
    """A dependency on a dataclass whose fields are parameters.

        query: Annotated[MeetingFilter, gathered(MeetingFilter)]

    FastAPI calls whatever is not async in a thread of its pool, a class too (`Depends()`): two
    switches of threads for the making of a tuple.
    """

    async def gather(**values: Any) -> T:  # noqa: ANN401  whatever the fields are
        return kind(**values)

    gather.__signature__ = signature(kind)  # type: ignore[attr-defined]  # FastAPI reads it
    dependency: Dependency = Depends(gather)
    return dependency


def today(context: Context) -> date:
    """The current date in France."""
    return day_in_france(context.clock())


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
