"""Asking as people do it: the form, the record with whom one asks, and who may do what."""

import re
from uuid import uuid4

from testkit.advice_service import ARPAJON, AURILLAC
from testkit.forms_of_pages import Reader
from testkit.page_rules import Page

LIST = "/advice/requests"
NEW = f"{LIST}/new"
HOSTILE = 'Zinc "><script>alert(1)</script>'


def offers(shown):
    """Addresses by which offers are answered."""
    return {link for link in shown.links if "/offers/" in link}


async def requests_of(home):
    return await home.fetch("SELECT id, record ->> 'title' AS title FROM requests ORDER BY id")


async def test_a_question_says_what_to_correct_and_loses_nothing(home, lucie):
    wrong = await lucie.fills(
        NEW, status=422, title="x" * 201, text="Nos besoins", expertise=", ".join("abcdefghijklmnopqrstuv")
    )  # fmt: skip
    assert re.search(r"<title>À corriger\u00a0: Demander conseil", wrong.text)
    assert {"#title", "#expertise"} <= {one["href"] for one in Page(wrong.text).all("a")}
    typed = wrong.form(NEW)
    assert typed["title"] == "x" * 201
    assert typed["text"] == "Nos besoins"
    assert await requests_of(home) == []


async def test_words_for_nobody_or_turned_round_are_refused(home, lucie):
    for title in ("   ", "abc\u202edef"):
        await lucie.fills(NEW, status=422, title=title)
    assert await requests_of(home) == []


async def test_who_acts_for_several_says_in_whose_name(home, network, asker):
    other = await network.cooperative(home, "Le Fournil")
    async with home.browser(organisations=[str(asker), str(other)]) as browser:
        reader = Reader(browser)
        wrong = await reader.fills(NEW, status=422, title="Un four")
        assert "Indiquez quelle coopérative demande." in wrong.words
        await reader.sends(NEW, {**wrong.form(NEW), "organisation": str(other)})
    (made,) = await home.fetch("SELECT organisation_id FROM requests")
    assert made["organisation_id"] == other


async def test_nobody_asks_in_the_name_of_a_co_operative_that_is_not_theirs(
    home, lucie, samir, network, helper
):
    other = await network.cooperative(home, "Le Fournil")
    form = (await lucie.opens(NEW)).form(NEW)
    for organisation in (other, helper, uuid4(), "x"):
        await lucie.sends(NEW, {**form, "title": "Un four", "organisation": str(organisation)}, 422)
    await samir.sends(NEW, {**form, "title": "Un four"}, 403)
    assert await requests_of(home) == []


async def test_staff_ask_for_any_of_theirs_by_its_name_and_choose_where_it_is_open(
    home, nadia, asker, network, helper
):
    north = await network.cooperative(home, "Le Fournil du Nord", ARPAJON)
    await network.cooperative(home, "Le Fournil du Sud", AURILLAC)
    options = await nadia.browser.get("/advice/parts/cooperatives", params={"q": "fourn"})
    assert options.text.count('role="option"') == 2
    which = await nadia.fills(NEW, status=422, asker="fournil", title="Un four")
    assert "De quelle coopérative s’agit-il ? Le Fournil du Nord, Arpajon (15)" in which.words
    await nadia.sends(NEW, {**which.form(NEW), "organisation": str(north)})
    unknown = await nadia.fills(NEW, status=422, asker="Atelier de Figeac", title="Un four")
    assert "Aucune coopérative de cette instance ne porte ce nom" in unknown.words
    (made,) = await home.fetch("SELECT organisation_id FROM requests")
    assert made["organisation_id"] == north


async def test_members_are_offered_no_names_of_co_operatives(home, lucie, asker):
    options = await lucie.browser.get("/advice/parts/cooperatives", params={"q": "impr"})
    assert options.text.strip() == ""


async def test_a_question_that_is_sent_twice_is_asked_once(home, lucie):
    form = {**(await lucie.opens(NEW)).form(NEW), "title": "Un four"}
    pages = [await lucie.sends(NEW, form) for _ in range(2)]
    assert pages[0].address == pages[1].address
    assert len(await requests_of(home)) == 1


async def test_what_helped_before_is_shown_while_one_types_and_then_not_asked_again(
    home, lucie, exchange
):
    await exchange.ask(text="Nous étions à l’étroit")
    await exchange.close("Un hangar <b>à partager</b>")
    part = await lucie.browser.get("/advice/parts/alike", params={"title": "nos locaux"})
    assert "Un hangar &lt;b&gt;à partager" in part.text
    (seen,) = [one["value"] for one in Page(part.text).all("input") if one["name"] == "seen"]
    form = (await lucie.opens(NEW)).form(NEW)
    await lucie.sends(NEW, {**form, "title": "Trouver des locaux", "seen": seen})
    assert len(await requests_of(home)) == 2
    nothing = await lucie.browser.get("/advice/parts/alike", params={"title": "Nous cherchons"})
    assert "hangar" not in nothing.text


async def test_a_record_says_whom_one_asked_and_never_who_keeps_silent(
    home, lucie, network, exchange, asker
):
    silent = await network.cooperative(home, "Le Fournil")
    declining = await network.cooperative(home, "La Scierie")
    await exchange.ask(silent, declining)
    before = (await lucie.opens(f"{LIST}/{exchange.request}")).words
    await exchange.reply(home, declining, "decline")
    home.clock.advance(days=9)
    after = (await lucie.opens(f"{LIST}/{exchange.request}")).words
    assert "Le Fournil" in before
    assert "La Scierie" in before
    assert "Personne n’a encore proposé d’aide (9 jours)." in after
    assert "laissée" not in after
    assert (
        before.partition("Coopératives sollicitées")[2]
        == (after.partition("Coopératives sollicitées")[2])
    )


async def test_what_has_not_left_yet_is_not_called_confirmed(home, lucie, record):
    assert "Pas encore confirmée" in (await lucie.opens(record)).words
    async with home.db.transaction() as tx:
        await tx.execute("DELETE FROM outbox")
    assert "Pas encore confirmée" not in (await lucie.opens(record)).words


async def test_whoever_does_not_act_for_it_reads_the_question_and_nothing_else(
    home, neighbour, samir, paul, record, offered, network, exchange
):
    other = await network.cooperative(home, "Le Fournil")
    async with home.browser(organisations=[str(other)]) as browser:
        stranger = Reader(browser)
        for reader in (stranger, samir):
            read = await reader.opens(record)
            assert "Nous cherchons des locaux" in read.words
            assert "Atelier de Figeac" not in read.words
            assert "Nous avons de la place" not in read.words
            for word in ("neighbours", "close"):
                await reader.opens(f"{record}/{word}", 404)
                await reader.sends(
                    f"{record}/{word}", {"what_helped": "x", f"ask.{other}": "true"}, 404
                )
            for word in ("accept", "not-taken"):
                await reader.opens(f"{offered}/{word}", 404)
                await reader.sends(f"{offered}/{word}", {"revision": "1"}, 404)
    theirs = await paul.opens(record)
    assert "Vous êtes sollicités" in theirs.words
    assert "Selon auvergne," in theirs.words
    assert f"/advice/invitations/{next(iter(exchange.invitations.values()))}" in theirs.links
    assert (await exchange.read())["state"] == "open"


async def test_an_offer_of_another_owner_is_shown_as_text(
    home, neighbour, lucie, record, exchange, helper
):
    await neighbour.hears_from(home)
    await exchange.offer(neighbour, helper, HOSTILE)
    await home.hears_from(neighbour)
    (accept,) = [link for link in offers(await lucie.opens(record)) if link.endswith("/accept")]
    for address in (record, accept):
        shown = await lucie.opens(address)
        assert "<script>alert" not in shown.text
        assert HOSTILE in shown.words
