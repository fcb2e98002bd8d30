"""We are looking for premises: the whole story between two unions, by pages alone."""

import re

import pytest

from testkit.forms_of_pages import Reader

LIST = "/advice/requests"
OURS = "contact@imprimerie-du-cantal.example"
THEIRS = "contact@atelier-de-figeac.example"


@pytest.fixture
async def next_asker(neighbour):
    """Staff of the other union, who ask later."""
    async with neighbour.browser(roles=["staff"]) as browser:
        yield Reader(browser)


def only(pattern, shown):
    """The one address of a page that looks like this."""
    (found,) = {link for link in shown.links if re.fullmatch(pattern, link)}
    return found


async def asks(lucie, helper):
    """Lucie asks and chooses whom; returns the record's address."""
    typed = {"text": "200 m², dès le printemps.", "expertise": "locaux, parking"}
    chosen = await lucie.fills(f"{LIST}/new", title="Nous cherchons des locaux", **typed)
    assert "Votre demande est publiée dans le réseau. Choisissez qui solliciter." in chosen.words
    assert "Atelier de Figeac" in chosen.words
    assert "à 48 km" in chosen.words
    record = only(rf"{LIST}/[0-9a-f-]{{36}}", chosen)
    form = chosen.form(f"{record}/neighbours")
    asked = await lucie.sends(f"{record}/neighbours", {**form, f"ask.{helper}": "true"})
    assert "Atelier de Figeac est sollicitée et prévenue." in asked.words
    return record


async def offers(paul):
    """Paul reads who asks, and offers help; returns the invitation's address."""
    listed = await paul.opens(LIST)
    assert "Nous cherchons des locaux Imprimerie du Cantal · Aurillac (15)" in listed.words
    invitation = only(r"/advice/invitations/[0-9a-f-]{36}", listed)
    question = await paul.opens(invitation)
    assert "200 m², dès le printemps. Recherche : locaux parking" in question.words
    assert "le silence ne se voit pas" in question.words
    assert THEIRS in question.words
    assert OURS not in question.words
    offered = await paul.fills(invitation, text="180 m² libres\nen mars.")
    assert "Votre offre est faite à Imprimerie du Cantal." in offered.words
    return invitation


async def accepts(lucie, record):
    """Lucie reads the offer, and what accepting it means, and accepts it."""
    read = await lucie.opens(record)
    assert "Une offre vous attend" in read.words
    assert "180 m² libres en mars." in read.words
    assert THEIRS not in read.words
    accept = only(".*/accept", read)
    before = await lucie.opens(accept)
    assert "reçoit le contact public d’Imprimerie du Cantal" in before.words
    assert OURS in before.words
    accepted = await lucie.fills(accept)
    assert "Les deux coopératives ont dit oui. Voici comment vous joindre." in accepted.words
    assert OURS in accepted.words
    assert THEIRS in accepted.words


async def closes(lucie, record):
    closing = await lucie.opens(f"{record}/close")
    (tick,) = re.findall(r'name="(helped\.[^"]+)"', closing.text)
    typed = {"what_helped": "Un hangar à partager", tick: "true"}
    closed = await lucie.fills(f"{record}/close", **typed)
    assert "La demande est close." in closed.words
    assert "Vous avez dit qui a aidé : Atelier de Figeac" in closed.words


async def asks_next(next_asker):
    """Who asks the like is shown what helped, and asks all the same."""
    typed = {"asker": "figeac", "title": "Besoin d’un local"}
    again = await next_asker.fills(f"{LIST}/new", status=200, **typed)
    assert "Une coopérative l’a déjà demandé : voici ce qui a aidé" in again.words
    assert "Un hangar à partager" in again.words
    assert again.form(f"{LIST}/new")["title"] == "Besoin d’un local"
    sent = await next_asker.sends(f"{LIST}/new", again.form(f"{LIST}/new"))
    assert "Choisissez qui solliciter" in sent.words


async def test_premises_are_found_in_the_other_union_and_the_next_asker_reads_how(
    home, neighbour, lucie, paul, next_asker, helper
):
    record = await asks(lucie, helper)
    await neighbour.hears_from(home)
    invitation = await offers(paul)
    await home.hears_from(neighbour)
    await accepts(lucie, record)

    await neighbour.hears_from(home)
    introduced = await paul.opens(invitation)
    assert "Les deux coopératives ont dit oui." in introduced.words
    assert OURS in introduced.words

    await closes(lucie, record)
    await neighbour.hears_from(home)
    theirs = await paul.opens(invitation)
    assert "La demande est close Ce qui a aidé : Un hangar à partager" in theirs.words
    await asks_next(next_asker)
