"""What every endpoint shares: the running instance, its day, and refusals as problems."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError

from intercoop_chassis.clock import PARIS
from intercoop_chassis.context import Context
from intercoop_chassis.refusals import Refused

T = TypeVar("T")


def given(context: Context) -> Callable[[Request], None]:
    """Gives each request of a service the context that `Here` takes from it."""

    def give(request: Request) -> None:
        request.state.here = context

    return give


def _here(request: Request) -> Context:
    context: Context = request.state.here
    return context


Here = Annotated[Context, Depends(_here)]
"""The instance that is asked: its database, clock and settings."""


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
