"""Meetings on the stage: one where the manager has a seat and others wait, and one of the neighbour."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx

from testkit.chromium.peer_advice import EVERYBODY

MANAGER, ELECTED = "Ricard", "Vidal"
_WITHIN_S: Final = 60.0
_PROGRAMME: Final = "Accueil et visite de l’atelier.\nComment nous décidons.\nÉchange."


@dataclass(frozen=True)
class Meetings:
    """Ids. `meeting` has one seat, the manager's, whose registration that is; somebody waits.

    `elsewhere` is a meeting of the neighbour, `cancelled` one of the own union.
    """

    meeting: str
    elsewhere: str
    cancelled: str
    registration: str


def announced(neighbour: str, host: str, client: httpx.Client) -> Meetings:
    """Have staff announce them, and register people once the service knows them."""
    people = (
        client.get("/directory/api/people", params=EVERYBODY).raise_for_status().json()["items"]
    )
    found = {one["family_name"]: one for one in people}
    meeting = _announced(client, "Rencontre du jeudi : visite de l’imprimerie", host)
    ids = [_registered(client, meeting, found[name]) for name in (MANAGER, ELECTED)]
    cancelled = _announced(client, "Acheter l’électricité ensemble", host)
    _said(client, f"meetings/{cancelled}/cancel", because="La salle est indisponible")
    return Meetings(
        meeting=meeting,
        elsewhere=_first_of(neighbour, client),
        cancelled=cancelled,
        registration=ids[0],
    )


def _announced(client: httpx.Client, title: str, host: str) -> str:
    starts = datetime.now(UTC).replace(hour=13, minute=0, second=0, microsecond=0)
    starts += timedelta(days=9)
    body = {
        "title": title,
        "format": "visit",
        "description": _PROGRAMME,
        "host": host,
        "starts": starts.isoformat(),
        "ends": (starts + timedelta(hours=3)).isoformat(),
        "seats": 1,
        "open_to_everybody": True,
    }
    return str(_said(client, "meetings", **body)["id"])


def _registered(client: httpx.Client, meeting: str, person: dict[str, Any]) -> str:
    organisation = person["mandates"][0]["organisation_id"]
    body = {"meeting_id": meeting, "organisation_id": organisation, "person_id": person["id"]}
    return str(_said(client, "registrations", **body)["id"])


def _first_of(owner: str, client: httpx.Client) -> str:
    give_up = time.monotonic() + _WITHIN_S
    while time.monotonic() < give_up:
        answer = client.get("/events/api/meetings", params={"organiser": owner})
        if items := answer.raise_for_status().json()["items"]:
            return str(items[0]["id"])
        time.sleep(0.1)
    raise AssertionError(f"no meeting of {owner} has come")


def _said(client: httpx.Client, address: str, **body: Any) -> dict[str, Any]:
    """Said to events, and again while it does not know of whom one speaks."""
    give_up = time.monotonic() + _WITHIN_S
    while True:
        answer = client.post(f"/events/api/{address}", json=body)
        if answer.status_code != httpx.codes.UNPROCESSABLE_ENTITY or time.monotonic() > give_up:
            return dict(answer.raise_for_status().json())
        time.sleep(0.1)
