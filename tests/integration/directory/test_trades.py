"""Trades and regions over HTTP: labels beside codes, and filters by words."""

import httpx
import pytest


async def register(staff: httpx.AsyncClient, name: str, trade: str | None) -> httpx.Response:
    return await staff.post("/organisations", json={"name": name, "trade": trade})


async def test_a_record_and_a_list_say_what_a_code_is_called(staff: httpx.AsyncClient) -> None:
    made = await register(staff, "Menuiserie des Coteaux", "43.32A")

    read = await staff.get(f"/organisations/{made.json()['id']}")
    listed = await staff.get("/organisations")

    label = "Travaux de menuiserie bois et PVC"
    assert made.json()["trade_label"] == label
    assert read.json()["trade_label"] == label
    assert [each["trade_label"] for each in listed.json()["items"]] == [label]


@pytest.mark.parametrize("trade", [None, "99.99Z"])
async def test_no_code_and_one_of_another_nomenclature_have_no_label(
    staff: httpx.AsyncClient, trade: str | None
) -> None:
    made = await register(staff, "Sans activité", trade)

    assert (made.status_code, made.json()["trade_label"]) == (201, None)


async def test_an_answer_with_its_label_can_be_sent_back(staff: httpx.AsyncClient) -> None:
    made = await register(staff, "Menuiserie des Coteaux", "43.32A")

    sent = await staff.put(
        made.headers["Location"].removeprefix("/directory/api"),
        json=made.json(),
        headers={"If-Match": made.headers["ETag"]},
    )

    assert sent.status_code == 200


@pytest.mark.parametrize(
    ("trade", "names"),
    [
        ("menuiserie pvc", ["Menuiserie des Coteaux"]),
        ("Travaux de finition", ["Bois et Cie", "Menuiserie des Coteaux"]),
        ("4332a", ["Menuiserie des Coteaux"]),
        ("43.3", ["Bois et Cie", "Menuiserie des Coteaux"]),
    ],
)
async def test_a_list_is_narrowed_by_a_code_or_by_words_of_its_label(
    staff: httpx.AsyncClient, trade: str, names: list[str]
) -> None:
    await register(staff, "Menuiserie des Coteaux", "43.32A")
    await register(staff, "Bois et Cie", "43.33Z")
    await register(staff, "Imprimerie du Cantal", "18.12Z")

    answer = await staff.get("/organisations", params={"trade": trade})

    assert [each["name"] for each in answer.json()["items"]] == names


async def test_words_that_may_mean_several_trades_are_refused_with_these(
    member: httpx.AsyncClient,
) -> None:
    answer = await member.get("/organisations", params={"trade": "menuiserie"})

    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["field"]) == (422, "trade")
    assert "43.32A Travaux de menuiserie bois et PVC" in error["remedy"]


async def test_codes_are_found_by_words(member: httpx.AsyncClient) -> None:
    answer = await member.get("/trades", params={"q": "menuiserie bois", "limit": 1})

    assert answer.json()["items"] == [
        {"code": "43.32A", "label": "Travaux de menuiserie bois et PVC"}
    ]


async def test_the_regions_are_listed_with_their_departements(member: httpx.AsyncClient) -> None:
    items = (await member.get("/regions")).json()["items"]

    occitanie = next(region for region in items if region["name"] == "Occitanie")
    assert [each["number"] for each in occitanie["departements"]][:3] == ["09", "11", "12"]
    assert len(items) == 18
