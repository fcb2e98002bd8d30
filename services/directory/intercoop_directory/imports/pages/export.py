"""The list as a file, narrowed as the page is that leads to it."""

from typing import Annotated

from fastapi.responses import StreamingResponse

from intercoop_chassis.http.request_context import RequestContext, gathered
from intercoop_chassis.pages import page_router
from intercoop_chassis.postgres import Transaction
from intercoop_directory.access import Reader
from intercoop_directory.imports.handlers.exporting import export
from intercoop_directory.organisations.pages.asked import Asked
from intercoop_directory.organisations.pages.listing import order_of, question_of
from intercoop_directory.organisations.pages.near import near_of
from intercoop_directory.organisations.store.asked import Question
from intercoop_directory.organisations.store.listing import Order

router = page_router("directory")


@router.get("/organisations/export.csv", summary="The list as a file for a spreadsheet")
async def export_file(
    _: Reader, asked: Annotated[Asked, gathered(Asked)], context: RequestContext
) -> StreamingResponse:
    async def ask(tx: Transaction) -> tuple[Question, Order] | None:
        question = await question_of(asked, await near_of(asked, tx), context, tx)
        return (question, order_of(asked, question)) if question else None

    headers = {
        "Content-Disposition": 'attachment; filename="annuaire.csv"',
        "Cache-Control": "no-store",
    }
    lines = await export(ask, context.db)
    return StreamingResponse(lines, headers=headers, media_type="text/csv; charset=utf-8")
