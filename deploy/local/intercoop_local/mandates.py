"""What each mandate allows, as the services decide it: a table of roles and actions."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Final

from intercoop_chassis.auth import Role as TokenRole
from intercoop_chassis.standing import Standing, standing_on
from intercoop_contracts.directory import MandateView, Role
from intercoop_contracts.ids import Ids
from intercoop_directory.people.domain import OF_THE_INSTANCE
from intercoop_directory.standings.domain.account import account_view
from intercoop_directory.standings.domain.rights import Instance
from intercoop_directory.standings.domain.sessions import Sessions

_OWNER: Final = "somebody"
_COOPERATIVE, _OWN = Ids(_OWNER).new(), Ids(_OWNER).new()
_DAY: Final = date(2016, 5, 1)
_PLACES: Final = {"a co-operative": _COOPERATIVE, "the instance's own organisation": _OWN}

ACTIONS: Final[Mapping[str, Callable[[Standing], bool]]] = {
    "calls what is for *member*": lambda standing: standing.is_member,
    "*staff*": lambda standing: TokenRole.STAFF in standing.roles,
    "*operator*": lambda standing: TokenRole.OPERATOR in standing.roles,
    "acts for the organisation": lambda standing: bool(standing.acts_for),
    "reads its record": lambda standing: bool(standing.reads),
    "sees the steering figures": lambda standing: standing.sees_steering,
}


def mandates_table() -> Iterator[str]:
    """A line for each role and place where it may be held; on a day outside it, nothing."""
    yield "## Mandates\n"
    yield "What a mandate in an organisation of this instance allows on its days; several add up.\n"
    yield f"| mandate | in | {' | '.join(ACTIONS)} |"
    yield "|---" * (len(ACTIONS) + 2) + "|"
    for role in Role:
        for place, organisation_id in _PLACES.items():
            if role in OF_THE_INSTANCE and organisation_id != _OWN:
                continue
            standing = _standing(
                MandateView(organisation_id=organisation_id, role=role, since=_DAY)
            )
            cells = ("yes" if allows(standing) else "" for allows in ACTIONS.values())
            yield f"| {role} | {place} | {' | '.join(cells)} |"


def _standing(mandate: MandateView) -> Standing:
    """As a service reads it from what the directory publishes."""
    now = datetime.combine(_DAY, datetime.min.time(), UTC)
    account = account_view([mandate], Instance(_OWNER, _OWN), Sessions(), now)
    return standing_on(account, _DAY)
