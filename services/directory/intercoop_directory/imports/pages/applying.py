"""An import is applied while one looks on or is away; then what it did, and how it is undone."""

from typing import Final
from uuid import UUID

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from intercoop_chassis.http import RequestContext
from intercoop_chassis.pages import (
    ONCE,
    Done,
    Flash,
    address,
    done,
    new_once,
    once,
    page_router,
    typed_in,
)
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.postgres import Transaction
from intercoop_directory.access import OrganisationEditor
from intercoop_directory.imports.domain.kept import Came, Import, State
from intercoop_directory.imports.domain.undoing import UndoPlan
from intercoop_directory.imports.handlers import applying, undoing
from intercoop_directory.imports.pages.preview import (
    TABS,
    After,
    Part,
    PreviewPage,
    ShownTab,
    Tab,
    current,
)
from intercoop_directory.imports.pages.rendering import (
    ROWS_OF_A_PAGE,
    TEMPLATES,
    address_of,
    home_of,
    known,
    number_in,
    step_page,
)
from intercoop_directory.imports.store import imports, rows
from intercoop_directory.imports.store.imports import Counts
from intercoop_directory.imports.store.rows import Chosen
from intercoop_directory.people.store import names_of

_MOST_KEPT: Final = 50
_UNDONE: Final = N_("This import is undone: %(number)s organisations are as they were before it.")
_WAS_UNDONE: Final = N_("This import was undone before.")
_DONE: Final = (Came.CREATED, Came.CHANGED, Came.UNCHANGED)

router = page_router("directory")


@router.post("/imports/{import_id:uuid}/apply", summary="Apply an import")
async def apply(
    import_id: UUID, request: Request, who: OrganisationEditor, context: RequestContext
) -> Response:
    sent = await typed_in(request)
    seen = number_in(sent, "revision")

    async def work(tx: Transaction) -> Done | Import | None:
        return await once(tx, who, {**sent, "import": str(import_id)}, lambda: begin(tx))

    async def begin(tx: Transaction) -> Done | None:
        begun = await applying.begin(import_id, seen, who.subject, tx)
        return Done(address=address_of(import_id, "apply")) if begun else None

    outcome = await context.db.command(work)
    if isinstance(outcome, Done):
        return done(request, outcome.address)
    kept = await current(import_id, context)
    if kept is None:
        return RedirectResponse(home_of(await known(import_id, context)), 303)
    return await PreviewPage(request, context, kept).answer(is_stale=True)


@router.get("/imports/{import_id:uuid}/apply", summary="What an import did")
async def show(
    import_id: UUID,
    request: Request,
    _: OrganisationEditor,
    context: RequestContext,
    tab: Tab = "",
    after: After = 0,
) -> Response:
    kept = await known(import_id, context)
    if kept.state is State.OPEN:
        return RedirectResponse(home_of(kept), 303)
    async with context.db.read() as tx:
        counts = (await imports.count([import_id], tx))[import_id]
        part = await _part(kept, counts, (tab, after), tx)
        names = await names_of({kept.applied_by} if kept.applied_by else set(), tx)
    values = {
        "counts": counts,
        "part": part,
        "by": names.get(kept.applied_by, "") if kept.applied_by else "",
        "once": new_once(),
    }
    return step_page(request, "apply.html", kept, values)


@router.get("/imports/{import_id:uuid}/parts/progress", summary="How far an import has come")
async def progress(
    import_id: UUID, request: Request, _: OrganisationEditor, context: RequestContext
) -> Response:
    kept = await known(import_id, context)
    async with context.db.read() as tx:
        counts = (await imports.count([import_id], tx))[import_id]
    values = {"kept": kept, "counts": counts, "here": address_of(import_id, "")[:-1]}
    return TEMPLATES.part(request, "imports/progress.html", {**values, "once": new_once()})


@router.get("/imports/{import_id:uuid}/undo", summary="What undoing an import would do")
async def look_back(
    import_id: UUID, request: Request, _: OrganisationEditor, context: RequestContext
) -> Response:
    kept = await known(import_id, context)
    if kept.state not in {State.APPLIED, State.STOPPED}:
        return RedirectResponse(home_of(kept), 303)
    async with context.db.read() as tx:
        plan = await undoing.look_back(import_id, tx)
    values = {
        "plan": plan,
        "stay": plan.kept[:_MOST_KEPT],
        "more": max(0, len(plan.kept) - _MOST_KEPT),
        "once": new_once(),
    }
    return step_page(request, "undo.html", kept, values)


@router.post("/imports/{import_id:uuid}/undo", summary="Undo an import")
async def undo(
    import_id: UUID, request: Request, who: OrganisationEditor, context: RequestContext
) -> Response:
    sent = await typed_in(request)
    is_anyway = sent.get("anyway") == "true"

    async def take_back(tx: Transaction) -> Done | UndoPlan:
        plan = await undoing.undo(import_id, tx, anyway=is_anyway)
        if plan.kept and not is_anyway:
            return plan
        number = str(plan.undone)
        flash = Flash(text=_UNDONE, values={"number": number}) if plan.undone else _again()
        return Done(address=address_of(import_id, "apply"), flash=flash)

    async def work(tx: Transaction) -> Done | UndoPlan:
        about = {ONCE: sent.get(ONCE, ""), "undo": f"{import_id}/{is_anyway}"}
        return await once(tx, who, about, lambda: take_back(tx))

    outcome = await context.db.command(work)
    if isinstance(outcome, Done):
        return done(request, outcome.address, outcome.flash)
    return done(request, address_of(import_id, "undo"))


def _again() -> Flash:
    return Flash(text=_WAS_UNDONE)


async def _part(kept: Import, counts: Counts, at: tuple[str, int], tx: Transaction) -> Part:
    """The rows that have been applied, by what they did."""
    sizes = {came.value: counts.come[came] for came in _DONE}
    first = next((tab for tab, size in sizes.items() if size), Came.CREATED.value)
    tab = at[0] if at[0] in sizes else first
    chosen = Chosen((Came(tab),), is_done=True)
    found = await rows.list_rows(kept.id, chosen, at[1], ROWS_OF_A_PAGE + 1, tx)
    shown = found[:ROWS_OF_A_PAGE]
    base = address_of(kept.id, "apply")
    following = {"tab": tab, "after": str(shown[-1].number)} if len(found) > len(shown) else {}
    tabs = [
        ShownTab(TABS[one], address(base, {"tab": one}), size, one == tab)
        for one, size in sizes.items()
    ]
    return Part(tab, tabs, shown, address(base, following) if following else "")
