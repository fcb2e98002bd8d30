"""Addresses of organisations, by whichever way they come: one rule."""

import httpx
import pytest

TIDIED = {
    "mailto:contact@cas.example": "contact@cas.example",
    "<contact@cas.example>": "contact@cas.example",
    "Cas <contact@cas.example>": "contact@cas.example",
    "contact@épicerie.example": "contact@épicerie.example",
}
REFUSED = {
    "rené@cas.example": "accent",
    "a@cas.example / b@cas.example": "plusieurs adresses",
    "contact.@cas.example": "n'est pas une adresse",
}


@pytest.mark.parametrize(("written", "kept"), TIDIED.items())
async def test_an_address_is_tidied_over_http_and_in_a_spreadsheet(
    staff: httpx.AsyncClient, written: str, kept: str
) -> None:
    made = await staff.post("/organisations", json={"name": "A", "contact": {"email": written}})
    sheet = f"Raison sociale;Commune;Code postal;Courriel\r\nB;Toulouse;31000;{written}\r\n"
    headers = {"Content-Type": "text/csv"}
    imported = await staff.post("/organisations/import", content=sheet.encode(), headers=headers)
    listed = (await staff.get("/organisations")).json()["items"]

    assert made.json()["contact"]["email"] == kept
    assert imported.json()["created"] == 1, imported.text
    assert [one["contact"]["email"] for one in listed] == [kept, kept]


@pytest.mark.parametrize(("written", "said"), REFUSED.items())
async def test_an_address_is_refused_over_http_and_in_a_spreadsheet(
    staff: httpx.AsyncClient, written: str, said: str
) -> None:
    made = await staff.post("/organisations", json={"name": "A", "contact": {"email": written}})
    sheet = f"Raison sociale;Commune;Code postal;Courriel\r\nB;Toulouse;31000;{written}\r\n"
    headers = {"Content-Type": "text/csv"}
    imported = await staff.post("/organisations/import", content=sheet.encode(), headers=headers)

    (wrong,) = made.json()["errors"]
    (error,) = imported.json()["errors"]
    assert (wrong["field"], error["column"]) == ("contact.email", "Courriel")
    assert said in wrong["message"]
    assert said in error["reason"]["fr"]
