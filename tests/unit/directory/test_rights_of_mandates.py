from datetime import date

import pytest

from intercoop_chassis.auth import Role as TokenRole
from intercoop_chassis.standing import standing_on
from intercoop_contracts.directory import AccountRole, MandateView, Role
from intercoop_directory.standings.domain.account import NOTHING, account_view
from intercoop_directory.standings.domain.rights import Instance, rights_at
from intercoop_directory.standings.domain.sessions import Sessions
from testkit.ids import numbered_id

HERE, ELSEWHERE = "midi-pyrenees", "auvergne"
ATELIER, UNION = numbered_id(HERE, 1), numbered_id(HERE, 2)
THEIRS = numbered_id(ELSEWHERE, 1)
INSTANCE = Instance(HERE, UNION)
DAY = date(2016, 5, 1)


def held(role: Role, organisation=ATELIER, since=date(2015, 1, 1), until=None) -> MandateView:
    return MandateView(organisation_id=organisation, role=role, since=since, until=until)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ELECTED, Role.BOARD])
def test_who_leads_a_co_operative_acts_for_it(role: Role) -> None:
    rights = rights_at(DAY, [held(role)], INSTANCE)

    assert (rights.acts_for, rights.reads) == ({ATELIER}, {ATELIER})


@pytest.mark.parametrize("role", [Role.ASSOCIATE, Role.EMPLOYEE, Role.ADVISER])
def test_who_works_in_a_co_operative_reads_its_record_and_does_not_act_for_it(role: Role) -> None:
    rights = rights_at(DAY, [held(role)], INSTANCE)

    assert (rights.acts_for, rights.reads, rights.roles) == (frozenset(), {ATELIER}, frozenset())


@pytest.mark.parametrize(
    ("role", "organisation", "roles"),
    [
        (Role.BOARD, UNION, {AccountRole.STEERING}),
        (Role.ELECTED, UNION, {AccountRole.STEERING, AccountRole.ELECTED}),
        (Role.ADVISER, UNION, {AccountRole.ADVISER}),
        (Role.STAFF, UNION, {AccountRole.STAFF}),
        (Role.OPERATOR, UNION, {AccountRole.OPERATOR}),
        (Role.ELECTED, ATELIER, {AccountRole.ELECTED}),
        (Role.BOARD, ATELIER, set()),
        (Role.ADVISER, ATELIER, set()),
        (Role.STAFF, ATELIER, set()),
        (Role.OPERATOR, ATELIER, set()),
    ],
)
def test_roles_of_the_instance_come_of_its_own_organisation(role, organisation, roles) -> None:
    assert rights_at(DAY, [held(role, organisation)], INSTANCE).roles == roles


@pytest.mark.parametrize("role", list(Role))
def test_a_mandate_in_another_owners_organisation_allows_nothing_here(role: Role) -> None:
    assert not rights_at(DAY, [held(role, THEIRS)], INSTANCE).any
    assert account_view([held(role, THEIRS)], INSTANCE, Sessions(), None) == NOTHING


@pytest.mark.parametrize("role", [Role.STAFF, Role.OPERATOR])
def test_before_the_instance_has_an_organisation_nobody_is_staff_or_operator(role: Role) -> None:
    assert not rights_at(DAY, [held(role, UNION)], Instance(HERE)).roles


@pytest.mark.parametrize(
    ("day", "acts"),
    [
        (date(2014, 12, 31), False),
        (date(2015, 1, 1), True),
        (date(2015, 12, 31), True),
        (date(2016, 1, 1), False),
    ],
)
def test_a_mandate_counts_from_its_first_day_up_to_but_not_on_its_end(day, acts) -> None:
    mandates = [held(Role.MANAGER, until=date(2016, 1, 1))]

    assert bool(rights_at(day, mandates, INSTANCE).acts_for) is acts
    account = account_view(mandates, INSTANCE, Sessions(), None)
    assert bool(standing_on(account, day).acts_for) is acts
    assert standing_on(account, day).is_member is acts


def test_what_other_services_make_of_an_account_is_what_the_mandates_allow() -> None:
    mandates = [held(role, where) for role in Role for where in (ATELIER, UNION, THEIRS)]
    rights = rights_at(DAY, mandates, INSTANCE)

    standing = standing_on(account_view(mandates, INSTANCE, Sessions(), None), DAY)

    assert (standing.acts_for, standing.reads) == (rights.acts_for, rights.reads)
    assert standing.sees_steering
    assert standing.roles == set(TokenRole)


def test_an_adviser_is_staff_and_an_operator_is_not() -> None:
    def roles(role: Role):
        account = account_view([held(role, UNION)], INSTANCE, Sessions(), None)
        return standing_on(account, DAY).roles

    assert roles(Role.ADVISER) == {TokenRole.MEMBER, TokenRole.STAFF}
    assert roles(Role.STAFF) == {TokenRole.MEMBER, TokenRole.STAFF}
    assert roles(Role.OPERATOR) == {TokenRole.MEMBER, TokenRole.OPERATOR}
