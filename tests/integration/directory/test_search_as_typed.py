"""Organisations are found as people type their names, whoever publishes them."""

import random
import re
import secrets
import sys
import unicodedata
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import pytest

from intercoop_chassis.postgres.migrate import migrate
from intercoop_chassis.spelling import visible
from intercoop_contracts.directory import OrganisationView
from intercoop_directory.main import SERVICE
from testkit.directory_service import DirectoryService
from testkit.issuer import Issuer
from testkit.older_version import migrations_before
from testkit.platform import Platform
from testkit.spreadsheets import import_sheet

NAMES = [
    "Saint-Étienne Bois",
    "Menuiserie de Sainte-Anne",
    "Ste Marthe Textile",
    "Dupont & Fils",
    "Lefèvre et Cie",
    "Ets Martin",
    "S.C.O.P. du Bâtiment",
    "J.-P. Roux Conseil",
    "E.T.I.C.",
    "L'Œuf à la Coque",
    "L\u2019Atelier d\u2018Émile",
    "Ex æquo",
    "Café-Théâtre Rive-Gauche",
    "Øresund ﬁnances",
    "Ｆｕｌｌ Ｗｉｄｔｈ",
]


@pytest.fixture
async def filled(staff: httpx.AsyncClient) -> httpx.AsyncClient:
    rows = "".join(f"{name};15014\n" for name in NAMES)
    answer = await import_sheet(staff, f"Raison sociale;Code commune\n{rows}")
    assert answer["created"] == len(NAMES), answer["errors"]
    return staff


async def found(client: httpx.AsyncClient, query: str, **params: str) -> list[str]:
    answer = await client.get("/organisations/search", params={"q": query, **params})
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["items"]]


TYPED = [
    ("st etienne bois", "Saint-Étienne Bois"),
    ("St. Étienne-Bois", "Saint-Étienne Bois"),
    ("bois saint etienne", "Saint-Étienne Bois"),
    ("SAINT ETIENNE", "Saint-Étienne Bois"),
    ("ste anne", "Menuiserie de Sainte-Anne"),
    ("menuiserie sainte anne", "Menuiserie de Sainte-Anne"),
    ("sainte-marthe", "Ste Marthe Textile"),
    ("dupont et fils", "Dupont & Fils"),
    ("dupont fils", "Dupont & Fils"),
    ("DUPONT&FILS", "Dupont & Fils"),
    ("fils dupont", "Dupont & Fils"),
    ("dupont ＆ fils", "Dupont & Fils"),
    ("lefevre & cie", "Lefèvre et Cie"),
    ("lefevre compagnie", "Lefèvre et Cie"),
    ("etablissements martin", "Ets Martin"),
    ("ets. martin", "Ets Martin"),
    ("scop batiment", "S.C.O.P. du Bâtiment"),
    ("s c o p du batiment", "S.C.O.P. du Bâtiment"),
    ("scop du bâtiment", "S.C.O.P. du Bâtiment"),
    ("jp roux", "J.-P. Roux Conseil"),
    ("J.P. Roux", "J.-P. Roux Conseil"),
    ("j p roux", "J.-P. Roux Conseil"),
    ("etic", "E.T.I.C."),
    ("e.t.i.c", "E.T.I.C."),
    ("l oeuf a la coque", "L'Œuf à la Coque"),
    ("l’œuf à la coque", "L'Œuf à la Coque"),
    ("oeuf coque", "L'Œuf à la Coque"),
    ("l atelier d emile", "L\u2019Atelier d\u2018Émile"),
    ("l'atelier d'emile", "L\u2019Atelier d\u2018Émile"),
    ("ate\u00adlier e\u0301mile\u200b", "L\u2019Atelier d\u2018Émile"),
    ("ex aequo", "Ex æquo"),
    ("cafe theatre rive gauche", "Café-Théâtre Rive-Gauche"),
    ("rive\u2011gauche   café", "Café-Théâtre Rive-Gauche"),
    ("oresund finances", "Øresund ﬁnances"),
    ("full width", "Ｆｕｌｌ Ｗｉｄｔｈ"),
    ("sarl dupont", "Dupont & Fils"),
]


@pytest.mark.parametrize(("query", "name"), TYPED)
async def test_a_name_is_found_as_it_is_typed(
    filled: httpx.AsyncClient, query: str, name: str
) -> None:
    assert (await found(filled, query))[0] == name


async def test_small_words_alone_are_searched(filled: httpx.AsyncClient) -> None:
    assert await found(filled, "scop") == ["S.C.O.P. du Bâtiment"]


async def test_a_name_that_begins_so_comes_before_a_place_that_does(
    filled: httpx.AsyncClient,
) -> None:
    await filled.post("/organisations", json={"name": "Zèbre", "commune": {"code": "15187"}})
    await filled.post("/organisations", json={"name": "Saint-Flour Pneus"})

    assert await found(filled, "st flour") == ["Saint-Flour Pneus", "Zèbre"]


async def test_expertise_is_found_however_it_is_written(staff: httpx.AsyncClient) -> None:
    await staff.post(
        "/organisations", json={"name": "Atelier", "expertise": ["Co-construction", "R&D", "!"]}
    )

    for asked in ("co construction", "CO\u2011CONSTRUCTION", "r et d", "R & D"):
        answer = await staff.get("/organisations", params={"expertise": asked})
        assert [one["name"] for one in answer.json()["items"]] == ["Atelier"], asked
    nothing = await staff.get("/organisations", params={"expertise": "?"})
    assert nothing.json()["items"] == []


PARTS = [
    *(
        "Saint-Étienne",
        "Sainte-Anne",
        "Sts-Geosmes",
        "Dupont & Fils",
        "Lefèvre et Cie",
        "Ets Martin",
    ),
    *("l'Œuf à la Coque", "d'Émile", "Aujourd\u2019hui", "Rock 'n' Roll", "Ex æquo", "Rive-Gauche"),
    *(
        "Заря",
        "Ёлка",
        "Αθήνα",
        "合作社",
        "3D",
        "n° 1",
        "Øresund",
        "Crédit Mutualiste",
        "S.C.O.P. du Nord",
    ),
    *("J.-P. Roux", "A.B.C. Services", "la S.A.R.L. d'ici"),
]
REWRITINGS = [
    str.upper,
    str.lower,
    lambda text: unicodedata.normalize("NFD", text),
    lambda text: re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFD", text)),
    lambda text: text.replace("œ", "oe").replace("Œ", "Oe").replace("æ", "ae"),
    lambda text: text.replace("'", "\u2019"),
    lambda text: text.replace("\u2019", "'"),
    lambda text: text.replace("-", " "),
    lambda text: text.replace("-", "\u2011"),
    lambda text: text.replace(" ", "  "),
    lambda text: text.replace(" ", "\u00a0"),
    lambda text: text.replace("&", "et"),
    lambda text: re.sub(r"\bet\b", "&", text),
    lambda text: re.sub(r"\bSaint", "St", text),
    lambda text: re.sub(r"\bSt(e?)\b", r"Saint\1", text),
    lambda text: text.replace(".", ""),
    lambda text: text.replace(".", ". "),
    lambda text: text.replace("a", "a\u00ad").replace("é", "é\u200b"),
    lambda text: "\ufeff" + text,
]


async def test_however_a_name_is_rewritten_its_key_is_the_same(home: DirectoryService) -> None:
    seed = secrets.randbits(32)
    chance = random.Random(seed)
    names, typed = [], []
    for _ in range(2000):
        name = written = f"Coop {chance.choice(PARTS)} Fer {chance.choice(PARTS)}"
        for rewrite in chance.sample(REWRITINGS, 4):
            written = rewrite(written)
        names.append(name)
        typed.append(written)

    async with home.db.read() as tx:
        rows = await tx.fetch(
            "SELECT search_key(name), search_key(typed) FROM unnest($1::text[], $2::text[]) AS pairs (name, typed)"
            " WHERE search_key(name) <> search_key(typed)",
            names,
            typed,
        )

    assert [tuple(row) for row in rows] == [], f"{seed=}"


async def test_the_database_forgives_all_that_is_removed_from_texts(
    home: DirectoryService,
) -> None:
    removed = [
        character
        for character in map(chr, range(0x80, sys.maxunicode + 1))
        if not character.isspace() and has_no_place(character)
    ]

    async with home.db.read() as tx:
        left = await tx.fetch(
            "SELECT each FROM unnest($1::text[]) AS each WHERE search_key('aa' || each || 'bb') <> 'aabb'",
            removed,
        )

    assert len(removed) > 100
    assert [f"U+{ord(row['each']):04X}" for row in left] == []


def has_no_place(character: str) -> bool:
    """Whether it disappears from names: no accent, which Unicode may compose with a letter."""
    return unicodedata.category(character) != "Cs" and visible(f"a{character}b") == "ab"


OLDER = """
INSERT INTO organisations (owner, id, version, record) VALUES ('midi-pyrenees', $1, 1, $2::jsonb)
"""
ASKED_BEFORE = """
SELECT record ->> 'name' AS name FROM (
    SELECT *, search_score($1, sort_name, words) AS score
    FROM chosen(NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2016-01-01')
    WHERE (words LIKE '%' || $2 || '%' OR $2 <% words) AND all_found($1, words)
) AS found ORDER BY score DESC, sort_name
"""
FORMER = """
INSERT INTO former_communes VALUES ('15031', 'Celoux', 'celoux', '15014')
"""


async def test_rows_of_the_version_before_are_found_while_it_still_writes_and_asks(
    platform: Platform, issuer: Issuer, tmp_path: Path
) -> None:
    chassis, directory = SERVICE.migration_sets
    dsn = await platform.postgres.ensure_database(f"b{uuid4().hex[:12]}", "secret")
    await migrate(dsn, [chassis, migrations_before(directory, "0008", tmp_path)])
    connection = await asyncpg.connect(dsn)
    await connection.execute(OLDER, uuid4(), record("Saint-Étienne Bois"))
    await connection.execute(FORMER)

    await migrate(dsn, SERVICE.migration_sets)

    await connection.execute(OLDER, uuid4(), record("Saint-Étienne Fer"))
    asked_before = await connection.fetch(ASKED_BEFORE, ["saint", "etienne"], "etienne")
    former = await connection.fetchval("SELECT successor FROM former_names WHERE code = '15031'")
    await connection.close()
    upgraded = DirectoryService("midi-pyrenees", dsn, issuer)
    async with upgraded.client() as staff:
        now = await found(staff, "st etienne")
    await upgraded.db.close()
    names = ["Saint-Étienne Bois", "Saint-Étienne Fer"]
    assert sorted(row["name"] for row in asked_before) == sorted(now) == names
    assert former == "15014"


def record(name: str) -> str:
    return OrganisationView(name=name).model_dump_json()
