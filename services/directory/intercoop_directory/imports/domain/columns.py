"""The columns of a spreadsheet of organisations: what they are called, and what their cells do."""

import re
from dataclasses import dataclass, replace
from typing import Final

from intercoop_chassis.spelling import key
from intercoop_contracts.directory import LinkKind
from intercoop_directory.imports.domain import edits
from intercoop_directory.imports.domain.edits import ReadEdit, sets
from intercoop_directory.imports.domain.values import cells, numbers, words

_ASIDE: Final = re.compile(r"\([^)]*\)")
LONGEST_HEADING: Final = 300
"""Letters. What is longer is none: such a file is no table."""


@dataclass(frozen=True, slots=True)
class Column:
    """`field` is its name in the API, `heading` the one that exports write.

    `edit` turns a cell into a change of the record; a column without one says who or where.
    """

    field: str
    heading: str
    synonyms: tuple[str, ...] = ()
    edit: ReadEdit | None = None


AS_OF: Final = "as_of"
TO_CORRECT: Final = "to_correct"
"""Written by exports and for refused rows; their cells say nothing of an organisation."""

COLUMNS: Final = (
    Column("id", "Identifiant", ("id",)),
    Column("owner", "Instance", ("owner", "propriétaire")),
    Column(
        "name",
        "Raison sociale",
        (
            "nom",
            "dénomination",
            "dénomination sociale",
            "structure",
            "nom de la structure",
            "coopérative",
            "nom de la coopérative",
            "entreprise",
            "société",
            "name",
            "denominationUniteLegale",
        ),
        edits.name,
    ),
    Column(
        "acronym",
        "Sigle",
        ("acronyme", "acronym", "sigleUniteLegale"),
        edits.acronym,
    ),
    Column(
        "siret",
        "SIRET",
        ("n siret", "no siret", "numéro siret"),
        sets(numbers.siret, lambda record, siren: replace(record, siren=siren)),
    ),
    Column(
        "siren",
        "SIREN",
        ("n siren", "no siren", "numéro siren", "code siren"),
        edits.siren,
    ),
    Column(
        "kind",
        "Nature",
        ("type", "type de structure", "kind"),
        sets(words.kind, lambda record, kind: replace(record, kind=kind)),
    ),
    Column(
        "statute",
        "Statut",
        ("statut juridique", "statut coopératif", "statute"),
        edits.legal(words.WRITE_STATUTE),
    ),
    Column(
        "form", "Forme", ("forme juridique", "forme sociale", "form"), edits.legal(words.WRITE_FORM)
    ),
    Column(
        "is_cae",
        "CAE",
        ("est une cae", "is cae"),
        sets(cells.yes_no, lambda record, is_cae: replace(record, is_cae=is_cae)),
    ),
    Column(
        "trade",
        "NAF",
        (
            "code naf",
            "ape",
            "code ape",
            "naf ape",
            "code naf ape",
            "trade",
            "activitePrincipaleUniteLegale",
        ),
        sets(edits.text, lambda record, text: replace(record, trade=text)),
    ),
    Column(
        "headcount",
        "Effectif",
        ("effectifs", "salariés", "nombre de salariés", "nb salariés", "headcount"),
        edits.headcount,
    ),
    Column(
        "commune.code",
        "Code commune",
        ("code insee", "insee", "code insee commune", "codeCommuneEtablissement"),
    ),
    Column("commune.name", "Commune", ("ville", "localité", "libelleCommuneEtablissement")),
    Column("commune.postcode", "Code postal", ("cp", "postcode", "codePostalEtablissement")),
    Column("commune.departement", "Département", ("dépt", "dep", "dpt", "code département")),
    Column(
        "contact.email",
        "Courriel",
        ("email", "e-mail", "mail", "mél", "adresse mail", "adresse électronique", "adresse email"),
        sets(edits.text, lambda r, text: replace(r, contact=replace(r.contact, email=text))),
    ),
    Column(
        "contact.phone",
        "Téléphone",
        ("tél", "phone", "n de téléphone", "numéro de téléphone"),
        edits.phone,
    ),
    Column(
        "contact.website",
        "Site web",
        ("site", "site internet", "web", "url", "website"),
        sets(edits.text, lambda r, text: replace(r, contact=replace(r.contact, website=text))),
    ),
    Column(
        "expertise",
        "Expertise",
        ("expertises", "expertise proposée", "savoir-faire", "compétences"),
        edits.expertise,
    ),
    Column("union", "Union", ("union régionale",)),
    Column("federations", "Fédérations", ("fédération",)),
    Column(
        "joined",
        "Date d'adhésion",
        ("adhésion", "date adhésion", "adhérent depuis", "joined"),
        edits.a_day("joined", lambda record: record.joined),
    ),
    Column(
        "left",
        "Date de départ",
        ("date de sortie", "date de radiation", "radiation", "left"),
        edits.a_day("left", lambda record: record.left),
    ),
    Column(
        "is_sample",
        "Exemple",
        ("échantillon", "sample", "is sample"),
        sets(cells.yes_no, lambda record, is_sample: replace(record, is_sample=is_sample)),
    ),
    Column(AS_OF, "Situation au"),
    Column(TO_CORRECT, "À corriger"),
)

LINKS: Final = {
    "union": cells.link_wishes(LinkKind.UNION),
    "federations": cells.link_wishes(LinkKind.FEDERATION),
}

HEADINGS: Final = {column.field: column.heading for column in COLUMNS}
_FIELDS: Final = {
    key(name): column.field for column in COLUMNS for name in (column.heading, *column.synonyms)
}


def field_of_heading(heading: str) -> str | None:
    """What a column of this name is about; None for one that means nothing here."""
    return None if len(heading) > LONGEST_HEADING else _FIELDS.get(key(_ASIDE.sub("", heading)))
