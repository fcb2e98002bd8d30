"""What an asker may not write or choose, and what would be right."""

from collections.abc import Collection, Iterator, Sequence
from uuid import UUID

from intercoop_advice.wording import about_the_length
from intercoop_chassis.refusals import Refusal, Sentence
from intercoop_contracts.advice.requests import MAX_INVITATIONS, MAX_TAGS
from intercoop_contracts.bounds import MAX_TAG


def about_tags(field: str, tags: Sequence[str]) -> Iterator[Refusal]:
    if len(tags) > MAX_TAGS:
        yield Refusal(
            field,
            Sentence(f"a plus de {MAX_TAGS} mots", f"has more than {MAX_TAGS} tags"),
            Sentence("Gardez les plus utiles", "Keep the most useful ones"),
        )
    for tag in tags:
        yield from about_the_length(field, tag, MAX_TAG)


def about_the_invited(
    wanted: Sequence[UUID], wrong: Collection[UUID], asker: UUID
) -> Iterator[Refusal]:
    """Of those `wanted`, each that cannot be asked."""
    for place, organisation_id in enumerate(wanted):
        if organisation_id == asker:
            yield Refusal(
                f"organisations.{place}",
                Sentence("est la coopérative qui demande", "is the co-operative that asks"),
                Sentence("Choisissez d'autres coopératives", "Choose others"),
            )
        elif organisation_id in wrong:
            yield Refusal(
                f"organisations.{place}",
                Sentence(
                    "n'est pas une coopérative connue ici", "is no co-operative that is known here"
                ),
                Sentence(
                    "Choisissez parmi les voisines proposées", "Choose among the neighbours shown"
                ),
            )


def about_their_number(invitations: int) -> Iterator[Refusal]:
    if invitations > MAX_INVITATIONS:
        yield Refusal(
            "organisations",
            Sentence(
                f"porte à {invitations} les invitations de cette demande",
                f"makes {invitations} invitations of this request",
            ),
            Sentence(f"Restez à {MAX_INVITATIONS} au plus", f"Keep to {MAX_INVITATIONS} at most"),
        )


def about_who_helped(helped_by: Sequence[UUID], strangers: Collection[UUID]) -> Iterator[Refusal]:
    """Of those said to have helped, each that is no invitation of the request."""
    for place, invitation_id in enumerate(helped_by):
        if invitation_id in strangers:
            yield Refusal(
                f"helped_by.{place}",
                Sentence("n'est pas une invitation de cette demande", "is none of its invitations"),
                Sentence("Choisissez parmi celles-ci", "Choose among those of the request"),
            )
