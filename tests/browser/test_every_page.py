"""Every page of the application, as everybody who may see it, in a real browser."""

import re
from contextlib import contextmanager

import pytest

from testkit.chromium.addresses import ADDRESSES, EVERYBODY, LOOKED, NO_PAGE, ROUTES
from testkit.chromium.barriers import barriers
from testkit.chromium.keyboard import unseen_focus
from testkit.chromium.layout import headings, on_paper, sideways, with_few_colours, without_motion
from testkit.chromium.people import STRANGER
from testkit.chromium.texts import foreign_texts
from testkit.chromium.windows import DESKTOP, PHONE

UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
TRACE = re.compile(r"[0-9a-f]{32}")
"""An error's code is another one each time."""
OF_ONE = re.compile(rf'data-who="[^"]*"|{UUID}|{TRACE.pattern}|\d+')
"""Whose page it is, and when: what makes no page another one."""
AS_A_PAGE = {"Accept": "text/html"}
CONTENT = re.compile(r"<main.*</main>", re.DOTALL)

AROUND = {"/", "/directory/sign-in?next=/me"}
"""What is around every page is looked at here: by whoever is signed in, and by a stranger."""

each_page = pytest.mark.parametrize("looked", LOOKED, ids=str)


def nothing(wrong):
    """No complaint, or each on a line of its own."""
    assert not wrong, "\n".join(wrong)


def fullest(looked):
    """Whoever sees most of a page, of those who may see it."""
    return max(looked.people, key=lambda who: len(EVERYBODY.get(who, ())))


@pytest.fixture
def sights(people):
    """What an address shows to different people: whoever of them sees most around it.

    For each, whether its content is another one than those before had: a stranger, who has no menu,
    may see the same content in more room. What is around it makes a difference where it is looked at.
    """

    def of(looked):
        if looked.forms:
            return dict.fromkeys(looked.people, True)
        found, contents = {}, []
        for who in sorted(looked.people, key=lambda one: -len(EVERYBODY.get(one, ()))):
            with people.looking(who) as visit:
                address = people.stage.address(looked.address)
                answer = visit.page.context.request.get(address, headers=AS_A_PAGE)
            assert answer.status == looked.status, f"{who}: {answer.status} {looked}"
            whole = OF_ONE.sub("", answer.text())
            content = whole if looked.address in AROUND else CONTENT.search(whole)[0]
            if (content, who == STRANGER) not in contents:
                found[who] = content not in [one for one, _ in contents]
                contents.append((content, who == STRANGER))
        return found

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


def wrong(visit, *, begins, is_new=True, in_each_way=True):
    """What is wrong with the page that is open, where what is to be looked at `begins`.

    A content that is not new has no other barriers; one person's looks `in_each_way` are enough.
    """
    yield from headings(visit)
    if in_each_way:
        yield from foreign_texts(visit, "fr")
        for window in (PHONE, DESKTOP):
            visit.page.set_viewport_size(window)
            unseen = unseen_focus(visit.page, begins)
            yield from (f"{window['width']} px: {one}" for one in unseen)
        yield from (*on_paper(visit), *with_few_colours(visit), *without_motion(visit))
    yield from (*sideways(visit), *visit.complaints)
    if is_new:
        yield from barriers(visit, begins)


@each_page
def test_a_page_loads_without_complaint_and_serves_everybody_in_every_window(sights, shown, looked):
    found, around = [], looked.address in AROUND
    for who, is_new in sights(looked).items():
        with shown(who, looked) as visit:
            found += [
                f"{who}: {one}"
                for one in wrong(
                    visit,
                    begins="html" if around else "main",
                    is_new=is_new,
                    in_each_way=around or who == fullest(looked),
                )
            ]
    nothing(found)


@each_page
def test_a_page_is_in_english_too_and_says_the_same_without_a_script(shown, looked):
    who = fullest(looked)
    with (
        shown(who, looked, locale="en-GB") as scripted,
        shown(who, looked, locale="en-GB", java_script_enabled=False) as plain,
    ):
        said, plainly = (TRACE.sub("", one.text()) for one in (scripted, plain))
        found = [f"needs a script: {one}" for one in said.splitlines() if one not in plainly]
        found += foreign_texts(scripted, "en")
    nothing(found)


PLANTED = {
    "<input>": "1280 px: label:",
    '<p class="faint-in-the-dark">Faible</p>': "dark: color-contrast:",
    '<p class="faint-on-a-phone">Faible</p>': "390 px: color-contrast:",
    '<script src="/planted.js"></script>': "console: planted",
    '<p style="color: red">Rouge</p>': "inline style",
    '<p class="wide">Large</p>': "320 px: the page scrolls sideways",
    '<button class="bare">Nu</button>': "1280 px: no ring:",
    '<p class="unprinted">Tu</p>': "is not printed: Tu",
    '<p class="moves">Bouge</p>': "P moves:",
    "<p>This is English</p>": "in: This is English",
}
"""Faults → what is to be said of each."""
STYLES = """
@media (prefers-color-scheme: dark) { .faint-in-the-dark { color: #333 } }
@media (max-width: 400px) { .faint-on-a-phone { color: #ddd } }
@media print { .unprinted { display: none } }
.wide { width: 400px }
.bare:focus { outline: none !important }
.moves { transition: color 1s !important }
"""


def test_each_kind_of_fault_is_found(people):
    def with_faults(route):
        answer = route.fetch()
        faults = '<link rel="stylesheet" href="/planted.css">' + "".join(PLANTED)
        route.fulfill(response=answer, body=answer.text().replace("</h1>", f"</h1>{faults}", 1))

    with people.visiting("manager") as visit:
        styles = {"body": STYLES, "content_type": "text/css"}
        visit.page.route("**/help", with_faults)
        visit.page.route("**/planted.css", lambda route: route.fulfill(**styles))
        visit.page.route(
            "**/planted.js", lambda route: route.fulfill(body="console.error('planted')")
        )
        visit.open("/help")
        found = list(wrong(visit, begins="main"))
    unseen = [one for one, said in PLANTED.items() if not any(said in each for each in found)]
    assert unseen == [], "\n".join(found)
