"""One's notices as people see them: the bell, the list by day, marking as read and taking it back."""

import re

from intercoop_notifications.notices.store import notices
from testkit.ids import new_id
from testkit.notifications_service import OWNER, advice_view, mandate, registration_view
from testkit.page_rules import Page, breaches

LIST = "/notifications"
DAY_EARLIER = "UPDATE notices SET created_at = created_at - interval '1 day' WHERE person_id = $1"


def bell(answer):
    """What the bell says to whoever cannot see it."""
    inside = answer.text.partition('id="bell"')[2].partition(">")[2].partition("</a>")[0]
    hidden = re.search(r'<span class="visually-hidden">(.*?)</span>', inside, re.DOTALL)
    return " ".join(hidden[1].replace("\u00a0", " ").split())


def titles(answer):
    return [
        " ".join(re.sub("<[^>]+>", " ", one).split())
        for one in re.findall("<h3>(.*?)</h3>", answer.text, re.DOTALL)
    ]


def heading(answer):
    """The name of the only day."""
    (found,) = re.findall('<h2 class="by-day"[^>]*>(.*?)</h2>', answer.text, re.DOTALL)
    return " ".join(re.sub("<[^>]+>", " ", found).split())


async def test_without_a_notice_one_is_up_to_date(service):
    async with service.browser(await service.person()) as browser:
        answer = await browser.get(LIST)
        home = await browser.get("/")
    assert answer.status_code == 200
    assert list(breaches(answer.text)) == []
    assert "Vous êtes à jour" in answer.text
    assert "Tout marquer" not in answer.text
    assert bell(answer) == "Notifications"
    assert "Vous êtes à jour." in home.text


async def test_the_list_has_each_notice_under_its_day_the_newest_first(service):
    person = await service.person()
    await service.registers(person)
    await service.execute(DAY_EARLIER, person)
    await service.registers(person)
    async with service.browser(person) as browser:
        answer = await browser.get(LIST)
    assert list(breaches(answer.text)) == []
    assert len(re.findall('<h2 class="by-day"', answer.text)) == 2
    assert [title.startswith("Vous avez une place") for title in titles(answer)] == [True, True]
    assert "Vous recevez ce message parce que" in answer.text
    assert bell(answer) == "Notifications : 2 non lues"


async def test_it_is_in_the_language_of_the_page(service):
    person = await service.person(language="fr")
    await service.registers(person)
    async with service.browser(person) as browser:
        answer = await browser.get(LIST, headers={"Accept-Language": "en"})
    assert titles(answer)[0].startswith("You have a seat")
    assert bell(answer) == "Notifications: 1 unread"


async def test_one_is_marked_as_read_and_that_is_taken_back(service):
    person = await service.person()
    await service.registers(person)
    await service.registers(person)
    newest, _ = await service.notices(person)
    async with service.browser(person) as browser:
        marked = await browser.post(f"{LIST}/{newest['id']}/read")
        there = f"{LIST}#n-{newest['id']}"
        assert (marked.status_code, marked.headers["location"]) == (303, there)
        page = await browser.get(LIST)
        assert bell(page) == "Notifications : 1 non lue"
        (undo,) = [
            one["action"]
            for one in Page(page.text.partition('id="flash"')[2].partition("</div>")[0]).all("form")
        ]
        await browser.post(undo)
        assert bell(await browser.get(LIST)) == "Notifications : 2 non lues"


async def test_all_are_marked_as_read_and_only_those_are_taken_back(service):
    person = await service.person()
    await service.registers(person)
    async with service.browser(person) as browser:
        await browser.post(f"{LIST}/read-all")
        await service.registers(person)
        await browser.post(f"{LIST}/read-all")
        page = await browser.get(LIST)
        assert bell(page) == "Notifications"
        (undo,) = [
            one["action"] for one in Page(page.text).all("form") if "/unread?" in one["action"]
        ]
        await browser.post(undo)
        assert bell(await browser.get(LIST)) == "Notifications : 1 non lue"


async def test_opening_what_it_is_about_marks_it_as_read(service):
    person = await service.person()
    view = registration_view(person)
    await service.registers(person, view)
    async with service.browser(person) as browser:
        (form,) = [
            one
            for one in Page((await browser.get(LIST)).text).all("form")
            if "/open" in one["action"]
        ]
        opened = await browser.post(form["action"])
        page = await browser.get(LIST)
    meeting = f"/events/meetings/{view.meeting_id}"
    assert (opened.status_code, opened.headers["location"]) == (303, meeting)
    assert bell(page) == "Notifications"
    assert meeting in Page(page.text).links(), "read, it is a plain link"


async def test_a_request_for_advice_is_led_to_and_what_others_wrote_stays_text(service):
    view = advice_view(
        new_id(OWNER), title="<script>alert(1)</script> « locaux » https://evil.example"
    )
    person = await service.person(mandates=(mandate(view.organisation_id),))
    await service.advises(view)
    async with service.browser(person) as browser:
        answer = await browser.get(LIST)
        (notice,) = await service.notices(person)
        await browser.post(f"{LIST}/{notice['id']}/read")
        read = await browser.get(LIST)
    assert list(breaches(answer.text)) == []
    assert "<script>alert" not in answer.text
    assert "evil.example" not in answer.text
    assert f"/advice/requests/{view.request_id}" in Page(read.text).links()


async def test_what_is_read_is_marked_as_unread_and_that_is_taken_back(service):
    person = await service.person()
    await service.registers(person)
    (notice,) = await service.notices(person)
    async with service.browser(person) as browser:
        await browser.post(f"{LIST}/read-all")
        await browser.post(f"{LIST}/{notice['id']}/unread")
        page = await browser.get(LIST)
        assert bell(page) == "Notifications : 1 non lue"
        assert "Marqué comme non lu." in page.text
        await browser.post(f"{LIST}/{notice['id']}/read")
        assert bell(await browser.get(LIST)) == "Notifications"


async def test_days_are_called_today_and_yesterday(service):
    person = await service.person()
    await service.registers(person)
    async with service.browser(person) as browser:
        today = await browser.get(LIST)
        await service.execute(DAY_EARLIER, person)
        yesterday = await browser.get(LIST)
        await service.execute(DAY_EARLIER, person)
        before = await browser.get(LIST)
    names = [heading(answer) for answer in (today, yesterday, before)]
    assert [name.split()[0] for name in names[:2]] == ["Aujourd’hui", "Hier"]
    assert re.fullmatch(r"\d+(er)? \w+ \d{4}", names[2])


async def test_the_unread_ones_are_listed_by_themselves(service):
    person = await service.person()
    await service.registers(person)
    await service.registers(person)
    newest, _ = await service.notices(person)
    async with service.browser(person) as browser:
        marked = await browser.post(f"{LIST}/{newest['id']}/read", params={"unread": "true"})
        page = await browser.get(marked.headers["location"])
        assert len(titles(page)) == 1
        await browser.post(f"{LIST}/read-all", params={"unread": "true"})
        nothing = await browser.get(LIST, params={"unread": "true"})
    assert "Vous êtes à jour" in nothing.text
    assert list(breaches(nothing.text)) == []


async def test_nobody_reads_or_marks_anothers(service):
    person, other = await service.person(), await service.person()
    await service.registers(other)
    (theirs,) = await service.notices(other)
    async with service.browser(person) as browser:
        assert titles(await browser.get(LIST)) == []
        for what in ("read", "unread", "open"):
            answer = await browser.post(f"{LIST}/{theirs['id']}/{what}")
            assert answer.status_code == 404
    assert (await service.notices(other))[0]["read_at"] is None


async def test_a_long_list_goes_on_page_by_page(service):
    person = await service.person()
    for _ in range(3):
        await service.registers(person)
    async with service.browser(person) as browser:
        first = await browser.get(LIST, params={"limit": 2})
        (onward,) = [one["href"] for one in Page(first.text).all("a") if one.get("rel") == "next"]
        second = await browser.get(onward)
    assert (len(titles(first)), len(titles(second))) == (2, 1)


async def test_a_page_stands_where_the_count_cannot_be_had(service, monkeypatch):
    async def away(*_):
        raise ConnectionResetError

    person = await service.person()
    async with service.browser(person) as browser:
        monkeypatch.setattr(notices, "count_unread", away)
        answer = await browser.get("/help")
    assert answer.status_code == 200
    assert bell(answer) == "Notifications"
