"""A service's HTTP side, whole: its own routes, and those of whoever operates it."""

from fastapi import APIRouter

from intercoop_chassis.context import Context
from intercoop_chassis.http.app import Mounted
from intercoop_chassis.operating.routes import operator_routes
from intercoop_chassis.service import Service
from intercoop_chassis.wire.sealing import Keyring


def mounted(service: Service, context: Context, keyring: Keyring | None = None) -> Mounted:
    """What a process that answers for this service serves."""
    router = APIRouter()
    for routes in service.routes:
        router.include_router(routes(context))
    if service.subscribers:
        router.include_router(operator_routes(service, keyring))
    return Mounted(service.name, router, context)
