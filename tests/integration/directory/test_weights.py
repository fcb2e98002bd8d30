"""The directory's pages stay light however much is said of organisations."""

import random

from intercoop_contracts.directory import CommuneView
from testkit.page_weight import FIRST_BYTES, FOLLOWING_BYTES, REQUESTS, SCRIPT_BYTES, weigh
from testkit.said import said

LIST = "/directory/organisations"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
DEPARTEMENTS = ("09", "12", "15", "31", "63", "69", "75")


def at_the_bounds(number):
    """Texts that hardly compress, as long as they may be."""
    chance = random.Random(number)

    def text(length):
        return "".join(chance.choices(f"{LETTERS} ", k=length)).strip().ljust(length, "x")

    departement = chance.choice(DEPARTEMENTS)
    return said(
        f"union-{number % 17}",
        name=text(200),
        acronym=text(50),
        siren=f"{number:09}",
        trade=f"{chance.randrange(10, 97)}.{chance.randrange(10, 100)}Z",
        headcount=number,
        commune=CommuneView(
            code=f"{departement}555", name=text(60), departement=departement, lat=43.6, lon=1.44
        ),
        expertise=tuple(text(80) for _ in range(50)),
    )


async def test_a_list_at_the_bounds_fits_the_budget_of_a_page_that_follows(home):
    await home.hears([at_the_bounds(number) for number in range(200)])

    async with home.browser() as browser:
        weight = await weigh(browser, LIST)

    assert weight.page <= FOLLOWING_BYTES


async def test_a_usual_list_fits_the_budget_of_a_first_page(home):
    await home.hears(
        [said("auvergne", name=f"Menuiserie {number:04}", siren=None) for number in range(200)]
    )

    async with home.browser() as browser:
        weight = await weigh(browser, LIST)

    assert weight.page <= FOLLOWING_BYTES / 2
    assert weight.first <= FIRST_BYTES
    assert weight.scripts <= SCRIPT_BYTES
    assert weight.requests <= REQUESTS
