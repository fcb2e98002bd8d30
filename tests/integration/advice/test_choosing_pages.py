"""Whom to ask: the co-operatives around with their reasons, in a list and on a map."""

import re
from uuid import uuid4

from testkit.advice_service import ARPAJON, FIGEAC, LILLE
from testkit.page_rules import Page

LIST = "/advice/requests"


def ticks(shown):
    return [one["name"] for one in Page(shown.text).all("input") if "ask." in one.get("name", "")]


async def test_neighbours_have_reasons_and_the_number_of_their_pin(
    home, lucie, network, asker, helper, exchange
):
    await network.cooperative(home, "Le Fournil", ARPAJON, expertise=["Locaux"])
    await exchange.ask()
    shown = await lucie.opens(f"{LIST}/{exchange.request}/neighbours?km=100")
    assert "2 coopératives à moins de 100 km d’Aurillac" in shown.words
    assert "à 3 km · même intercommunalité · propose : Locaux" in shown.words
    assert "Figeac (46)" in shown.words
    pins = re.findall(r"<title>([^<]*)</title><rect[^>]*/><text[^>]*>([^<]*)</text>", shown.text)
    assert sorted(pins) == [("Atelier de Figeac", "2"), ("Le Fournil", "1")]
    rows = re.findall(r'<span class="pin[^"]*" aria-hidden="true">(\d)</span>', shown.text)
    assert rows == ["1", "2"]
    assert shown.text.count('class="pin pin-other" aria-hidden="true">2<') == 1


async def test_the_circle_is_widened_and_what_is_ticked_stays_ticked(
    home, lucie, network, asker, helper, exchange
):
    near = await network.cooperative(home, "Le Fournil", ARPAJON)
    far = await network.cooperative(home, "Imprimerie du Nord", LILLE, trade="18.12Z")
    await exchange.ask()
    start = f"{LIST}/{exchange.request}/neighbours"
    narrow = await lucie.opens(f"{start}?km=40")
    assert ticks(narrow) == [f"ask.{near}"]
    wide = await lucie.opens(f"{start}?km=all&ask.{near}=true&once=x&circle=40")
    assert {f"ask.{far}", f"ask.{near}", f"ask.{helper}"} == set(ticks(wide))
    assert set(wide.form(start)) == {"once", "circle", f"ask.{near}"}
    back = await lucie.opens(f"{start}?km=40&ask.{far}=true")
    assert f"ask.{far}" in back.form(start)
    assert "Personne n’est si près." not in back.words
    await lucie.opens(f"{start}?km=41", status=422)
    await lucie.opens(f"{start}?ask.nonsense=true", status=422)


async def test_nobody_ticked_too_many_or_unknown_is_said_above_the_list(
    home, lucie, network, record
):
    nobody = await lucie.fills(f"{record}/neighbours", status=422)
    assert "Cochez au moins une coopérative." in nobody.words
    strange = {f"ask.{uuid4()}": "true"}
    unknown = await lucie.fills(f"{record}/neighbours", status=422, **strange)
    assert "n’est pas une coopérative connue ici" in unknown.words
    many = {f"ask.{await network.cooperative(home, f'Scop {n}')}": "true" for n in range(30)}
    crowd = await lucie.fills(f"{record}/neighbours", status=422, **many)
    assert "Restez à 30 au plus" in crowd.words
    assert sum(name in many for name in crowd.form(f"{record}/neighbours")) == 30
    assert len(await home.fetch("SELECT FROM invitations")) == 1


async def test_who_is_asked_twice_or_by_two_at_once_is_invited_once(home, lucie, network, exchange):
    near = await network.cooperative(home, "Le Fournil")
    await exchange.ask()
    start = f"{LIST}/{exchange.request}/neighbours"
    mine, theirs = [
        {**(await lucie.opens(start)).form(start), f"ask.{near}": "true"} for _ in range(2)
    ]
    first = await lucie.sends(start, mine)
    again = await lucie.sends(start, mine)
    second = await lucie.sends(start, theirs)
    assert "Le Fournil est sollicitée et prévenue." in first.words
    assert "Le Fournil est sollicitée et prévenue." in again.words
    assert "Elles étaient déjà sollicitées." in second.words
    assert len(await home.fetch("SELECT FROM invitations")) == 1


async def test_neighbours_without_a_place_are_in_the_list_and_said_to_be_on_no_map(
    home, lucie, network, exchange
):
    await network.cooperative(home, "Scop nomade", None, trade="18.12Z")
    await network.cooperative(home, "Scop de Figeac", FIGEAC)
    await exchange.ask()
    shown = await lucie.opens(f"{LIST}/{exchange.request}/neighbours?km=all")
    assert "Hors de cette carte : le numéro 1 de la liste." in shown.words
