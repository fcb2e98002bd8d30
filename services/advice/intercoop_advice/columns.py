"""The columns that both sides' invitations share: the offer, its answer, and the contact."""

from intercoop_advice.exchange import AskersAnswer, Offer
from intercoop_chassis.postgres import Row
from intercoop_contracts.advice import OfferState, OfferVerdict
from intercoop_contracts.directory import PublicContact

Columns = tuple[int | None, str | None, str | None, int | None, str | None, str | None]


def exchanged_columns(
    offer: Offer | None, answer: AskersAnswer | None, contact: PublicContact | None
) -> Columns:
    """`offer_revision offer_state offer_text answer_revision verdict contact`."""
    return (
        offer.revision if offer else None,
        offer.state if offer else None,
        offer.text if offer else None,
        answer.offer_revision if answer else None,
        answer.verdict if answer else None,
        contact.model_dump_json() if contact else None,
    )


def offer_in(row: Row) -> Offer | None:
    if row["offer_revision"] is None:
        return None
    return Offer(row["offer_revision"], OfferState(row["offer_state"]), row["offer_text"])


def answer_in(row: Row) -> AskersAnswer | None:
    if row["verdict"] is None:
        return None
    return AskersAnswer(row["answer_revision"], OfferVerdict(row["verdict"]))


def contact_in(row: Row) -> PublicContact | None:
    return PublicContact.model_validate_json(row["contact"]) if row["contact"] else None
