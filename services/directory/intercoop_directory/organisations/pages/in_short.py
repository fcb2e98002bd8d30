"""An organisation in one line, for pages of other capabilities."""

from markupsafe import Markup
from starlette.requests import Request

from intercoop_contracts.directory import OrganisationView
from intercoop_directory.organisations.pages.rendering import TEMPLATES
from intercoop_directory.trades.handlers import nomenclature


def in_short(request: Request, view: OrganisationView) -> Markup:
    """What it is, where, how many work there, and at what."""
    trade_label = nomenclature().label(view.trade)
    values = {"view": view, "trade_label": trade_label, "in_union": None, "names": None}
    return TEMPLATES.markup(request, "organisations/in_short.html", values)
