"""The page that the documents add, added."""

import re
import sys
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import httpx
import pytest

from intercoop_chassis.auth.cookies import SessionCookie
from intercoop_chassis.context import Context
from intercoop_chassis.health import Health
from intercoop_chassis.http.app import create_app
from intercoop_chassis.mounting import mounted
from intercoop_directory.main import SERVICE
from testkit.accounts import Acquainted
from testkit.page_rules import Page, breaches

CHECKOUT = Path(__file__).parents[3]
DOCUMENT = (CHECKOUT / "docs/adding-a-page.md").read_text(encoding="utf-8")
FILES = re.compile(r"^`([a-z./-]+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def acronyms(tmp_path):
    """The capability of the document, as a module."""
    for name, text in FILES.findall(DOCUMENT):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    spec = spec_from_file_location("acronym_pages", tmp_path / "pages.py")
    module = sys.modules["acronym_pages"] = module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    del sys.modules["acronym_pages"]


@pytest.fixture
async def nadia(home, issuer, acronyms):
    """A browser of staff at a directory that has the page."""
    service = replace(SERVICE, pages=(*SERVICE.pages, acronyms.pages))
    app = create_app([mounted(service, Context(home.settings, home.db))], Health())
    token = issuer.token(home.settings, roles=["staff"], auth_time=1_900_000_000)
    async with httpx.AsyncClient(
        base_url="https://directory.test",
        cookies={SessionCookie.of(home.settings).name: token},
        headers={"Accept-Language": "fr", "Sec-Fetch-Site": "same-origin"},
        transport=Acquainted(httpx.ASGITransport(app=app), home.owner, [home.db]),
    ) as browser:
        yield browser


async def test_the_page_of_the_document_works_as_it_stands_there(home, staff, nadia):
    toulouse = {"code": "31555", "postcode": "31200"}
    body = {"name": "Atelier du Canal", "commune": toulouse, "headcount": 14}
    made = await staff.post("/organisations", json=body)
    here = f"/directory/acronyms/{made.json()['id']}"

    shown = await nadia.get(here)
    (hidden,) = [one for one in Page(shown.text).all("input") if one["name"] == "once"]
    wrong = await nadia.post(here, data={"once": hidden["value"], "acronym": ""})
    saved = await nadia.post(here, data={"once": hidden["value"], "acronym": "AC"})
    again = await nadia.post(here, data={"once": hidden["value"], "acronym": "AC"})
    record = await nadia.get(saved.headers["location"])

    assert (shown.status_code, list(breaches(shown.text))) == (200, [])
    assert (wrong.status_code, list(breaches(wrong.text))) == (422, [])
    assert "<title>À corriger\u00a0: Sigle" in wrong.text
    assert (saved.status_code, again.headers["location"]) == (303, saved.headers["location"])
    assert "<p>Le sigle est AC.</p>" in record.text
    (published,) = await home.published()
    assert (published.version, published.after.acronym) == (2, "AC")
    assert (published.after.headcount, published.after.commune.postcode) == (14, "31200")


def test_the_document_names_files_that_are_there():
    model = CHECKOUT / "services/directory/intercoop_directory/organisations"
    named = re.findall(r"`(tests/[a-z_/]+\.py|pages/\w+\.py|macros/\w+\.html)`", DOCUMENT)
    macros = CHECKOUT / "shared/chassis/intercoop_chassis/pages/templates"
    assert named
    for name in named:
        assert any((base / name).exists() for base in (CHECKOUT, model, macros)), name
