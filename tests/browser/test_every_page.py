"""Every page of the application, as everybody who may see it, in a real browser."""

import re
from contextlib import contextmanager

import pytest

from testkit.chromium.addresses import ADDRESSES, EVERYBODY, LOOKED, NO_PAGE, ROUTES
from testkit.chromium.barriers import barriers
from testkit.chromium.keyboard import unseen_focus
from testkit.chromium.layout import headings, on_paper, sideways, with_few_colours, without_motion
from testkit.chromium.texts import foreign_texts
from testkit.chromium.windows import DESKTOP, PHONE

UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
OF_ONE = re.compile(rf'data-who="[^"]*"|{UUID}|\d+')
"""Whose page it is, and when: what makes no page another one."""
TRACE = re.compile(r"[0-9a-f]{32}")
"""An error's code is another one each time."""

HOME = "/"
"""What is around every page is looked at here."""

each_page = pytest.mark.parametrize("looked", LOOKED, ids=str)


def nothing(wrong):
    """No complaint, or each on a line of its own."""
    assert not wrong, "\n".join(wrong)


def fullest(looked):
    """Whoever sees most of a page, of those who may see it."""
    return max(looked.people, key=lambda who: len(EVERYBODY.get(who, ())))


@pytest.fixture
def sights(people):
    """What an address shows to different people: for each, whoever of them sees most around it.

    What is around a page is looked at once for everybody: on the home page.
    """

    def of(looked):
        if looked.forms:
            return looked.people
        found = {}
        for who in sorted(looked.people, key=lambda one: -len(EVERYBODY.get(one, ()))):
            with people.looking(who) as visit:
                address = people.stage.address(looked.address)
                answer = visit.page.context.request.get(address)
            assert answer.status == looked.status, f"{who}: {answer.status} {looked}"
            whole = OF_ONE.sub("", answer.text())
            found.setdefault(whole if looked.address == HOME else whole.partition("<main")[2], who)
        return found.values()

    return of


@pytest.fixture
def shown(people):
    """A tab that shows the page to somebody."""

    @contextmanager
    def to(who, looked, **choices):
        tab = people.visiting if looked.forms else people.looking
        with tab(who, **choices) as visit:
            status = visit.reach(people.stage.address(looked.address), looked.forms)
            assert status == looked.status, f"{who}: {status} {looked}"
            yield visit

    return to


def test_every_page_of_the_application_is_looked_at():
    """A new page needs a line in the table of addresses, or a reason why it shows nothing."""
    assert ROUTES.keys() == ADDRESSES.keys() | NO_PAGE.keys()
    assert not ADDRESSES.keys() & NO_PAGE.keys()


@each_page
def test_a_page_loads_without_complaint_fits_every_window_and_has_no_barrier(sights, shown, looked):
    wrong = []
    for who in sights(looked):
        with shown(who, looked) as visit:
            found = [*visit.complaints, *headings(visit), *sideways(visit), *barriers(visit)]
            wrong += [f"{who}: {one}" for one in found]
    nothing(wrong)


@each_page
def test_a_page_is_in_french_and_serves_the_keyboard_paper_few_colours_and_rest(shown, looked):
    begins = "body" if looked.address == HOME else "main"
    with shown(fullest(looked), looked) as visit:
        wrong = list(foreign_texts(visit, "fr"))
        for window in (DESKTOP, PHONE):
            visit.page.set_viewport_size(window)
            wrong += [f"{window['width']} px: {one}" for one in unseen_focus(visit.page, begins)]
        visit.page.set_viewport_size(DESKTOP)
        wrong += [*on_paper(visit), *with_few_colours(visit), *without_motion(visit)]
    nothing(wrong)


@each_page
def test_a_page_is_in_english_too_and_says_the_same_without_a_script(shown, looked):
    who = fullest(looked)
    with (
        shown(who, looked, locale="en-GB") as scripted,
        shown(who, looked, locale="en-GB", java_script_enabled=False) as plain,
    ):
        said, plainly = (TRACE.sub("", one.text()) for one in (scripted, plain))
        wrong = [f"needs a script: {one}" for one in said.splitlines() if one not in plainly]
        wrong += foreign_texts(scripted, "en")
    nothing(wrong)
