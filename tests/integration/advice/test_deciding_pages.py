"""Offers are answered and requests closed: each is asked about first, and done once."""

from testkit.page_rules import Page

LIST = "/advice/requests"


async def test_accepting_is_asked_first_and_done_once(home, lucie, offered, exchange, helper):
    asked = await lucie.opens(f"{offered}/accept")
    assert "C’est définitif." in asked.words
    assert await exchange.state_of(helper) == "offered"
    form = asked.form(f"{offered}/accept")
    for _ in range(2):
        done = await lucie.sends(f"{offered}/accept", form)
        assert "Vous êtes en relation avec Atelier de Figeac" in done.words
    later = await lucie.opens(f"{offered}/not-taken")
    assert "Vous avez accepté cette offre" in later.words
    assert "<form method" not in later.text.partition("<main")[2].partition("</main>")[0]


async def test_an_offer_in_other_words_is_read_before_it_is_accepted(
    home, neighbour, lucie, offered, exchange, helper
):
    form = (await lucie.opens(f"{offered}/accept")).form(f"{offered}/accept")
    await exchange.offer(neighbour, helper, "Finalement 20 m².")
    await home.hears_from(neighbour)
    changed = await lucie.sends(f"{offered}/accept", form, 409)
    assert "L’offre a changé entre-temps" in changed.words
    assert "Finalement 20 m²." in changed.words
    assert await exchange.state_of(helper) == "offered"
    await lucie.sends(f"{offered}/accept", changed.form(f"{offered}/accept"))
    assert await exchange.state_of(helper) == "accepted"


async def test_an_offer_that_was_taken_back_meanwhile_introduces_nobody(
    home, neighbour, lucie, offered, exchange, helper
):
    form = (await lucie.opens(f"{offered}/accept")).form(f"{offered}/accept")
    await exchange.reply(neighbour, helper, "withdraw")
    await home.hears_from(neighbour)
    gone = await lucie.sends(f"{offered}/accept", form, 409)
    assert "Atelier de Figeac a retiré son offre." in gone.words
    assert "contact@" not in gone.words


async def test_an_offer_is_done_without_and_its_helper_reads_so(
    home, neighbour, lucie, paul, offered, exchange, helper
):
    await lucie.fills(f"{offered}/not-taken")
    await neighbour.hears_from(home)
    read = await paul.opens(f"/advice/invitations/{exchange.invitations[str(helper)]}")
    assert "Imprimerie du Cantal ne l’a pas retenue." in read.words


async def test_closing_says_whom_it_touches_and_is_done_once(home, lucie, offered, record):
    form = (await lucie.opens(f"{record}/close")).form(f"{record}/close")
    asked = await lucie.opens(f"{record}/close")
    assert "cela leur sera dit : Atelier de Figeac." in asked.words
    assert "Une demande close ne se rouvre pas." in asked.words
    empty = await lucie.sends(f"{record}/close", {**form, "what_helped": "  "}, 422)
    assert {"#what_helped"} <= {one["href"] for one in Page(empty.text).all("a")}
    for _ in range(2):
        closed = await lucie.sends(f"{record}/close", {**form, "what_helped": "Rien"})
        assert "La demande est close." in closed.words
    assert [link for link in closed.links if "/offers/" in link] == []
    chosen = await lucie.opens(f"{record}/neighbours")
    assert "Ce qui a aidé Rien" in chosen.words


async def test_of_two_who_close_at_once_the_second_reads_the_first_and_keeps_its_text(
    home, lucie, nadia, record
):
    mine = (await lucie.opens(f"{record}/close")).form(f"{record}/close")
    theirs = (await nadia.opens(f"{record}/close")).form(f"{record}/close")
    await nadia.sends(f"{record}/close", {**theirs, "what_helped": "Un prêt de salle"})
    late = await lucie.sends(f"{record}/close", {**mine, "what_helped": "Un hangar"}, 409)
    assert "Un prêt de salle" in late.words
    assert "Votre texte Un hangar" in late.words
