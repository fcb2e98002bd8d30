"""Pages of a process beside which another one does not answer."""

from testkit.page_rules import breaches
from testkit.served_instance import OWNER, serve_instance


async def test_the_home_page_stands_when_a_service_is_not_there(platform, issuer):
    """What another process answers is a link that the page's script replaces."""
    async with (
        serve_instance(platform, issuer, "events") as alone,
        alone.browser(alone.token("member")) as one,
    ):
        answer = await one.get("/")
    assert answer.status_code == 200
    assert 'hx-get="/directory/parts/size" hx-trigger="load, ' in answer.text
    assert f"<small>{OWNER}</small>" in answer.text


async def test_what_another_process_would_answer_is_said_to_be_away(platform, issuer):
    """A proxy sends it here while that process takes no connection."""
    async with (
        serve_instance(platform, issuer, "events") as alone,
        alone.browser(alone.token("member")) as one,
        alone.client() as program,
    ):
        page, sign_in = await one.get("/directory/size"), await one.get("/directory/sign-in")
        nothing, told = await one.get("/no/such"), await program.get("/directory/api/people")
    assert [each.status_code for each in (page, sign_in, nothing)] == [503, 503, 404]
    assert "Cette partie d’Intercoop ne répond pas pour le moment." in page.text
    assert "La connexion ne marche pas pour le moment." in sign_in.text
    assert list(breaches(page.text)) == list(breaches(sign_in.text)) == []
    assert (told.status_code, told.json()["code"]) == (503, "service-unanswered")
    assert told.headers["retry-after"]
