from collections.abc import Callable

import httpx
import pytest

from intercoop_directory.communes import handlers
from intercoop_directory.communes.handlers import shipped
from intercoop_directory.main import SERVICE
from intercoop_directory.organisations.handlers import load_communes
from testkit.directory_service import DirectoryService
from testkit.issuer import Issuer
from testkit.platform import Platform


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("Aurillac", "15014"),
        ("aurilac", "15014"),
        ("toulou", "31555"),
        ("st flour", "15187"),
        ("15100", "15187"),
        ("31555", "31555"),
        ("75111", "75056"),
        ("le port", "97407"),
        ("31000 toulouse", "31555"),
        ("st denis 974", "97411"),
        ("Saint-Denis, La Réunion", "97411"),
        ("villeneuve (aveyron)", "12301"),
        ("neussargues en pinatelle", "15141"),
        ("auril\u200blac", "15014"),
        ("port (le)", "97407"),
    ],
)
async def test_a_commune_is_found_by_name_code_or_post_code(
    member: httpx.AsyncClient, query: str, code: str
) -> None:
    answer = await member.get("/communes", params={"q": query})

    assert answer.json()["items"][0]["code"] == code


@pytest.mark.parametrize("departement", ["12", "Aveyron", "AVEYRON (12)"])
async def test_a_search_for_communes_is_narrowed_to_a_departement(
    member: httpx.AsyncClient, departement: str
) -> None:
    answer = await member.get("/communes", params={"q": "villeneuve", "departement": departement})

    assert {one["departement"] for one in answer.json()["items"]} == {"12"}


async def test_the_whole_country_is_loaded_and_loading_it_again_changes_nothing(
    platform: Platform, issuer: Issuer
) -> None:
    directory = DirectoryService("cgscop", await platform.database(SERVICE), issuer)
    text = shipped("communes.csv")

    first = await directory.db.command(lambda tx: load_communes(text, tx))
    again = await directory.db.command(lambda tx: load_communes(text, tx))
    await directory.db.close()

    assert (first.communes, first.changed) == (34_875, 34_875 + 4_972)
    assert (again.communes, again.changed) == (34_875, 0)


async def test_organisations_follow_when_their_commune_is_renamed(
    home: DirectoryService, staff: httpx.AsyncClient
) -> None:
    renamed, gone, other = [await made_in(code, staff) for code in ("15014", "15031", "31555")]
    before = await home.versions()
    lines = shipped("communes.csv").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("15031,")]
    text = "".join(kept).replace("15014,Aurillac,", "15014,Aurillac-Neuve,")

    loaded = await home.db.command(lambda tx: load_communes(text, tx))

    assert loaded.refreshed == 1
    shown = (await staff.get(f"/organisations/{renamed}")).json()
    assert shown["commune"]["name"] == "Aurillac-Neuve"
    after = await home.versions()
    assert after[renamed] == before[renamed] + 1
    assert (after[gone], after[other]) == (before[gone], before[other])


async def test_organisations_follow_when_their_commune_is_merged_into_another(
    home: DirectoryService, staff: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = shipped("communes.csv")
    (successor,) = [line for line in today.splitlines() if line.startswith("49261,")]
    merged = successor.replace("49261,Gennes-Val-de-Loire,", "49304,Saint-Martin-de-la-Place,")
    with monkeypatch.context() as before_the_merger:
        before_the_merger.setattr(handlers, "shipped", without("49304,", shipped))
        await home.db.command(lambda tx: load_communes(f"{today}{merged}\n", tx))
    organisation = await made_in("49304", staff)
    address = f"/organisations/{organisation}"
    before, versions = (await staff.get(address)).json()["commune"], await home.versions()

    loaded = await home.db.command(lambda tx: load_communes(today, tx))

    after = (await staff.get(address)).json()["commune"]
    assert (before["code"], before["name"]) == ("49304", "Saint-Martin-de-la-Place")
    assert (after["code"], after["name"]) == ("49261", "Gennes-Val-de-Loire")
    assert loaded.refreshed == 1
    assert (await home.versions())[organisation] == versions[organisation] + 1


def without(code: str, read: Callable[[str], str]) -> Callable[[str], str]:
    """Files as they were before this commune was merged into another."""

    def read_less(name: str) -> str:
        lines = read(name).splitlines(keepends=True)
        return "".join(line for line in lines if not line.startswith(code))

    return read_less


async def made_in(code: str, staff: httpx.AsyncClient) -> str:
    body = {"name": f"Atelier {code}", "commune": {"code": code}}
    organisation: str = (await staff.post("/organisations", json=body)).json()["id"]
    return organisation


async def test_without_communes_the_operator_is_told_what_to_do(
    platform: Platform, issuer: Issuer
) -> None:
    directory = DirectoryService("cgscop", await platform.database(SERVICE), issuer)

    async with directory.client() as client:
        answer = await client.post(
            "/organisations", json={"name": "Atelier", "commune": {"code": "31555"}}
        )
    await directory.db.close()

    assert answer.status_code == 503
    assert "communes load" in answer.json()["detail"]
