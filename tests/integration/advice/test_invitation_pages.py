"""Being asked, as people see it: why us, offering help, leaving it to others, taking it back."""

import pytest

from intercoop_contracts.directory import OrganisationView, PublicContact
from testkit.advice_service import FIGEAC
from testkit.forms_of_pages import Reader

HOSTILE = 'Zinc "><script>alert(1)</script>'


@pytest.fixture
async def invitation(home, neighbour, exchange, helper):
    """The address of an invitation that has arrived in the other union."""
    await exchange.ask(helper)
    await neighbour.hears_from(home)
    return f"/advice/invitations/{exchange.invitations[str(helper)]}"


async def test_an_offer_stands_until_it_is_answered_and_says_so(home, neighbour, paul, invitation):
    made = await paul.fills(invitation, text="180 m² libres")
    assert "Pas encore confirmée" in made.words
    async with neighbour.db.transaction() as tx:
        await tx.execute("DELETE FROM outbox")
    read = await paul.opens(invitation)
    assert "Imprimerie du Cantal n’a pas encore répondu" in read.words
    assert read.form(invitation)["text"] == "180 m² libres"


async def test_an_offer_needs_words_and_is_made_once(neighbour, paul, invitation, exchange):
    empty = await paul.fills(invitation, status=422, text=" ")
    assert "À corriger" in empty.text
    long = await paul.fills(invitation, status=422, text="x" * 4001)
    assert long.form(invitation)["text"] == "x" * 4001
    form = (await paul.opens(invitation)).form(invitation)
    for _ in range(2):
        await paul.sends(invitation, {**form, "text": "180 m² libres"})
    (kept,) = await neighbour.fetch("SELECT offer_revision FROM received_invitations")
    assert kept["offer_revision"] == 1


async def test_of_two_who_offer_at_once_the_second_reads_the_first_and_keeps_its_words(
    neighbour, paul, invitation
):
    form = (await paul.opens(invitation)).form(invitation)
    async with neighbour.browser(roles=["staff"]) as browser:
        colleague = Reader(browser)
        await colleague.fills(invitation, text="Nous avons 20 m².")
    late = await paul.sends(invitation, {**form, "text": "Nous avons 180 m²."}, 409)
    assert "Quelqu’un de votre coopérative a répondu entre-temps." in late.words
    assert "Nous avons 20 m²." in late.words
    again = late.form(invitation)
    assert again["text"] == "Nous avons 180 m²."
    done = await paul.sends(invitation, again)
    assert "Nous avons 180 m²." in done.words


async def test_leaving_it_to_others_is_asked_first_and_nobody_learns_of_it(
    home, neighbour, paul, lucie, invitation, exchange
):
    asked = await paul.opens(f"{invitation}/decline")
    assert "personne ne l’apprend, hors l’équipe de votre union" in asked.words
    form = asked.form(f"{invitation}/decline")
    for _ in range(2):
        left = await paul.sends(f"{invitation}/decline", form)
        assert "Vous laissez cette demande à d’autres." in left.words
        assert "Personne n’attend votre réponse." in left.words
    await paul.opens(invitation, 404)
    await home.hears_from(neighbour)
    read = await lucie.opens(f"/advice/requests/{exchange.request}")
    assert "Atelier de Figeac" in read.words
    assert "laiss" not in read.words
    async with neighbour.browser(roles=["staff"]) as browser:
        staff = Reader(browser)
        assert "Elle a été laissée à d’autres." in (await staff.opens(invitation)).words
        await staff.fills(invitation, text="Finalement, oui.")
    assert "Finalement, oui." in (await paul.opens(invitation)).words


async def test_an_offer_is_taken_back_after_a_question_and_can_be_made_again(
    home, neighbour, paul, invitation, exchange, helper
):
    await paul.fills(invitation, text="180 m² libres")
    back = await paul.fills(f"{invitation}/withdraw")
    assert "Votre offre est retirée." in back.words
    assert "Vous avez retiré votre offre. Vous pouvez en faire une autre." in back.words
    await home.hears_from(neighbour)
    assert await exchange.state_of(helper) == "withdrawn"
    await paul.fills(invitation, text="Finalement, oui.")
    await home.hears_from(neighbour)
    assert await exchange.state_of(helper) == "offered"


async def test_where_there_is_nothing_to_leave_or_take_back_one_reads_what_is(paul, invitation):
    assert "Nous cherchons des locaux" in (await paul.opens(f"{invitation}/withdraw")).words
    await paul.fills(invitation, text="Oui")
    read = await paul.opens(f"{invitation}/decline")
    assert "Votre proposition" in read.words


async def test_a_closed_request_takes_no_offer_and_says_what_helped(
    home, neighbour, paul, invitation, exchange
):
    form = (await paul.opens(invitation)).form(invitation)
    await exchange.close("Un hangar")
    await neighbour.hears_from(home)
    late = await paul.sends(invitation, {**form, "text": "180 m²"}, 409)
    assert "Cela a changé entre-temps" in late.words
    assert "Un hangar" in late.words


async def test_others_find_no_such_invitation(neighbour, invitation, network):
    other = await network.cooperative(neighbour, "Une autre", FIGEAC)
    async with neighbour.browser(organisations=[str(other)]) as browser:
        reader = Reader(browser)
        for word in ("", "/decline", "/withdraw"):
            await reader.opens(invitation + word, 404)
            await reader.sends(invitation + word, {"text": "x", "revision": "0"}, 404)


async def test_who_has_no_public_contact_is_told_so_before_it_offers(
    neighbour, network, paul, invitation, helper
):
    view = await neighbour.fetch("SELECT record FROM known_organisations WHERE id = $1", helper)
    known = OrganisationView.model_validate_json(view[0]["record"])
    bare = known.model_copy(update={"contact": PublicContact()})
    await network.tell(neighbour, helper, bare)
    read = await paul.opens(invitation)
    assert "Atelier de Figeac n’a pas de contact public. Voir sa fiche" in read.words


async def test_hostile_texts_of_the_asker_are_shown_as_text(
    home, neighbour, paul, exchange, helper
):
    await exchange.ask(helper, title=HOSTILE, text=HOSTILE, expertise=['"><img src=x>'])
    await neighbour.hears_from(home)
    invitation = f"/advice/invitations/{exchange.invitations[str(helper)]}"
    for address in (invitation, f"{invitation}/decline", "/advice/requests"):
        shown = await paul.opens(address)
        assert "<script>alert" not in shown.text
        assert "<img src=x" not in shown.text
        assert HOSTILE in shown.words
