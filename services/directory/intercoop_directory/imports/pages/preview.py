"""What would come of an import, row by row, before anything is saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query, Request
from starlette.responses import RedirectResponse, Response

from intercoop_chassis.context import Context
from intercoop_chassis.http import RequestContext
from intercoop_chassis.pages import address, new_once, page_router
from intercoop_chassis.pages.menu import N_
from intercoop_directory.access import OrganisationEditor
from intercoop_directory.imports.domain.kept import Came, Import
from intercoop_directory.imports.handlers import previewing
from intercoop_directory.imports.pages.rendering import (
    CONFLICT,
    OK,
    ROWS_OF_A_PAGE,
    address_of,
    home_of,
    known,
    step_page,
)
from intercoop_directory.imports.store import imports, rows
from intercoop_directory.imports.store.imports import Counts
from intercoop_directory.imports.store.rows import Chosen, ShownRow

LEFT_OUT: Final = "left-out"
TABS: Final = {
    Came.REFUSED.value: N_("To correct"),
    Came.CREATED.value: N_("New"),
    Came.CHANGED.value: N_("Changed"),
    Came.UNCHANGED.value: N_("As they are"),
    LEFT_OUT: N_("Left out"),
}

router = page_router("directory")

After = Annotated[int, Query(ge=0, le=2_000_000)]
Tab = Annotated[str, Query(pattern=f"^$|^({'|'.join(TABS)})$")]


@dataclass(frozen=True, slots=True)
class ShownTab:
    """A tab: its name, its address, how many rows it has, and whether it is the one shown."""

    text: str
    address: str
    rows: int
    is_here: bool


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one tab, and where the next ones are."""

    tab: str
    tabs: Sequence[ShownTab]
    rows: Sequence[ShownRow]
    next: str


@router.get("/imports/{import_id:uuid}/preview", summary="What would come of an import")
async def show(
    import_id: UUID,
    request: Request,
    _: OrganisationEditor,
    context: RequestContext,
    tab: Tab = "",
    after: After = 0,
) -> Response:
    kept = await current(import_id, context)
    if kept is None:
        return RedirectResponse(home_of(await known(import_id, context)), 303)
    return await PreviewPage(request, context, kept).answer(tab, after)


@router.get("/imports/{import_id:uuid}/refused.csv", summary="The refused rows, to correct")
async def refused_file(import_id: UUID, _: OrganisationEditor, context: RequestContext) -> Response:
    async with context.db.read() as tx:
        _kept, text = await previewing.refused_file(import_id, tx)
    headers = {
        "Content-Disposition": 'attachment; filename="a-corriger.csv"',
        "Cache-Control": "no-store",
    }
    return Response(text, headers=headers, media_type="text/csv; charset=utf-8")


async def current(import_id: UUID, context: Context) -> Import | None:
    """The import, its rows looked at again where something has changed since.

    None where nothing may come of it any more, or it is being applied.
    """
    async with context.db.read() as tx:
        kept = await imports.get(import_id, tx)
        is_current = kept is not None and await previewing.is_current(kept, tx)
    if kept is None or not is_current:
        kept = await context.db.command(lambda tx: previewing.look(import_id, tx))
    return kept if kept.may_be_corrected else None


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """The page of what would come of one import."""

    request: Request
    context: Context
    kept: Import

    async def answer(self, tab: str = "", after: int = 0, *, is_stale: bool = False) -> Response:
        """The rows of a tab after the one with this number; without a tab, of the first with any.

        `is_stale` where somebody else has changed the import since it was seen.
        """
        kept = self.kept
        async with self.context.db.read() as tx:
            counts = (await imports.count([kept.id], tx))[kept.id]
            tab = tab or _first_tab(counts)
            found = await rows.list_rows(kept.id, _chosen(tab), after, ROWS_OF_A_PAGE + 1, tx)
        values = {
            "part": _part(address_of(kept.id, "preview"), tab, counts, found),
            "counts": counts,
            "is_stale": is_stale,
            "once": new_once(),
        }
        status = CONFLICT if is_stale else OK
        return step_page(self.request, "preview.html", kept, values, status=status)


def _chosen(tab: str) -> Chosen:
    if tab == LEFT_OUT:
        return Chosen(tuple(Came), is_left_out=True)
    return Chosen((Came(tab),))


def _first_tab(counts: Counts) -> str:
    """The first that has any rows."""
    sizes = _sizes(counts)
    return next((tab for tab, size in sizes.items() if size), Came.REFUSED.value)


def _sizes(counts: Counts) -> dict[str, int]:
    return {came.value: counts.to_come[came] for came in _ORDER} | {LEFT_OUT: counts.left_out}


_ORDER: Final = (Came.REFUSED, Came.CREATED, Came.CHANGED, Came.UNCHANGED)


def _part(base: str, tab: str, counts: Counts, found: Sequence[ShownRow]) -> Part:
    shown = found[:ROWS_OF_A_PAGE]
    is_more = len(found) > len(shown)
    tabs = [
        ShownTab(TABS[one], address(base, {"tab": one}), size, one == tab)
        for one, size in _sizes(counts).items()
        if size or one == tab or one != LEFT_OUT
    ]
    following = address(base, {"tab": tab, "after": str(shown[-1].number)}) if is_more else ""
    return Part(tab, tabs, shown, following)
