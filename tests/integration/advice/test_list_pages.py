"""The list in three tabs, as everybody reads it: what waits, what was asked, what helped."""

import re

import pytest

from intercoop_advice.requests.store import found as found_requests
from intercoop_contracts.advice import ADVICE_REQUESTS, AdviceRequestView, RequestState
from intercoop_contracts.directory import OrganisationView
from testkit.advice_service import AURILLAC, FIGEAC
from testkit.ids import new_id
from testkit.in_memory_network import state_event
from testkit.page_rules import Page, breaches_of_policy

LIST = "/advice/requests"
HOSTILE = 'Zinc "><script>alert(1)</script> ' + "x" * 150
PARTS = ("asking-us", "our-requests", "requests-found?q=locaux")


async def tells(home, owner="auvergne", **fields):
    """Another owner's request arrives; returns its id."""
    request = new_id(owner)
    view = {"organisation_id": new_id(owner), "organisation_name": "Scop d’ailleurs"}
    said = AdviceRequestView.model_construct(
        **AdviceRequestView(**{**view, "title": "Une presse", **fields}).__dict__
    )
    await home.consumer.receive([state_event(ADVICE_REQUESTS, owner, request, said)])
    return request


def closed(words):
    return {"state": RequestState.CLOSED, "what_helped": words}


def titles(shown):
    return re.findall(r'<h3><a href="/advice/[^"]+" dir="auto">(.*?)</a>', shown.text)


async def test_each_tab_says_what_would_be_there_and_what_one_can_do(lucie):
    for tab, said in (
        ("us", "Personne n’attend votre réponse."),
        ("ours", "Vous n’avez encore rien demandé."),
        ("all", "Personne n’a encore rien demandé."),
    ):
        assert said in (await lucie.opens(f"{LIST}?tab={tab}")).words


async def test_whoever_acts_for_nobody_reads_the_network_and_is_offered_no_button(
    neighbour, samir, home
):
    await tells(home, "midi-pyrenees", title="Des locaux")
    board = await samir.opens(LIST)
    assert titles(board) == ["Des locaux"]
    assert f"{LIST}/new" not in board.links
    for tab in ("us", "ours"):
        assert (
            "Vous n’agissez au nom d’aucune coopérative."
            in (await samir.opens(f"{LIST}?tab={tab}")).words
        )
    assert 'name="title"' not in (await samir.opens(f"{LIST}/new")).text


async def test_who_asks_us_is_said_with_why_and_whose_it_is(
    home, neighbour, exchange, helper, paul, network
):
    await exchange.ask(helper, expertise=["locaux"])
    await network.tell(
        neighbour, helper, (await _view(neighbour, helper)).model_copy(
            update={"expertise": ("Locaux",), "trade": "18.12Z"}
        ),
    )  # fmt: skip
    await neighbour.hears_from(home)
    shown = await paul.opens(LIST)
    assert titles(shown) == ["Nous cherchons des locaux"]
    assert "à 48 km · même métier · propose : Locaux" in shown.words
    assert "auvergne" in shown.words
    assert "On nous demande 1 une vous attend" in shown.words


async def _view(service, organisation):
    rows = await service.fetch("SELECT record FROM known_organisations WHERE id = $1", organisation)
    return OrganisationView.model_validate_json(rows[0]["record"])


async def test_what_was_replied_to_leaves_the_waiting_ones_and_stays_to_be_read(
    home, neighbour, exchange, helper, paul
):
    await exchange.ask(helper)
    await neighbour.hears_from(home)
    await exchange.offer(neighbour, helper)
    assert titles(await paul.opens(LIST)) == []
    earlier = await paul.opens(f"{LIST}?tab=us&earlier=true")
    assert titles(earlier) == ["Nous cherchons des locaux"]
    assert "aide proposée" in earlier.words


async def test_our_requests_say_since_when_and_how_many_offers_wait(
    home, neighbour, exchange, helper, lucie
):
    await exchange.ask(helper)
    home.clock.advance(days=9)
    assert (
        "une coopérative sollicitée depuis 9 jours" in (await lucie.opens(f"{LIST}?tab=ours")).words
    )
    await neighbour.hears_from(home)
    await exchange.offer(neighbour, helper)
    await home.hears_from(neighbour)
    waiting = await lucie.opens(f"{LIST}?tab=ours")
    assert "une offre vous attend" in waiting.words
    assert "Nos demandes 1 une vous attend" in waiting.words


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("presse", ["Une presse à vélo"]), ("PRÉSSE", ["Une presse à vélo"]),
        ("hangar", ["Des locaux"]), ("loc", ["Des locaux"]), ("oeuvre", ["Main d’œuvre"]),
        ("presse hangar", []), ("", ["Main d’œuvre", "Des locaux", "Une presse à vélo"]),
        ("figeac", ["Des locaux"]), ("'; DROP --", []), ("!!!", []), ("\\", []),
    ],
)  # fmt: skip
async def test_the_board_is_searched_by_the_beginnings_of_all_words(home, samir, asked, found):
    await tells(home, "midi-pyrenees", title="Une presse à vélo")
    await tells(home, "midi-pyrenees", title="Des locaux", commune=FIGEAC, **closed("Un hangar"))
    await tells(home, "midi-pyrenees", title="Main d’œuvre", commune=AURILLAC)
    answer = await samir.browser.get(LIST, params={"tab": "all", "q": asked})
    assert answer.status_code == 200
    assert re.findall(r'dir="auto">(.*?)</a>', answer.text) == found


async def test_what_helped_is_a_choice_of_its_own_and_goes_after_six_months(home, samir):
    await tells(home, "midi-pyrenees", title="Ouverte")
    await tells(home, "midi-pyrenees", title="Close", **closed("Un prêt"))
    helped = await samir.opens(f"{LIST}?tab=all&state=closed")
    assert titles(helped) == ["Close"]
    assert "Ce qui a aidé : Un prêt" in helped.words
    home.clock.advance(days=181)
    assert titles(await samir.opens(f"{LIST}?tab=all")) == ["Ouverte"]
    assert titles(await samir.opens(f"{LIST}?tab=all&q=close")) == []


async def test_a_long_board_goes_on_and_keeps_what_was_searched(home, samir):
    for number in range(23):
        await tells(home, "midi-pyrenees", title=f"Locaux {number}")
    for start in (f"{LIST}?tab=all", f"{LIST}?tab=all&q=locaux"):
        first = await samir.opens(start)
        (more,) = {link for link in first.links if "cursor=" in link}
        second = await samir.opens(more)
        assert len(titles(first)) == 20
        assert titles(second) == ["Locaux 2", "Locaux 1", "Locaux 0"]
    assert "23 demandes" in first.words


async def test_while_somebody_types_only_what_is_found_comes_and_says_how_many(home, samir):
    await tells(home, "midi-pyrenees", title="Des locaux")
    typing = {"HX-Request": "true", "HX-Request-Type": "partial"}
    answer = await samir.browser.get(f"{LIST}?tab=all&q=loc", headers=typing)
    assert "<html" not in answer.text
    assert 'data-say="1 demande"' in answer.text
    assert answer.headers["hx-replace-url"] == f"{LIST}?tab=all&q=loc"
    nothing = await samir.browser.get(f"{LIST}?tab=all&q=zzz", headers=typing)
    assert 'data-say="0 demande"' in nothing.text


async def test_what_a_made_up_co_operative_asks_is_called_a_sample(home, samir):
    request = await tells(home, "midi-pyrenees", title="Des locaux", is_sample=True)
    for address in (f"{LIST}?tab=all", f"{LIST}/{request}"):
        assert "Exemple" in (await samir.opens(address)).words


async def test_thousands_of_one_owner_hide_no_other_owners_request(home, samir, monkeypatch):
    monkeypatch.setattr(found_requests, "LOOKED_AT", 5)
    await tells(home, "midi-pyrenees", title="Des locaux honnêtes")
    for number in range(12):
        await tells(home, "ouest", title=f"Locaux {number}")
    shown = await samir.opens(f"{LIST}?tab=all&q=locaux")
    assert "Des locaux honnêtes" in titles(shown)
    assert len(titles(shown)) == 6


async def test_hostile_texts_of_another_owner_are_shown_as_text(home, samir):
    request = await tells(
        home, "midi-pyrenees", title=HOSTILE, organisation_name=HOSTILE, text=HOSTILE,
        expertise=('"><img src=x>',), **closed("<b>fin</b>"),
    )  # fmt: skip
    for address in (f"{LIST}?tab=all", f"{LIST}/{request}", f"{LIST}?tab=all&q=zinc"):
        shown = await samir.opens(address)
        assert "<script>alert" not in shown.text
        assert "<img src=x" not in shown.text
        assert "<b>fin" not in shown.text
        assert "<b>fin</b>" in shown.words


@pytest.mark.parametrize(
    "query", ["tab=theirs", "state=lost", "cursor=nonsense&tab=all", "earlier=perhaps"]
)
async def test_an_address_that_nobody_wrote_is_a_page_that_says_so(samir, query):
    await samir.opens(f"{LIST}?{query}", status=422)


async def test_parts_of_boards_say_the_same_in_short(
    home, neighbour, exchange, helper, paul, lucie
):
    await exchange.ask(helper)
    await neighbour.hears_from(home)
    for reader in (paul, lucie):
        for part in PARTS:
            answer = await reader.browser.get(f"/advice/parts/{part}", headers={"HX-Request": "1"})
            assert answer.status_code == 200, answer.text
            assert list(breaches_of_policy(Page(answer.text))) == []
    asked = (await paul.browser.get("/advice/parts/asking-us")).text
    assert "Nous cherchons des locaux" in asked
    ours = (await lucie.browser.get("/advice/parts/our-requests")).text
    assert "une coopérative sollicitée" in ours
    found = (await lucie.browser.get("/advice/parts/requests-found?q=locaux")).text
    assert "Nous cherchons des locaux" in found
    nothing = (await lucie.browser.get("/advice/parts/requests-found?q=")).text
    assert "Aucune demande ne contient tous ces mots." in nothing
