"""Trades, to choose the right code when an organisation is written down or looked for."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AfterValidator, BaseModel, Field, StringConstraints
from pydantic_core import PydanticCustomError

from intercoop_chassis.context import Context
from intercoop_chassis.http import Page, service_router
from intercoop_chassis.http.texts import SEEN, VISIBLE
from intercoop_chassis.refusals import Refusal
from intercoop_directory.access import Reader
from intercoop_directory.trades.domain import LONGEST_QUERY
from intercoop_directory.trades.handlers import nomenclature

_Searched = Annotated[
    str, StringConstraints(min_length=2, max_length=LONGEST_QUERY, pattern=VISIBLE), SEEN
]

router = service_router("directory")


def routes(_: Context) -> APIRouter:
    nomenclature()
    return router


def _meant(text: str) -> str:
    meant = nomenclature().meant(text)
    if isinstance(meant, Refusal):
        said = {"reason": meant.reason.en, "remedy": meant.remedy.en}
        raise PydanticCustomError("trade", "{reason}", said)
    return meant


TradeFilter = Annotated[_Searched, AfterValidator(_meant)]
"""A NAF code, its beginning, or words of a label that mean one; then the code or the beginning."""


class TradeAnswer(BaseModel):
    """An entry of NAF rév. 2, of any level but the sections."""

    code: str = Field(
        description="A code, or what the codes below it begin with", examples=["43.32A"]
    )
    label: str = Field(
        description="INSEE's words, which are there in French alone",
        examples=["Travaux de menuiserie bois et PVC"],
    )


@router.get("/trades", summary="Find NAF codes by the words of their labels")
async def find(
    q: Annotated[_Searched, Query(examples=["menuiserie"])],
    _: Reader,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Page[TradeAnswer]:
    """By words, accents and plurals forgiven, or by the beginning of a code; the best first."""
    found = nomenclature().find(q, limit)
    return Page(items=[TradeAnswer(code=trade.code, label=trade.label) for trade in found])
