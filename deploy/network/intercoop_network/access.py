"""Who is let into a cluster and who is kept out, and the steps to it."""

from collections.abc import Iterator
from dataclasses import dataclass

from intercoop_network.errors import NetworkError
from intercoop_network.found import Found
from intercoop_network.steps import AddRight, DeleteUser, Orders, RemoveRight, SetPassword, Step
from intercoop_network.wanted import Wanted, rights_of, shut_out


@dataclass(frozen=True, slots=True)
class Access:
    """Owners that are let in, that are kept out, and that are let in again."""

    members: frozenset[str]
    outside: frozenset[str]
    restored: frozenset[str]


def access(wanted: Wanted, found: Found, orders: Orders, operator: str | None) -> Access:
    """Who was shut out on the cluster stays out until somebody names it to be let in again.

    Raises `NetworkError` for an order that contradicts the file or the cluster.
    """
    shut = {right.owner for right in found.rights if right.owner and right in shut_out(right.owner)}
    revoked = wanted.revoked | orders.revoke
    _check(wanted, orders, known=found.users | _holders(found))
    if operator in revoked:
        raise NetworkError(
            f"{operator} is who asks: it would shut itself out. Nothing was changed."
        )
    outside = frozenset((revoked | shut) - orders.restore)
    return Access(wanted.members - outside, outside, orders.restore)


def shutting_out(access: Access, found: Found) -> Iterator[Step]:
    """Denials first: they act on connections that live, before anything else is taken away."""
    denials = [right for owner in sorted(access.outside) for right in shut_out(owner)]
    yield from (AddRight(right) for right in denials if right not in found.rights)
    yield from (DeleteUser(owner) for owner in sorted(access.outside & found.users))
    for right in sorted(found.rights):
        if right.owner in access.outside and not right.denied:
            yield RemoveRight(right)


def letting_in(access: Access, found: Found, orders: Orders) -> Iterator[Step]:
    """Passwords, then rights; denials are taken away last."""
    known = found.users - found.strangers
    for owner in sorted((access.members - known) | (access.members & orders.new_password)):
        yield SetPassword(owner, owner in found.users, owner in orders.new_password)
    rights = [right for owner in sorted(access.members) for right in rights_of(owner)]
    yield from (AddRight(right) for right in rights if right not in found.rights)
    denials = [right for owner in sorted(access.restored) for right in shut_out(owner)]
    yield from (RemoveRight(right) for right in denials if right in found.rights)


def _check(wanted: Wanted, orders: Orders, known: frozenset[str]) -> None:
    for owner in sorted(orders.restore | orders.new_password):
        if owner not in wanted.members:
            raise NetworkError(
                f"{owner} is not let in by the file (an entry without `revoked = true`): "
                "correct the file or the name. Nothing was changed."
            )
    for owner in sorted(orders.revoke - known - wanted.members - wanted.revoked):
        raise NetworkError(
            f"--revoke {owner}: neither the file nor the cluster knows it. Nothing was changed."
        )
    for owner in sorted(orders.revoke & (orders.restore | orders.new_password)):
        raise NetworkError(f"{owner}: out and in at once. Nothing was changed.")


def _holders(found: Found) -> frozenset[str]:
    return frozenset(right.owner for right in found.rights if right.owner)
