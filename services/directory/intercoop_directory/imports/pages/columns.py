"""Each column of a file: what it seems to be, some of its values, and what it is said to be."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from intercoop_chassis.context import Context
from intercoop_chassis.errors import InvalidError
from intercoop_chassis.http import RequestContext
from intercoop_chassis.pages import Flash, Form, done, page_router, typed_in
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refused
from intercoop_directory.access import OrganisationEditor
from intercoop_directory.imports.domain.columns import AS_OF, TO_CORRECT, field_of_heading
from intercoop_directory.imports.domain.files.protection import clean
from intercoop_directory.imports.domain.kept import IGNORED, Import, KeptRow
from intercoop_directory.imports.handlers import opening
from intercoop_directory.imports.handlers.opening import CHOICES, Choice
from intercoop_directory.imports.pages.rendering import (
    CONFLICT,
    LIST,
    OK,
    TEMPLATES,
    UNPROCESSABLE,
    address_of,
    home_of,
    known,
    number_in,
    step_page,
)
from intercoop_directory.imports.store import imports, rows

_EXAMPLES: Final = 3
_ROWS_FOR_EXAMPLES: Final = 50
_LONGEST_EXAMPLE: Final = 60
_LONGEST_HEADING: Final = 80
_DISCARDED: Final = Flash(text=N_("The file is forgotten. Nothing was saved."))

router = page_router("directory")


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column: its heading, some of its values, the field it has, and why it has none.

    `aside` is empty, `person`, `remark`, `same` or `unknown`.
    """

    place: int
    heading: str
    examples: tuple[str, ...]
    field: str
    aside: str


@router.get("/imports/{import_id:uuid}/columns", summary="What the columns of a file are")
async def show(
    import_id: UUID, request: Request, _: OrganisationEditor, context: RequestContext
) -> Response:
    kept = await known(import_id, context)
    if kept.has_begun:
        return RedirectResponse(home_of(kept), 303)
    return await _Page(request, context, kept).answer(Form())


@router.post("/imports/{import_id:uuid}/columns", summary="Say what the columns are")
async def choose(
    import_id: UUID, request: Request, _: OrganisationEditor, context: RequestContext
) -> Response:
    typed = await typed_in(request)
    kept = await known(import_id, context)
    choice = _choice(typed, kept)

    async def work(tx: Transaction) -> Import | Refused | None:
        return await opening.choose(import_id, choice, tx)

    outcome = await context.db.command(work)
    if outcome is None:
        now = await known(import_id, context)
        return await _Page(request, context, now).answer(Form(), is_stale=True)
    if isinstance(outcome, Refused):
        form: Form[Any] = Form(typed)  # Any: as in the page
        refused = form.refused(outcome, TEMPLATES.words(request))
        return await _Page(request, context, kept).answer(refused, choice.columns)
    return done(request, address_of(import_id, "preview"))


@router.post("/imports/{import_id:uuid}/discard", summary="Forget a file")
async def discard(
    import_id: UUID, request: Request, _: OrganisationEditor, context: RequestContext
) -> Response:
    await context.db.command(lambda tx: opening.discard(import_id, tx))
    return done(request, LIST, _DISCARDED)


@dataclass(frozen=True, slots=True)
class _Page:
    """The page of one import's columns."""

    request: Request
    context: Context
    kept: Import

    async def answer(
        self,
        form: Form[Any],  # Any: columns are as many as the file has
        chosen: Sequence[str] = (),
        *,
        is_stale: bool = False,
    ) -> Response:
        """With what was `chosen`, else with what is kept."""
        async with self.context.db.read() as tx:
            first = await rows.read_first(self.kept.id, _ROWS_FOR_EXAMPLES, tx)
            same = await imports.same_file(self.kept, tx)
        values = {
            "form": form,
            "columns": list(_shown(self.kept, first, chosen or self.kept.columns)),
            "choices": CHOICES,
            "same": same,
            "same_at": home_of(same) if same else "",
            "is_stale": is_stale,
        }
        status = CONFLICT if is_stale else UNPROCESSABLE if form.faults else OK
        return step_page(self.request, "columns.html", self.kept, values, status=status)


def _choice(typed: Mapping[str, str], kept: Import) -> Choice:
    """What the form says; a column of which it says nothing is passed over."""
    columns = tuple(typed.get(f"columns.{place}", IGNORED) for place in range(len(kept.headings)))
    if not {*columns} <= {IGNORED, *CHOICES}:
        raise InvalidError("columns", "are none that there are", "Take them from the list")
    return Choice(columns, number_in(typed, "revision"))


def _shown(kept: Import, first: Sequence[KeptRow], chosen: Sequence[str]) -> Iterator[ShownColumn]:
    people = opening.of_people(kept.headings)
    for place, heading in enumerate(kept.headings):
        examples = tuple(_examples(first, place))
        if heading.strip() or examples or chosen[place]:
            aside = "" if chosen[place] else _aside(kept, place, is_of_people=place in people)
            name = clean(heading)[:_LONGEST_HEADING]
            yield ShownColumn(place, name, examples, chosen[place], aside)


def _aside(kept: Import, place: int, *, is_of_people: bool) -> str:
    if is_of_people:
        return "person"
    field = field_of_heading(kept.headings[place])
    if field in {AS_OF, TO_CORRECT}:
        return "remark"
    return "same" if field in kept.columns else "unknown"


def _examples(first: Sequence[KeptRow], place: int) -> Iterator[str]:
    """The first values that are not alike."""
    cells = (row.line.cells[place] for row in first if place < len(row.line.cells))
    found = dict.fromkeys(text[:_LONGEST_EXAMPLE] for cell in cells if (text := clean(cell)))
    yield from list(found)[:_EXAMPLES]
