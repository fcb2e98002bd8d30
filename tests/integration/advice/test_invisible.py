"""What nobody sees is in no request for advice, and in no tag by which helpers are found."""

import pytest


async def test_a_request_says_only_what_is_seen(home, asker):
    body = {
        "organisation_id": str(asker),
        "title": "Nous cher\u00adchons des lo\u200bcaux",
        "text": "200 m²\u2028près d'Aurillac\u200b",
        "expertise": ["lo\u2060caux", "locaux", "\ufefflocaux"],
    }
    async with home.client() as staff:
        made = (await staff.post("/requests", json=body)).json()
    assert made["title"] == "Nous cherchons des locaux"
    assert made["text"] == "200 m²\nprès d'Aurillac"
    assert made["expertise"] == ["locaux"]


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"title": "\u200b\u00ad"}, "title"),
        ({"title": "x \u202exuacol"}, "title"),
        ({"title": "x", "text": "\u202exuacol"}, "text"),
    ],
)
async def test_a_request_without_what_is_seen_is_refused(home, asker, fields, named):
    async with home.client() as staff:
        answer = await staff.post("/requests", json={"organisation_id": str(asker), **fields})
    assert answer.status_code == 422, answer.text
    assert named in {error["field"] for error in answer.json()["errors"]}
