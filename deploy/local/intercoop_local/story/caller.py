"""A caller of one instance's public HTTP APIs, with a token of somebody of that owner."""

import time
from collections.abc import Callable, Generator
from typing import Any
from uuid import uuid4

import httpx

from intercoop_local.instances import Instance
from intercoop_local.story.seen import NotSeenError

Json = dict[str, Any]  # Any: JSON as the API gives it
Body = Any  # Any: what httpx takes

TokenSource = Callable[[], str]
"""Gives a token, a new one each time."""

_PAGE = 200
_TOKEN_USED_S = 1800.0
_MAY_PASS = frozenset({httpx.codes.BAD_GATEWAY, httpx.codes.SERVICE_UNAVAILABLE})


class _FreshTokens(httpx.Auth):
    """A bearer token, and another one before its hour is over."""

    def __init__(self, source: TokenSource) -> None:
        self._source = source
        self._token = ""
        self._use_until = 0.0

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if time.monotonic() >= self._use_until:
            self._token = self._source()
            self._use_until = time.monotonic() + _TOKEN_USED_S
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


class Caller:
    """Somebody who asks an instance: its own people, with tokens of theirs."""

    def __init__(self, instance: Instance, tokens: TokenSource) -> None:
        self.instance = instance
        self.owner = instance.owner.slug
        self._http = httpx.AsyncClient(auth=_FreshTokens(tokens), timeout=30)

    async def close(self) -> None:
        await self._http.aclose()

    async def get(self, path: str, **query: str | int) -> Json:
        """Read `/<service>/api/…`. Raises `NotSeenError` when it is refused."""
        return self.good(await self._http.get(self.url(path), params=query))

    async def find(self, path: str) -> Json | None:
        """Read it, if it is there."""
        answer = await self._http.get(self.url(path))
        return None if answer.status_code == httpx.codes.NOT_FOUND else self.good(answer)

    async def every(self, path: str) -> list[Json]:
        """Every item of a list, page after page."""
        items: list[Json] = []
        query: dict[str, str | int] = {"limit": _PAGE}
        while True:
            page = await self.get(path, **query)
            items += page["items"]
            if page["next"] is None:
                return items
            query["cursor"] = page["next"]

    async def post(self, path: str, body: Body = None, *, key: str | None = None) -> Json:
        """Ask for something, once for each `key`."""
        headers = {"Idempotency-Key": key or str(uuid4())}
        return self.good(await self._http.post(self.url(path), json=body or {}, headers=headers))

    async def upload(self, path: str, data: bytes, *, key: str) -> Json:
        """Send a spreadsheet as a form would."""
        files = {"file": ("cooperatives.csv", data, "text/csv")}
        headers = {"Idempotency-Key": key}
        return self.good(await self._http.post(self.url(path), files=files, headers=headers))

    async def change(self, path: str, fields: Json, *, key: str | None = None) -> Json:
        """Change something as a form would: read it, change fields, send it back."""
        answer = await self._http.get(self.url(path))
        etag = answer.headers.get("ETag", "")
        return await self.put(path, {**self.good(answer), **fields}, etag, key=key)

    async def put(self, path: str, body: Json, etag: str, *, key: str | None = None) -> Json:
        headers = {"If-Match": etag, "Idempotency-Key": key or str(uuid4())}
        return self.good(await self._http.put(self.url(path), json=body, headers=headers))

    async def version(self, path: str) -> tuple[Json, str]:
        """A thing and its ETag."""
        answer = await self._http.get(self.url(path))
        return self.good(answer), answer.headers.get("ETag", "")

    def url(self, path: str) -> str:
        """The address of `directory/organisations`, wherever that service runs."""
        service, _, rest = path.partition("/")
        return f"{self.instance.url_of(service)}/{service}/api/{rest}"

    def good(self, answer: httpx.Response) -> Json:
        if answer.status_code in _MAY_PASS:
            answer.raise_for_status()
        if answer.is_error:
            raise NotSeenError(
                f"{self.owner}: {answer.request.method} {answer.request.url.path} was answered "
                f"{answer.status_code}: {answer.text[:300]}"
            )
        content: Json = answer.json()
        return content


class Staff(Caller):
    """Staff of an instance, and what they look at to see that the network agrees."""

    async def import_spreadsheet(self, data: bytes, *, key: str | None = None) -> Json:
        """Import a spreadsheet; returns what came of each row."""
        path = "directory/organisations/import"
        return await self.upload(path, data, key=key or str(uuid4()))

    async def read_network(self) -> dict[str, Json]:
        """Every organisation that this instance knows of, by id."""
        return {one["id"]: one for one in await self.every("directory/organisations")}

    async def set_headcount(self, organisation: str, headcount: int) -> None:
        await self.change(f"directory/organisations/{organisation}", {"headcount": headcount})

    async def headcount(self, organisation: str) -> int:
        record = await self.get(f"directory/organisations/{organisation}")
        return int(record["headcount"])

    async def published(self) -> float:
        """State events of the directory that the broker has confirmed to its process."""
        text = (await self._http.get(f"{self.instance.url_of('directory')}/metrics")).text
        return sum(
            float(line.rpartition(" ")[2])
            for line in text.splitlines()
            if line.startswith("intercoop_relayed_total") and '"directory"' in line
        )
