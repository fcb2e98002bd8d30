"""A plan in plain words."""

from collections.abc import Iterator, Sequence

from intercoop_network.steps import Plan


def lines(plan: Plan) -> Iterator[str]:
    """The whole plan, one line for each change, then what is refused and what is not ours."""
    if not plan.steps:
        yield "Nothing to change."
    for step in plan.steps:
        yield f"  {step.in_words}"
    yield from _listed("Not done, with the reason:", plan.refused)
    yield from _listed("Worth knowing:", plan.remarks)
    yield from _listed("Not ours, and never touched:", plan.unknown)


def _listed(title: str, texts: Sequence[str]) -> Iterator[str]:
    if texts:
        yield title
        yield from (f"  {text}" for text in texts)
