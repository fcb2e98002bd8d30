"""What endpoints share: the context of their service, its day, and refusals as problems."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError

from intercoop_chassis.clock import PARIS
from intercoop_chassis.context import Context
from intercoop_chassis.refusals import Refused

T = TypeVar("T")


def provide_context(context: Context) -> Callable[[Request], None]:
    """A dependency that puts the service's context on the request, for `RequestContext`."""

    def give(request: Request) -> None:
        request.state.context = context

    return give


def _request_context(request: Request) -> Context:
    context: Context = request.state.context
    return context


RequestContext = Annotated[Context, Depends(_request_context)]
"""The instance that is asked: its database, clock and settings."""


def today(context: Context) -> date:
    """The current date in France."""
    return context.clock().astimezone(PARIS).date()


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
