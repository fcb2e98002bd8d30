"""The pages of people in a test: who is there, forms as a browser sends them, what is read."""

import html
import re

import httpx

from testkit.page_rules import Page, breaches

PEOPLE = "/directory/people"
MINE = "/directory/mine"
INVITE = f"{PEOPLE}/invite"
OURS = {"Sec-Fetch-Site": "same-origin"}
HOSTILE = '<b>Zoé</b> "x"'


def somebody(given_name: str, family_name: str, *mandates: dict[str, str], **fields: object):
    """The body of a person; `email` is their address."""
    email = fields.pop("email", None)
    points = [{"kind": "email", "value": email}] if email else []
    names = {"given_name": given_name, "family_name": family_name}
    return {**names, "mandates": list(mandates), "contact_points": points, **fields}


def mandate(organisation_id: str, role: str = "manager", since: str = "2014-01-01", **days: str):
    return {"organisation_id": organisation_id, "role": role, "since": since, **days}


def said(answer: httpx.Response) -> str:
    """What a reader has of a page that keeps to the rules, and that no browser keeps."""
    assert list(breaches(answer.text)) == []
    assert answer.headers["cache-control"] == "no-store"
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    plain = re.sub(r"<[^>]*>", " ", main)
    return " ".join(html.unescape(plain).replace("\u00a0", " ").replace("\u202f", " ").split())


def fields(answer: httpx.Response, action: str) -> dict[str, str]:
    """What a browser would send of the form with this address as it is."""
    start = answer.text.index(f'action="{html.escape(action)}"')
    form = answer.text[start:].partition(">")[2].partition("</form>")[0]
    sent = {}
    for one in Page(f"<form>{form}</form>").all("input"):
        is_tick = one.get("type") in {"checkbox", "radio"}
        if "name" in one and (not is_tick or "checked" in one):
            sent[one["name"]] = one.get("value", "")
    selects = re.findall(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL)
    for name, inside in selects:
        chosen = [one for one in Page(inside).all("option") if "selected" in one]
        sent[name] = chosen[0]["value"] if chosen else ""
    return sent


async def opened(browser: httpx.AsyncClient, address: str, action: str = "") -> dict[str, str]:
    """The fields of the form on a page, which it sends to its own address unless said else."""
    answer = await browser.get(address)
    assert answer.status_code == 200, answer.text
    said(answer)
    return fields(answer, action or address)
