"""We are looking for premises: the whole story between two unions, by pages alone."""

import re

from testkit.forms_of_pages import Reader

LIST = "/advice/requests"


async def asks(lucie, title="Nous cherchons des locaux", **typed):
    """The question is sent; returns the page on which one chooses, and the record's address."""
    chosen = await lucie.fills(f"{LIST}/new", title=title, **typed)
    (record,) = {link for link in chosen.links if re.fullmatch(rf"{LIST}/[0-9a-f-]{{36}}", link)}
    return chosen, record


async def test_premises_are_found_in_the_other_union_and_the_next_asker_reads_how(
    home, neighbour, lucie, paul, helper
):
    chosen, record = await asks(
        lucie, text="200 m², dès le printemps.", expertise="locaux, parking"
    )
    assert "Votre demande est publiée dans le réseau. Choisissez qui solliciter." in chosen.words
    assert "Atelier de Figeac" in chosen.words
    assert "à 48 km" in chosen.words

    asked = await lucie.sends(
        f"{record}/neighbours",
        {**chosen.form(f"{record}/neighbours"), f"ask.{helper}": "true"},
    )
    assert "Atelier de Figeac est sollicitée et prévenue." in asked.words
    assert "Pas encore confirmée" in asked.words

    await neighbour.hears_from(home)
    listed = await paul.opens(LIST)
    assert "Nous cherchons des locaux Imprimerie du Cantal · Aurillac (15)" in listed.words
    assert "à 48 km" in listed.words
    (invitation,) = {
        link for link in listed.links if re.fullmatch(r"/advice/invitations/[0-9a-f-]{36}", link)
    }
    question = await paul.opens(invitation)
    assert "200 m², dès le printemps. Recherche : locaux parking" in question.words
    assert "le silence ne se voit pas" in question.words
    assert "contact@atelier-de-figeac.example" in question.words
    assert "contact@imprimerie-du-cantal.example" not in question.words
    offered = await paul.fills(invitation, text="180 m² libres\nen mars.")
    assert "Votre offre est faite à Imprimerie du Cantal." in offered.words

    await home.hears_from(neighbour)
    read = await lucie.opens(record)
    assert "Une offre vous attend" in read.words
    assert "180 m² libres en mars." in read.words
    assert "contact@atelier-de-figeac.example" not in read.words
    (accept,) = {link for link in read.links if link.endswith("/accept")}
    before = await lucie.opens(accept)
    assert "reçoit le contact public d’Imprimerie du Cantal" in before.words
    assert "contact@imprimerie-du-cantal.example" in before.words
    accepted = await lucie.fills(accept)
    assert "Les deux coopératives ont dit oui. Voici comment vous joindre." in accepted.words
    for contact in ("contact@atelier-de-figeac.example", "contact@imprimerie-du-cantal.example"):
        assert contact in accepted.words

    await neighbour.hears_from(home)
    introduced = await paul.opens(invitation)
    assert "Les deux coopératives ont dit oui." in introduced.words
    assert "contact@imprimerie-du-cantal.example" in introduced.words

    closing = await lucie.opens(f"{record}/close")
    (tick,) = re.findall(r'name="(helped\.[^"]+)"', closing.text)
    typed = {"what_helped": "Un hangar à partager", tick: "true"}
    closed = await lucie.fills(f"{record}/close", **typed)
    assert "La demande est close." in closed.words
    assert "Vous avez dit qui a aidé : Atelier de Figeac" in closed.words

    await neighbour.hears_from(home)
    theirs = await paul.opens(invitation)
    assert "La demande est close Ce qui a aidé : Un hangar à partager" in theirs.words
    async with neighbour.browser(roles=["staff"]) as browser:
        next_one = Reader(browser)
        again = await next_one.fills(
            f"{LIST}/new", status=200, asker="figeac", title="Besoin d’un local"
        )
        assert "Une coopérative l’a déjà demandé : voici ce qui a aidé" in again.words
        assert "Un hangar à partager" in again.words
        assert again.form(f"{LIST}/new")["title"] == "Besoin d’un local"
        sent = await next_one.sends(f"{LIST}/new", again.form(f"{LIST}/new"))
        assert "Choisissez qui solliciter" in sent.words
