"""HTTP: what a service's `api` needs. The application and its server are the runner's.

Everything that an endpoint raises of `intercoop_chassis.errors` is answered as a problem
(RFC 9457), and every operation's problems are in the OpenAPI document without being declared.
"""

from intercoop_chassis.http.etag import ETAG_HEADER, ExpectedVersion
from intercoop_chassis.http.event_stream import STILL_HERE, EventStream, server_event
from intercoop_chassis.http.idempotency import Answer, Once
from intercoop_chassis.http.openapi import problem_response
from intercoop_chassis.http.pagination import Page, PageRequest, Paging, fitting
from intercoop_chassis.http.request_context import RequestContext, gathered, granted, today
from intercoop_chassis.http.routers import service_router, side_by_side
from intercoop_chassis.http.who_asks import is_still_known
from intercoop_chassis.versions import etag

__all__ = [
    "ETAG_HEADER",
    "STILL_HERE",
    "Answer",
    "EventStream",
    "ExpectedVersion",
    "Once",
    "Page",
    "PageRequest",
    "Paging",
    "RequestContext",
    "etag",
    "fitting",
    "gathered",
    "granted",
    "is_still_known",
    "problem_response",
    "server_event",
    "service_router",
    "side_by_side",
    "today",
]
