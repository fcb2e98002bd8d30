"""An instance without anything made up: from the operator's sign-in to the first colleague's."""

import re
from html import unescape

import httpx
import pytest

from testkit.kept_mails import link_to, mail_to
from testkit.sign_in_pages import code_of
from testkit.team import main_of

SETUP = "/directory/setup"
COLLEAGUE = "nadia@midi-pyrenees.example"
OPEN = re.compile(r"open (\S+)/sign-in, enter (\S+), and")
FORM = re.compile(r'<form method="post" action="([^"]+)"[^>]*>(.*?)</form>', re.DOTALL)
FILLED = re.compile(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"')


class Reader(httpx.Client):
    """Somebody who opens pages, and sends the forms that are on them."""

    def __init__(self, url):
        headers = {"Accept": "text/html", "Accept-Language": "fr", "Sec-Fetch-Site": "same-origin"}
        super().__init__(base_url=url, headers=headers, follow_redirects=True, timeout=60)

    def opens(self, path, status=200):
        """What a page says."""
        return self._read(self.get(path), status)

    def sends(self, action, status=200, **typed):
        """Fill the form in that leads there, on the page that is open; what the next one says."""
        forms = dict(FORM.findall(self.page.text))
        assert action in forms, self.page.text
        filled = {name: unescape(value) for name, value in FILLED.findall(forms[action])}
        return self._read(self.post(action, data={**filled, **typed}), status)

    def signs_in(self, address, local, number=1):
        """From any page, by the code of a mail; what the page says that follows."""
        assert "Se connecter" in self.opens("/sign-in")
        self.sends("/directory/sign-in/mail", address=address)
        code = code_of(mail_to(address, local, number=number))
        return self.sends("/directory/sign-in/code", code=code)

    def _read(self, answer, status):
        assert answer.status_code == status, answer.text
        self.page = answer
        return main_of(answer)


def sets_up(odile, operator, local):
    """The operator goes from step to step, and gives a colleague a role."""
    assert "Comment vous appelez-vous" in odile.signs_in(operator, local)
    begun = odile.sends("/directory/name", given_name="Odile", family_name="Garonne")
    assert odile.page.url.path == SETUP
    assert "Odile Garonne" in odile.page.text
    assert "Mise en service" in begun
    odile.opens(f"{SETUP}/identity")
    odile.sends(f"{SETUP}/identity", name="Union Garonne", light="#1d4f91")
    odile.sends(
        f"{SETUP}/notice",
        legal_notice="Union Garonne, Toulouse",
        help_contact="aide@garonne.example",
        privacy_contact="05 61 00 00 00",
    )
    assert "Le courriel est parti pour operatrice@" in odile.sends(f"{SETUP}/mail")
    assert "Intercoop" in mail_to(operator, local, number=2)
    odile.sends(f"{SETUP}/passed")

    odile.opens(f"{SETUP}/team/members/give")
    gift = {"given_name": "Nadia", "family_name": "Benali", "address": COLLEAGUE}
    given = odile.sends(f"{SETUP}/team/members/give", role="staff", **gift)
    assert "Nadia Benali" in given
    assert "Odile Garonne" in given
    assert "à compléter" not in given
    assert "invitation en cours" in given
    odile.opens(f"{SETUP}/team")
    for _ in ("team", "follows", "data"):
        done = odile.sends(f"{SETUP}/passed")
    assert "Tout est en service" in done
    odile.opens("/directory/team", status=403)


@pytest.mark.timeout(300)
def test_an_empty_instance_leads_from_its_first_operator_to_the_first_colleague(start, local):
    network = start("intercoop", "up", "--empty", **local.environment)
    network.says("Stop with Ctrl-C")
    url, operator = OPEN.search(network.said).groups()

    with Reader(url) as odile:
        sets_up(odile, operator, local)

    with Reader(url) as nadia:
        link = link_to(COLLEAGUE, local)
        assert "Union Garonne" in nadia.opens(link)
        nadia.sends(link)
        assert "Nadia Benali" in nadia.opens("/directory/team")
        nadia.sends("/directory/sign-out")
        assert "déjà servi" in nadia.opens(link, status=410)
        nadia.signs_in(COLLEAGUE, local, number=2)
        assert "Union Garonne" in nadia.opens("/directory/organisations")
        nadia.opens(SETUP, status=403)
    assert network.interrupt() == 0
