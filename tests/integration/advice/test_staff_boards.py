"""What waits for staff, and how requests stand: the parts of `/my-day` and `/steering`."""

from datetime import timedelta


async def test_a_request_waits_on_my_day_until_somebody_offers_help(
    home, neighbour, exchange, helper, nadia
):
    assert "Chaque demande a reçu une proposition." in (await nadia.opens("/my-day")).words
    await exchange.ask(helper)
    shown = await nadia.opens("/my-day")
    assert "Nous cherchons des locaux" in shown.words
    assert "une coopérative sollicitée" in shown.words
    assert f"/advice/requests/{exchange.request}/neighbours" in shown.links

    await neighbour.hears_from(home)
    await exchange.offer(neighbour, helper)
    await home.hears_from(neighbour)
    assert "Nous cherchons des locaux" not in (await nadia.opens("/my-day")).words


async def test_one_that_waits_longer_than_nine_days_is_late(home, exchange, nadia):
    await exchange.ask()
    async with home.db.transaction() as tx:
        await tx.execute(
            "UPDATE requests SET asked_at = asked_at - $1::interval", timedelta(days=9)
        )
    shown = await nadia.opens("/my-day")
    assert "depuis 9 jours" in shown.words
    assert "sign-late" in shown.text


async def test_figures_say_how_many_are_open_offered_and_closed(
    home, neighbour, exchange, helper, nadia
):
    assert (
        "Les chiffres viendront avec la première demande." in (await nadia.opens("/steering")).words
    )
    await exchange.ask(helper)
    await neighbour.hears_from(home)
    await exchange.offer(neighbour, helper)
    await home.hears_from(neighbour)
    assert (
        "Demandes ouvertes 1 dont avec une proposition 1" in (await nadia.opens("/steering")).words
    )
    await exchange.close()
    assert (
        "Demandes ouvertes 0 dont avec une proposition 0" in (await nadia.opens("/steering")).words
    )


async def test_members_are_not_shown_either(lucie):
    await lucie.opens("/my-day", 403)
    await lucie.opens("/steering", 403)
