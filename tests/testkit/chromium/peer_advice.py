"""Peer advice on the stage: a request with offers, one that is closed, and two that ask the manager."""

import time
from dataclasses import dataclass
from typing import Any, Final

import httpx

MANAGER: Final = "Ricard"
_WITHIN_S: Final = 60.0
EVERYBODY: Final = {"limit": 500}
"""An instance for trying out has more people than a page of the list."""
_TITLE: Final = "Des locaux à partager"
_TEXT: Final = "200 m², à deux pas d'une gare,\ndès le printemps."


@dataclass(frozen=True)
class PeerAdvice:
    """Ids. `request` is of the manager's co-operative, `offer` waits for its answer.

    `others` is a request of another one, `asked` its invitation of the manager's, `offered` an
    invitation to which that one has offered help; `answered` is a request that is closed.
    """

    request: str
    offer: str
    answered: str
    others: str
    asked: str
    offered: str


def played(owner: str, client: httpx.Client) -> PeerAdvice:
    """Have staff play it in the names of this owner's co-operatives, once advice knows them."""
    people = (
        client.get("/directory/api/people", params=EVERYBODY).raise_for_status().json()["items"]
    )
    (manager,) = [one for one in people if one["family_name"] == MANAGER]
    asker = manager["mandates"][0]["organisation_id"]
    listed = client.get("/directory/api/organisations", params={"owner": owner}).raise_for_status()
    own = [one["id"] for one in listed.json()["items"] if one["kind"] == "cooperative"]
    helpers = [one for one in own if one != asker]
    mine = _asked(client, asker, _TITLE, helpers[:4])
    offers = mine["invitations"]
    for place, one in enumerate(offers[:3]):
        _said(client, f"invitations/{one['id']}/offer", text=f"{180 + place} m² libres en mars.")
    _said(client, f"requests/{mine['id']}/offers/{offers[0]['id']}/accept")
    _said(client, f"requests/{mine['id']}/offers/{offers[2]['id']}/not-taken")
    answered = _asked(client, helpers[0], "Un broyeur pour une journée", helpers[1:2])
    _said(client, f"requests/{answered['id']}/close", what_helped="Un atelier partagé à Figeac")
    others = _asked(client, helpers[0], "Un bon logiciel de paie ?", [asker])
    second = _asked(client, helpers[1], "Embaucher à plusieurs", [asker])
    offered = str(second["invitations"][0]["id"])
    _said(client, f"invitations/{offered}/offer", text="Trois ans de recul, tableaux à partager.")
    return PeerAdvice(
        request=mine["id"],
        offer=offers[1]["id"],
        answered=answered["id"],
        others=others["id"],
        asked=others["invitations"][0]["id"],
        offered=offered,
    )


def _asked(client: httpx.Client, asker: str, title: str, whom: list[str]) -> dict[str, Any]:
    body = {"organisation_id": asker, "title": title, "text": _TEXT, "expertise": ["locaux"]}
    made = _said(client, "requests", **body)
    return _said(client, f"requests/{made['id']}/invitations", organisations=whom)


def _said(client: httpx.Client, address: str, **body: Any) -> dict[str, Any]:
    """Said to advice, and again while it does not know of whom one speaks."""
    give_up = time.monotonic() + _WITHIN_S
    while True:
        answer = client.post(f"/advice/api/{address}", json=body)
        if answer.status_code != httpx.codes.UNPROCESSABLE_ENTITY or time.monotonic() > give_up:
            return dict(answer.raise_for_status().json())
        time.sleep(0.1)
