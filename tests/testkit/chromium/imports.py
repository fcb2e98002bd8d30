"""Imports on the stage: one whose columns are to be said, one with rows to correct, one applied."""

import re
import time
from dataclasses import dataclass
from typing import Final

import httpx

_OURS: Final = {"Sec-Fetch-Site": "same-origin"}
_WITHIN_S: Final = 60.0
_LIST: Final = "/directory/imports"
_NEW: Final = (
    "Raison sociale;SIREN;Statut;Ville;CP;Effectif;Prénom;Remarques\n"
    "Menuiserie des Coteaux;552032534;Scop;Toulouse;31000;12;Anne;à rappeler\n"
    "Atelier du Vallon;;Scic;Rodez;12000;7;Luc;\n"
    "Imprimerie Haute;7328293;Scop;Aurillac;15000;neuf;Zoé;\n"
    "Total;;;;;19;;\n"
)
_APPLIED: Final = (
    "Raison sociale;Statut;Ville;CP\nBrasserie du Lac;Scop;Rodez;12000\nSans lieu;Scop;Ici;\n"
)


@dataclass(frozen=True)
class Imports:
    """Addresses below which the pages of an import are: `opened`, `seen` and `applied`."""

    opened: str
    seen: str
    applied: str


def imported(url: str, who: str) -> Imports:
    """Have the made-up person `who` send three files, and go on with two."""
    with httpx.Client(base_url=url, headers=_OURS) as client:
        client.post("/directory/sign-in/persona", data={"person": who, "next": "/"})
        opened, seen, applied = (_sent(client, text) for text in (_NEW, _NEW, _APPLIED))
        for at in (seen, applied):
            _columns(client, at)
        preview = client.get(f"{applied}/preview").text
        client.post(f"{applied}/apply", data=_hidden(preview))
        _wait(client, applied)
    return Imports(opened=opened, seen=seen, applied=applied)


def _sent(client: httpx.Client, text: str) -> str:
    answer = client.post(_LIST, files={"file": ("coops.csv", text.encode())})
    assert answer.status_code == httpx.codes.SEE_OTHER, answer.text
    return answer.headers["location"].removesuffix("/columns")


def _columns(client: httpx.Client, at: str) -> None:
    text = client.get(f"{at}/columns").text
    selects = re.findall(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', text, re.DOTALL)
    chosen = {
        name: (re.findall(r'value="([^"]*)" selected', inside) or [""])[0]
        for name, inside in selects
    }
    answer = client.post(f"{at}/columns", data={**_hidden(text), **chosen})
    assert answer.status_code == httpx.codes.SEE_OTHER, answer.text


def _hidden(text: str) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', text))


def _wait(client: httpx.Client, at: str) -> None:
    give_up = time.monotonic() + _WITHIN_S
    while "<progress" in client.get(f"{at}/parts/progress").text:
        assert time.monotonic() < give_up, "the import does not end"
        time.sleep(0.2)
