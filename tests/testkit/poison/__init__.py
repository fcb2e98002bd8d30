"""Poison: records that no instance of this network writes, of every kind we could think of."""

from hypothesis import strategies as st

from testkit.poison import envelopes, harmless, sealed, values
from testkit.poison.kinds import KINDS, Fate, Kind, PoisonTarget, Raw, good

__all__ = ["KINDS", "Fate", "Kind", "PoisonTarget", "Raw", "good", "of_each_kind", "poison"]
_REGISTERED = (envelopes, values, sealed, harmless)


def poison(target: PoisonTarget) -> st.SearchStrategy[tuple[Kind, Raw]]:
    """One record of some kind, each with a subject of its own."""
    return st.sampled_from(list(KINDS.values())).flatmap(lambda kind: _drawn(kind, target))


def of_each_kind(target: PoisonTarget) -> st.SearchStrategy[tuple[tuple[Kind, Raw], ...]]:
    """One record of every kind."""
    return st.tuples(*(_drawn(kind, target) for kind in KINDS.values()))


def _drawn(kind: Kind, target: PoisonTarget) -> st.SearchStrategy[tuple[Kind, Raw]]:
    return st.tuples(st.just(kind), kind.records(target))
