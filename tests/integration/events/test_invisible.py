"""What nobody sees is in no meeting that staff announce."""

import pytest

from testkit.events_service import meeting_body


async def test_a_meeting_says_only_what_is_seen(staff, announce):
    place = {"venue": "Salle\u200b des  fêtes", "commune": "\u200eToulouse", "departement": "31"}
    made = await announce(
        title="Ren\u00adcontre\ufeff", description="un\u2028deux\u200b", place=place
    )
    assert (made["title"], made["description"]) == ("Rencontre", "un\ndeux")
    assert (made["place"]["venue"], made["place"]["commune"]) == ("Salle des fêtes", "Toulouse")
    cancelled = await staff.post(
        f"/meetings/{made['id']}/cancel", json={"because": "La salle\u200b est fermée"}
    )
    assert cancelled.json()["cancelled_because"] == "La salle est fermée"


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"title": "\u200b\u00ad"}, "title"),
        ({"title": " \u2060 "}, "title"),
        ({"title": "Visite \u202ereiletaʼl ed"}, "title"),
        ({"place": {"commune": "\u200b"}}, "place.commune"),
        ({"place": {"commune": "Toulouse", "venue": "\u202ex"}}, "place.venue"),
    ],
)
async def test_a_meeting_without_what_is_seen_is_refused(home, staff, fields, named):
    answer = await staff.post("/meetings", json=meeting_body(home.clock(), **fields))
    assert answer.status_code == 422, answer.text
    assert named in {error["field"] for error in answer.json()["errors"]}
