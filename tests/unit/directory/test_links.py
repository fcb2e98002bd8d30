from datetime import date

import pytest
from hypothesis import given, strategies as st

from intercoop_contracts.directory import LinkKind
from intercoop_directory.organisations.domain.links import (
    Affiliation,
    Link,
    affiliation_on,
    link_refusals,
    with_link,
)

UNION, FEDERATION = LinkKind.UNION, LinkKind.FEDERATION


def test_an_affiliation_is_that_of_the_day() -> None:
    links = (
        Link(UNION, "auvergne", date(2010, 1, 1), date(2015, 1, 1)),
        Link(UNION, "midi-pyrenees", date(2015, 1, 1)),
        Link(FEDERATION, "scop-btp", date(2012, 1, 1)),
        Link(FEDERATION, "scop-industrie", date(2012, 1, 1)),
    )

    assert affiliation_on(links, date(2009, 12, 31)) == Affiliation(None, ())
    assert affiliation_on(links, date(2014, 12, 31)).union == "auvergne"
    assert affiliation_on(links, date(2015, 1, 1)) == Affiliation(
        "midi-pyrenees", ("scop-btp", "scop-industrie")
    )


def test_a_new_union_ends_the_one_before() -> None:
    links = with_link(
        (Link(UNION, "auvergne", date(2010, 1, 1)),),
        Link(UNION, "midi-pyrenees", date(2015, 1, 1)),
    )

    assert links == (
        Link(UNION, "auvergne", date(2010, 1, 1), date(2015, 1, 1)),
        Link(UNION, "midi-pyrenees", date(2015, 1, 1)),
    )


def test_a_membership_that_holds_already_stays_as_it_is() -> None:
    links = (Link(FEDERATION, "scop-btp", date(2010, 1, 1)),)

    assert with_link(links, Link(FEDERATION, "scop-btp", date(2015, 1, 1))) == links


@pytest.mark.parametrize(
    ("links", "field"),
    [
        ((Link(UNION, "a", date(2010, 1, 1)), Link(UNION, "b", date(2015, 1, 1))), "links"),
        ((Link(UNION, "a", date(2010, 1, 1)), Link(UNION, "a", date(2010, 1, 1))), "links"),
        (
            (Link(FEDERATION, "a", date(2010, 1, 1)), Link(FEDERATION, "a", date(2015, 1, 1))),
            "links",
        ),
        ((Link(UNION, "a", date(2010, 1, 1), date(2010, 1, 1)),), "links.0.until"),
        ((Link(UNION, "Une Union", date(2010, 1, 1)),), "links.0.owner"),
        (tuple(Link(FEDERATION, f"f{n}", date(2010, 1, 1)) for n in range(51)), "links"),
    ],
)
def test_links_that_cannot_be_are_refused(links: tuple[Link, ...], field: str) -> None:
    assert field in [refusal.field for refusal in link_refusals(links)]


def test_several_federations_at_a_time_are_fine() -> None:
    links = (
        Link(FEDERATION, "scop-btp", date(2010, 1, 1)),
        Link(FEDERATION, "scop-industrie", date(2010, 1, 1)),
        Link(UNION, "auvergne", date(2010, 1, 1)),
    )

    assert list(link_refusals(links)) == []


DAYS = st.dates(date(2000, 1, 1), date(2020, 12, 31))


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), DAYS), max_size=6))
def test_who_joins_unions_in_order_is_in_the_last_and_never_in_two(
    moves: list[tuple[str, date]],
) -> None:
    links: tuple[Link, ...] = ()
    for union, since in sorted(moves, key=lambda move: move[1]):
        joined = with_link(links, Link(UNION, union, since))
        if list(link_refusals(joined)):
            assert since in {link.since for link in links}, "two unions on one day"
        else:
            links = joined
            assert affiliation_on(links, since).union == union

    for _, day in moves:
        assert sum(link.holds_on(day) for link in links) <= 1
