"""What stands on every page of the first run: its steps, which are done, and where one is."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from fastapi import Request
from starlette.responses import Response

from intercoop_chassis.context import Context
from intercoop_chassis.pages import Templates
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.pages.site import site_of
from intercoop_contracts.pages import SETUP
from intercoop_directory.setup.domain.steps import Step, step_after
from intercoop_directory.setup.handlers.presentation import SetUp, current

TEMPLATES: Final = Templates(
    Path(__file__).parents[1] / "templates", Path(__file__).parents[2] / "locale"
)
TITLES: Final[Mapping[Step, str]] = {
    Step.IDENTITY: N_("Name and colours"),
    Step.NOTICE: N_("Contacts and legal notice"),
    Step.MAIL: N_("Mails"),
    Step.TEAM: N_("Team"),
    Step.FOLLOWS: N_("The network"),
    Step.DATA: N_("Organisations and people"),
}
OK: Final = 200


async def set_up(context: Context) -> SetUp:
    """How far the first run has come."""
    async with context.db.read() as tx:
        return await current(context.settings.name_of_owner, tx)


def address_of(step: Step | None) -> str:
    """The page of a step; without one, that of all of them."""
    return f"{SETUP}/{step}" if step else SETUP


def following(step: Step) -> str:
    """The page that one goes to after a step."""
    return address_of(step_after(step))


def step_page(
    request: Request,
    step: Step,
    done: SetUp,
    values: Mapping[str, Any],  # Any: a template's values
    *,
    status: int = OK,
) -> Response:
    """The page of a step, with the way through all of them."""
    return TEMPLATES.page(
        request,
        f"setup/{step}.html",
        {**progress_values(request, done, step), **values},
        status=status,
    )


def progress_values(
    request: Request, done: SetUp, step: Step | None = None
) -> dict[str, Any]:  # Any: as above
    """The steps' titles and addresses, which of them are done, and where one is."""
    gettext = TEMPLATES.words(request).gettext
    return {
        "titles": [gettext(TITLES[one]) for one in Step],
        "addresses": [address_of(one) for one in Step],
        "passed": [one in done.passed for one in Step],
        "here": tuple(Step).index(step) if step else -1,
        "title": gettext(TITLES[step]) if step else "",
        "set_up": done,
    }


def changed(request: Request) -> None:
    """What the owner says of itself was changed by this request: the next page shows it."""
    site_of(request).presentation.forget()
