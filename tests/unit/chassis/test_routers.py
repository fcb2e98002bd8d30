"""Routes stand side by side, each where its service is."""

import pytest
from fastapi import APIRouter

from intercoop_chassis.http import service_router, side_by_side
from intercoop_chassis.http.routers import check_routes


def router_of(make, *paths):
    router = make()
    for path in paths:
        router.add_api_route(path, lambda: None)
    return router


def events():
    return service_router("events")


def test_those_of_several_routers_keep_their_order():
    routers = [router_of(events, "/b", "/a"), router_of(events, "/c")]
    together = side_by_side(routers)
    check_routes("events", together)
    assert [route.path for route in together.routes] == [
        "/events/api/b", "/events/api/a", "/events/api/c",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "make",
    [
        APIRouter,
        lambda: APIRouter(prefix="/events/api"),
        lambda: APIRouter(tags=["events"]),
        lambda: service_router("advice"),
        lambda: APIRouter(prefix="/events/apis", tags=["events"]),
    ],
)
def test_one_that_its_service_did_not_make_is_refused(make):
    with pytest.raises(ValueError, match="service_router"):
        check_routes("events", router_of(make, "/x"))


def test_nor_are_they_hidden_in_another():
    outer = events()
    outer.include_router(router_of(APIRouter, "/x"))
    with pytest.raises(ValueError, match="a router within a router"):
        check_routes("events", outer)
