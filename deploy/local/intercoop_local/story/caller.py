"""A caller of one instance's public HTTP API, with a token of that owner's staff."""

from typing import Any
from uuid import uuid4

import httpx

from intercoop_local.instances import Instance
from intercoop_local.issuer import Issuer, Persona
from intercoop_local.story.seen import NotSeenError

Json = dict[str, Any]  # Any: JSON as the API gives it

_PAGE = 200


class Caller:
    """What staff do in their instance, and what anyone of the network may read there."""

    def __init__(self, instance: Instance, issuer: Issuer) -> None:
        self.owner = instance.owner.slug
        token = issuer.token(self.owner, Persona.STAFF)
        self._http = httpx.AsyncClient(
            base_url=f"{instance.url}/directory/api",
            headers={"Authorization": f"Bearer {token}"},
            timeout=30,
        )
        self._metrics = f"{instance.url}/metrics"

    async def close(self) -> None:
        await self._http.aclose()

    async def import_spreadsheet(self, data: bytes) -> Json:
        """Import a spreadsheet as a form would send it; returns what came of each row."""
        answer = await self._http.post(
            "/organisations/import",
            files={"file": ("cooperatives.csv", data, "text/csv")},
            headers={"Idempotency-Key": str(uuid4())},
        )
        return self._good(answer)

    async def read_network(self) -> dict[str, Json]:
        """Every organisation that this instance knows of, by id, page after page."""
        found: dict[str, Json] = {}
        cursor = None
        while True:
            page = await self._page(cursor)
            found |= {one["id"]: one for one in page["items"]}
            cursor = page["next"]
            if cursor is None:
                return found

    async def read(self, organisation: str) -> tuple[Json, str]:
        """An organisation and its ETag."""
        answer = await self._http.get(f"/organisations/{organisation}")
        return self._good(answer), answer.headers.get("ETag", "")

    async def set_headcount(self, organisation: str, headcount: int) -> None:
        """Change an organisation as a form would: read it, change a field, send it back."""
        record, etag = await self.read(organisation)
        answer = await self._http.put(
            f"/organisations/{organisation}",
            json={**record, "headcount": headcount},
            headers={"If-Match": etag},
        )
        self._good(answer)

    async def headcount(self, organisation: str) -> int:
        record, _ = await self.read(organisation)
        return int(record["headcount"])

    async def published(self) -> float:
        """State events that the broker has confirmed to this instance's process."""
        text = (await self._http.get(self._metrics)).text
        return sum(
            float(line.rpartition(" ")[2])
            for line in text.splitlines()
            if line.startswith("intercoop_relayed_total")
        )

    async def _page(self, cursor: str | None) -> Json:
        parameters: dict[str, str | int] = {"limit": _PAGE}
        if cursor:
            parameters["cursor"] = cursor
        return self._good(await self._http.get("/organisations", params=parameters))

    def _good(self, answer: httpx.Response) -> Json:
        if answer.status_code in {httpx.codes.BAD_GATEWAY, httpx.codes.SERVICE_UNAVAILABLE}:
            answer.raise_for_status()
        if answer.is_error:
            raise NotSeenError(
                f"{self.owner}: {answer.request.method} {answer.request.url.path} was answered "
                f"{answer.status_code}: {answer.text[:300]}"
            )
        content: Json = answer.json()
        return content
