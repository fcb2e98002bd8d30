"""Spreadsheets of organisations, in with what came of each row, and out."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any, Final, Self

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field
from starlette.datastructures import UploadFile

from intercoop_chassis.context import Context
from intercoop_chassis.errors import InvalidError, UnsupportedMediaTypeError
from intercoop_chassis.http import Answer, Once, problem_response, service_router
from intercoop_chassis.http.body import takes
from intercoop_chassis.http.request_context import RequestContext
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Sentence
from intercoop_directory.access import OrganisationEditor, Reader
from intercoop_directory.imports.domain.rows import RowError
from intercoop_directory.imports.handlers.exporting import export
from intercoop_directory.imports.handlers.sheets import (
    MAX_BYTES,
    Imported,
    import_sheet,
    read_sheet,
)
from intercoop_directory.organisations.api.filters import Filtered
from intercoop_directory.organisations.store.asked import Question
from intercoop_directory.organisations.store.listing import Order

_CSV: Final = (
    "text/csv",
    "application/csv",
    "text/x-csv",
    "application/x-csv",
    "text/comma-separated-values",
    "text/x-comma-separated-values",
    "text/tab-separated-values",
    "text/tsv",
    "text/plain",
    "application/octet-stream",
)
_WORKBOOKS: Final = ("application/vnd.ms-excel", "application/vnd.oasis.opendocument.spreadsheet")
_WORKBOOK_FAMILIES: Final = (
    "application/vnd.ms-excel.",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.",
)
"""Browsers send a CSV as `application/vnd.ms-excel`: what the body is, is seen in it."""

_MAX_BYTES: Final = MAX_BYTES + 64 * 1024
"""The file and the form around it; the file's own limit is told in its own words."""

_FORM: Final = "multipart/form-data"
_EXAMPLE: Final = "Raison sociale;SIREN;Commune;Code postal\r\nAtelier du Canal;;Toulouse;31000\r\n"

_BODY: Final[dict[str, Any]] = {  # Any: OpenAPI
    "requestBody": {
        "required": True,
        "content": {
            _FORM: {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            },
            "text/csv": {"schema": {"type": "string"}, "example": _EXAMPLE},
        },
    }
}

DryRun = Annotated[
    bool, Query(description="Say what would come of it, and change and publish nothing")
]

router = service_router("directory")


def routes(_: Context) -> APIRouter:
    return router


class BilingualText(BaseModel):
    fr: str
    en: str

    @classmethod
    def of(cls, sentence: Sentence) -> Self:
        return cls(fr=sentence.fr, en=sentence.en)


class RowErrorAnswer(BaseModel):
    """Why a row was refused; a row with several wrong cells has several."""

    row: int = Field(description="As the spreadsheet counts, headings included", examples=[7])
    column: str = Field(examples=["SIREN"])
    value: str = Field(examples=["12345678"])
    reason: BilingualText
    remedy: BilingualText

    @classmethod
    def of(cls, error: RowError) -> Self:
        return cls(
            row=error.row,
            column=error.column,
            value=error.value,
            reason=BilingualText.of(error.reason),
            remedy=BilingualText.of(error.remedy),
        )


class ImportAnswer(BaseModel):
    """What came of an import, or would. `rows` is the sum of the four counts after it."""

    rows: int = Field(examples=[40])
    created: int = Field(examples=[37])
    changed: int = Field(examples=[0])
    unchanged: int = Field(examples=[0])
    refused: int = Field(examples=[3])
    errors: Sequence[RowErrorAnswer]
    rejected_csv: str | None = Field(
        description="The refused rows with what to correct in each, to import again"
    )
    encoding: str = Field(
        description="In which the file was read: of an older one that which reads most like French",
        examples=["cp1252"],
    )
    separator: str = Field(examples=[";"])
    ignored_columns: list[str] = Field(description="Headings that mean nothing here")

    @classmethod
    def of(cls, imported: Imported) -> Self:
        return cls(
            rows=imported.rows,
            created=imported.created,
            changed=imported.changed,
            unchanged=imported.unchanged,
            refused=imported.refused,
            errors=[RowErrorAnswer.of(error) for error in imported.errors],
            rejected_csv=imported.rejected_csv,
            encoding=imported.encoding,
            separator=imported.separator,
            ignored_columns=list(imported.ignored_columns),
        )


@router.post(
    "/organisations/import",
    dependencies=[takes(_MAX_BYTES)],
    response_model=ImportAnswer,
    openapi_extra=_BODY,
    responses={415: problem_response("The body is no spreadsheet")},
    summary="Import organisations from a CSV file",
)
async def import_file(
    request: Request,
    _: OrganisationEditor,
    once: Once,
    context: RequestContext,
    dry_run: DryRun = False,  # noqa: FBT002  a query
) -> Response:
    """Staff of this instance only. Encoding, separator and French headings are found out.

    Good rows are imported together; refused ones are given back with column, value, reason and
    remedy. The same file again changes nothing. An organisation is recognised by its SIREN, else
    by its name and commune; an empty cell leaves what is known. With `dry_run` the answer is the
    same, and nothing has changed.
    """
    data = await _file_of(request)
    sheet = await asyncio.to_thread(read_sheet, data)
    return await once.run(
        context.db,
        lambda tx: import_sheet(sheet, tx, dry_run=dry_run),
        lambda imported: Answer(ImportAnswer.of(imported), status=200),
    )


async def _file_of(request: Request) -> bytes:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower() or _CSV[0]
    if kind in (*_CSV, *_WORKBOOKS) or kind.startswith(_WORKBOOK_FAMILIES):
        return await request.body()
    if kind != _FORM:
        raise UnsupportedMediaTypeError(
            f"{kind} is no spreadsheet: send the CSV itself as text/csv, or as the field `file` of "
            "a form (multipart/form-data)"
        )
    files = (await request.form()).getlist("file")
    if len(files) > 1:
        raise InvalidError("file", "is in the form several times", "Import one file at a time")
    if not files or not isinstance(files[0], UploadFile):
        raise InvalidError("file", "is missing from the form", "Add the CSV file as `file`")
    return await files[0].read()


class CsvResponse(StreamingResponse):
    media_type = "text/csv"


@router.get(
    "/organisations/export",
    response_class=CsvResponse,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
    summary="Export the list for a spreadsheet",
)
async def export_file(_: Reader, filters: Filtered, context: RequestContext) -> CsvResponse:
    """UTF-8 with its mark, French headings; the import understands it."""

    async def ask(_: Transaction) -> tuple[Question, Order]:
        return Question(filters), Order.NAME

    headers = {"Content-Disposition": 'attachment; filename="annuaire.csv"'}
    return CsvResponse(await export(ask, context.db), headers=headers)
