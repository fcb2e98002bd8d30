"""Reads every page of a service after records at their bounds have arrived, and says which broke."""

import json
from collections.abc import Iterable
from typing import Any

import httpx

from intercoop_chassis.wire.records import StateEvent
from intercoop_contracts.streams import Stream
from intercoop_local import openapi
from testkit.extremes import Extreme, at_the_bounds, subject_of
from testkit.in_memory_network import state_event

AT_ONCE = 7
"""Items a page: few, so that most of what is listed is once the last of its page."""


def arrivals(
    stream: Stream[Any], publisher: str, extremes: Iterable[Extreme] = ()
) -> dict[str, StateEvent]:
    """Views at their bounds, by subject, read from JSON as a consumer would."""
    found = {}
    for extreme in extremes or at_the_bounds(stream, publisher):
        subject = subject_of(stream, extreme.view, publisher)
        view = stream.view.model_validate_json(json.dumps(extreme.view))
        assert stream.foreign_id(publisher, subject, view) is None, extreme.where
        found[subject] = state_event(stream, publisher, subject, view)
    return found


class Reading:
    """Gets pages of a service, and keeps those that were not answered as they should."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self.count = 0
        self.broken: list[str] = []

    async def one(self, path: str, **params: Any) -> Any:
        """A page; its JSON, or its text."""
        answer = await self._client.get(path, params=params)
        self.count += 1
        if answer.status_code != 200:
            self.broken.append(f"{answer.status_code} {answer.request.url} {answer.text[:300]}")
            return {}
        is_json = answer.headers["content-type"].startswith("application/json")
        return answer.json() if is_json else answer.text

    async def each(self, path: str, subjects: Iterable[str]) -> None:
        """A page for each subject."""
        for subject in subjects:
            await self.one(path.format(subject))

    async def all(self, path: str, limit: int = AT_ONCE, **params: Any) -> list[Any]:
        """Every item of a list, page by page."""
        items: list[Any] = []
        cursor: dict[str, str] = {}
        while True:
            page = await self.one(path, limit=limit, **params, **cursor)
            items += page.get("items", [])
            if not page.get("next"):
                return items
            cursor = {"cursor": page["next"]}


def reading_routes(service: str) -> set[str]:
    """What a service answers to GET, without the operators' part."""
    base = f"/{service}/api"
    return {
        path.removeprefix(base)
        for path, item in openapi.document()["paths"].items()
        if "get" in item and path.startswith(base) and "/operator" not in path
    }
