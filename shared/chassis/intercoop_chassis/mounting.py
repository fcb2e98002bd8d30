"""A service's HTTP side, whole: its own routes, and those of whoever operates it."""

from intercoop_chassis.context import Context
from intercoop_chassis.http import side_by_side
from intercoop_chassis.http.app import Mounted
from intercoop_chassis.operating.routes import operator_routes
from intercoop_chassis.service import Service
from intercoop_chassis.wire.sealing import Keyring


def mounted(service: Service, context: Context, keyring: Keyring | None = None) -> Mounted:
    """What a process that answers for this service serves."""
    routers = [routes(context) for routes in service.routes]
    if service.subscribers:
        routers.append(operator_routes(service, keyring))
    pages = side_by_side(pages(context) for pages in service.pages)
    name_of = service.names(context) if service.names else None
    return Mounted(service.name, side_by_side(routers), context, pages, name_of)
