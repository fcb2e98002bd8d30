"""The columns of a spreadsheet of organisations: what they are called, and what their cells do."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from intercoop_contracts.directory import LinkKind
from intercoop_directory.imports.domain import cells
from intercoop_directory.imports.domain.cells import CellFault
from intercoop_directory.organisations.domain.organisation import OrganisationRecord
from intercoop_directory.spelling import key

T = TypeVar("T")

Edit = Callable[[OrganisationRecord], OrganisationRecord]
ReadEdit = Callable[[str], Edit | CellFault]

_ASIDE: Final = re.compile(r"\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Column:
    """`field` is its name in the API, `heading` the one that exports write.

    `edit` turns a cell into a change of the record; a column without one says who or where.
    """

    field: str
    heading: str
    synonyms: tuple[str, ...] = ()
    edit: ReadEdit | None = None


def _sets(
    read: Callable[[str], T | CellFault], put: Callable[[OrganisationRecord, T], OrganisationRecord]
) -> ReadEdit:
    def read_edit(cell: str) -> Edit | CellFault:
        value = read(cell)
        if isinstance(value, CellFault):
            return value
        return lambda record: put(record, value)

    return read_edit


def _text(cell: str) -> str:
    return cell


def _statute_and_form(own: Callable[[str], object]) -> ReadEdit:
    """`Scop SARL` in either column says both; `own` knows what a cell that says neither lacks."""

    def read_edit(cell: str) -> Edit | CellFault:
        statute, form = cells.statute(cell), cells.form(cell)
        if isinstance(statute, CellFault) and isinstance(form, CellFault):
            return statute if own is cells.statute else form

        def edit(record: OrganisationRecord) -> OrganisationRecord:
            if not isinstance(statute, CellFault):
                record = replace(record, statute=statute)
            return record if isinstance(form, CellFault) else replace(record, form=form)

        return edit

    return read_edit


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
        _sets(_text, lambda record, text: replace(record, name=text)),
    ),
    Column(
        "acronym",
        "Sigle",
        ("acronyme", "acronym", "sigleUniteLegale"),
        _sets(_text, lambda record, text: replace(record, acronym=text)),
    ),
    Column(
        "siret",
        "SIRET",
        ("n siret", "no siret", "numéro siret"),
        _sets(cells.siret, lambda record, siren: replace(record, siren=siren)),
    ),
    Column(
        "siren",
        "SIREN",
        ("n siren", "no siren", "numéro siren", "code siren"),
        _sets(_text, lambda record, text: replace(record, siren=text)),
    ),
    Column(
        "kind",
        "Nature",
        ("type", "type de structure", "kind"),
        _sets(cells.kind, lambda record, kind: replace(record, kind=kind)),
    ),
    Column(
        "statute",
        "Statut",
        ("statut juridique", "statut coopératif", "statute"),
        _statute_and_form(cells.statute),
    ),
    Column(
        "form", "Forme", ("forme juridique", "forme sociale", "form"), _statute_and_form(cells.form)
    ),
    Column(
        "is_cae",
        "CAE",
        ("est une cae", "is cae"),
        _sets(cells.yes_no, lambda record, is_cae: replace(record, is_cae=is_cae)),
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
        _sets(_text, lambda record, text: replace(record, trade=text)),
    ),
    Column(
        "headcount",
        "Effectif",
        ("effectifs", "salariés", "nombre de salariés", "nb salariés", "headcount"),
        _sets(cells.whole_number, lambda record, count: replace(record, headcount=count)),
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
        _sets(_text, lambda r, text: replace(r, contact=replace(r.contact, email=text))),
    ),
    Column(
        "contact.phone",
        "Téléphone",
        ("tél", "phone", "n de téléphone", "numéro de téléphone"),
        _sets(_text, lambda r, text: replace(r, contact=replace(r.contact, phone=text))),
    ),
    Column(
        "contact.website",
        "Site web",
        ("site", "site internet", "web", "url", "website"),
        _sets(_text, lambda r, text: replace(r, contact=replace(r.contact, website=text))),
    ),
    Column(
        "expertise",
        "Expertise",
        ("expertises", "expertise proposée", "savoir-faire", "compétences"),
        _sets(cells.tags, lambda record, tags: replace(record, expertise=tags)),
    ),
    Column("union", "Union", ("union régionale",)),
    Column("federations", "Fédérations", ("fédération",)),
    Column(
        "joined",
        "Date d'adhésion",
        ("adhésion", "date adhésion", "adhérent depuis", "joined"),
        _sets(cells.day, lambda record, day: replace(record, joined=day)),
    ),
    Column(
        "left",
        "Date de départ",
        ("date de sortie", "date de radiation", "radiation", "left"),
        _sets(cells.day, lambda record, day: replace(record, left=day)),
    ),
    Column(
        "is_sample",
        "Exemple",
        ("échantillon", "sample", "is sample"),
        _sets(cells.yes_no, lambda record, is_sample: replace(record, is_sample=is_sample)),
    ),
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
    return _FIELDS.get(key(_ASIDE.sub("", heading)))
