from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from uuid import UUID

from hypothesis import given, strategies as st

from intercoop_contracts.directory import Form, LinkKind, Statute
from intercoop_directory.communes.domain import Commune, Gazetteer, Place
from intercoop_directory.contact import Contact
from intercoop_directory.imports.domain.plan import ImportBasis, ImportPlan, make_plan
from intercoop_directory.imports.domain.reading import read_rows
from intercoop_directory.imports.domain.table import Table, read_table
from intercoop_directory.imports.domain.writing import export_heading, export_lines
from intercoop_directory.organisations.domain.known import KnownOrganisation
from intercoop_directory.organisations.domain.links import Link
from intercoop_directory.organisations.domain.organisation import (
    Organisation,
    OrganisationRecord,
    examine,
)
from intercoop_directory.organisations.domain.views import organisation_view

RODEZ = Commune("12202", "Rodez", "12", "76", "241200187", 24_000, ("12000",), 44.35, 2.57)
ALBI = Commune("81004", "Albi", "81", "76", None, 50_000, ("81000", "81990"), 43.93, 2.15)
COMMUNES = Gazetteer([RODEZ, ALBI])


def planned(
    text: str, known: Iterable[Organisation] = (), holders: Mapping[str, str] | None = None
) -> ImportPlan:
    table = read_table(text)
    assert isinstance(table, Table)
    wishes = read_rows(table)
    ids = [UUID(int=1000 + number) for number in range(len(wishes))]
    basis = ImportBasis("midi-pyrenees", holders or {}, COMMUNES.resolve, ids)
    return make_plan(wishes, known, basis)


def organisation(number: int, record: OrganisationRecord) -> Organisation:
    examined = examine(record)
    assert isinstance(examined, OrganisationRecord)
    return Organisation(UUID(int=number), 1, examined)


def test_a_sheet_applied_twice_changes_nothing_the_second_time() -> None:
    sheet = "Nom;SIREN;Ville\nUn;552032534;Rodez\nDeux;;Rodez\nDeux;;Albi\nTrois;;\n"

    first = planned(sheet)
    second = planned(sheet, first.created)

    assert len(first.created) == 4
    assert (second.unchanged, second.created, second.changed) == (4, [], [])


def test_a_siren_goes_before_a_name_and_commune() -> None:
    known = [
        organisation(1, OrganisationRecord("Un", siren="552032534")),
        organisation(2, OrganisationRecord("Deux", place=Place("12202", "Rodez", "12", "12000"))),
    ]

    plan = planned("Nom;SIREN;Ville\nDeux;552032534;Rodez\n", known)

    assert [changed.after.id for changed in plan.changed] == [UUID(int=1)]


def test_two_namesakes_with_their_own_sirens_are_two() -> None:
    plan = planned("Nom;SIREN;Ville\nUn;552032534;Rodez\nUn;732829320;Rodez\n")

    assert len(plan.created) == 2


def test_a_name_that_means_several_asks_for_the_siren() -> None:
    plan = planned(
        "Nom;Ville\nUn;Rodez\n",
        planned("Nom;SIREN;Ville\nUn;552032534;Rodez\nUn;732829320;Rodez\n").created,
    )

    [error] = plan.errors
    assert "SIREN" in error.remedy.fr


def test_a_refused_row_does_not_stand_in_the_way_of_a_good_one() -> None:
    plan = planned("Nom;SIREN;Effectif\nUn;552032534;beaucoup\nUn;552032534;12\n")

    assert len(plan.created) == 1
    assert [error.row for error in plan.errors] == [2]


def test_an_identifier_finds_what_was_renamed_and_lost_its_siren() -> None:
    known = [organisation(1, OrganisationRecord("Un", siren="552032534"))]

    plan = planned(f"Identifiant;Nom;SIREN\n{UUID(int=1)};Deux;732829320\n", known)

    assert plan.changed[0].after.record == OrganisationRecord("Deux", siren="732829320")


def test_an_unknown_identifier_is_refused() -> None:
    assert planned(f"Identifiant;Nom\n{UUID(int=1)};Un\n").errors[0].column == "Identifiant"


def test_the_siren_of_another_row_or_owner_is_refused() -> None:
    known = [
        organisation(1, OrganisationRecord("Un", siren="552032534")),
        organisation(2, OrganisationRecord("Deux")),
    ]

    taken = planned(f"Identifiant;Nom;SIREN\n{UUID(int=2)};Deux;552032534\n", known)
    foreign = planned("Nom;SIREN\nTrois;732829320\n", known, {"732829320": "auvergne"})

    assert "Un" in taken.errors[0].reason.fr
    assert "auvergne" in foreign.errors[0].reason.fr


def test_a_siren_may_be_taken_from_a_siret() -> None:
    plan = planned("Nom;SIRET\nUn;732 829 320 00074\n")

    assert plan.created[0].record.siren == "732829320"


def test_every_wrong_cell_of_a_row_is_told() -> None:
    plan = planned(
        "Nom;SIREN;Ville;Effectif;Date d'adhésion;Union\nUn;1;Atlantis;x;hier;auvergne\n"
    )

    assert sorted(error.column for error in plan.errors) == [
        "Date d'adhésion",
        "Effectif",
        "SIREN",
        "Union",
        "Ville",
    ]
    assert len(plan.refused) == 1


NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
RECORDS = st.builds(
    OrganisationRecord,
    name=NAMES,
    acronym=st.none() | NAMES,
    statute=st.sampled_from(Statute),
    form=st.none() | st.sampled_from(Form),
    trade=st.sampled_from([None, "43.32A"]),
    headcount=st.none() | st.integers(0, 10_000),
    place=st.sampled_from(
        [
            None,
            Place("12202", "Rodez", "12", "12000", "241200187", 44.35, 2.57),
            Place("81004", "Albi", "81", None, None, 43.93, 2.15),
        ]
    ),
    contact=st.builds(
        Contact,
        st.sampled_from([None, "a@b.coop"]),
        st.sampled_from([None, "+33 5 61 00 00 00"]),
        st.sampled_from([None, "https://a.coop"]),
    ),
    expertise=st.lists(NAMES, max_size=3).map(tuple),
    links=st.sampled_from(
        [
            (),
            (
                Link(LinkKind.UNION, "auvergne", date(2010, 1, 1), date(2012, 1, 1)),
                Link(LinkKind.FEDERATION, "scop-btp", date(2011, 1, 1)),
                Link(LinkKind.UNION, "midi-pyrenees", date(2012, 1, 1)),
            ),
        ]
    ),
    joined=st.sampled_from([None, date(2012, 1, 1)]),
    is_sample=st.booleans(),
)


@given(st.lists(RECORDS, max_size=4))
def test_an_export_imported_again_changes_nothing(records: list[OrganisationRecord]) -> None:
    examined = [one for record in records if isinstance(one := examine(record), OrganisationRecord)]
    known = [Organisation(UUID(int=n + 1), 1, record) for n, record in enumerate(examined)]
    said_at = datetime(2016, 11, 23, tzinfo=UTC)

    exported = export_heading() + export_lines(
        (
            KnownOrganisation(
                one.id, "midi-pyrenees", said_at, organisation_view(one.record), version=1
            )
            for one in known
        ),
        date(2016, 11, 23),
    )
    plan = planned(exported.removeprefix("\ufeff"), known)

    assert plan.errors == []
    assert plan.changed == []
    assert plan.unchanged == len(known)
