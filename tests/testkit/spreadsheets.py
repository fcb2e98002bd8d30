"""Spreadsheets to import in tests, and what is asked of a directory around an import."""

from typing import Any

import httpx

SHEET = """\
Union régionale : liste au 23/11/2016;;;;;;;;;
Raison sociale;N° SIREN;Statut juridique;Effectif (ETP);Ville;CP;Mél;Tél.;Date d'adhésion;Remarques
Menuiserie de l'Étoile;552 032 534;SCOP SARL;12;TOULOUSE CEDEX 9;31000;contact@etoile.example;05 61 00 00 00;01/03/2012;à rappeler
L'Œuf à la Coque;;Scic;7,0;St-Affrique;12400;;;2014-05-02;
Imprimerie;000123455;Loi 47;;Aurillac (15);;;;;
"""
CSV = {"Content-Type": "text/csv"}


async def import_sheet(
    staff: httpx.AsyncClient, text: str, encoding: str = "utf-8"
) -> dict[str, Any]:  # Any: JSON
    answer = await staff.post("/organisations/import", content=text.encode(encoding), headers=CSV)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()  # Any: JSON
    assert body["rows"] == sum(
        body[count] for count in ("created", "changed", "unchanged", "refused")
    )
    return body


async def organisations_by_name(
    client: httpx.AsyncClient,
) -> dict[str, dict[str, Any]]:  # Any: JSON
    items = (await client.get("/organisations")).json()["items"]
    return {one["name"]: one for one in items}
