"""What the sample co-operatives ask each other: a request that was helped, and some that wait.

Said once the instances run, because nobody asks whom it does not know yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeAlias, TypeVar
from uuid import UUID

from intercoop_advice.cooperatives import projections as cooperatives
from intercoop_advice.invitations import handlers as helpers
from intercoop_advice.invitations.store.received import InvitationFilter, list_received
from intercoop_advice.requests import handlers as askers
from intercoop_advice.requests.domain.invitation import InvitationState
from intercoop_advice.requests.domain.request import Request, RequestDraft
from intercoop_advice.requests.store import own as store
from intercoop_advice.requests.store.own import RequestFilter
from intercoop_chassis.postgres import Database, Transaction
from intercoop_chassis.refusals import Refused
from intercoop_contracts.advice import OfferVerdict
from intercoop_local.made_up.eventually import eventually
from intercoop_local.platform.errors import PlatformError

T = TypeVar("T")

Who: TypeAlias = tuple[str, int]
"""A sample co-operative: its owner's slug, and its number there."""

_MANY: Final = 100


@dataclass(frozen=True, slots=True)
class Conversation:
    """Who asks whom, since so many days, and what came of it until today.

    `offers` are by who offers; the one that is `accepted` has `helped`, in these words.
    """

    asker: Who
    draft: RequestDraft
    days: int
    asked: tuple[Who, ...]
    offers: Mapping[Who, str] = field(default_factory=dict)
    accepted: Who | None = None
    helped: str | None = None


IMPRIMERIE: Final = ("auvergne", 1)
MAISON_BOIS: Final = ("auvergne", 2)
VELOS: Final = ("auvergne", 3)
JARDINS: Final = ("auvergne", 4)
FIGEAC: Final = ("midi-pyrenees", 1)
CANAL: Final = ("midi-pyrenees", 2)
LAURAGAIS: Final = ("midi-pyrenees", 3)
ROUERGUE: Final = ("midi-pyrenees", 4)

CONVERSATIONS: Final = (
    Conversation(
        VELOS,
        RequestDraft(
            "Des locaux à partager en centre-ville",
            "Notre bail finit en mars. Nous cherchons 150 m² au rez-de-chaussée, seuls ou avec "
            "d’autres.",
            ("locaux",),
        ),
        64,
        (MAISON_BOIS, LAURAGAIS),
        {MAISON_BOIS: "Nous avons partagé un atelier trois ans : venez voir comment."},
        MAISON_BOIS,
        "Un bail signé à deux, et une convention écrite dès le début : qui paie quoi, qui ferme "
        "le soir. La mairie connaissait les locaux vides.",
    ),
    Conversation(
        CANAL,
        RequestDraft(
            "Répondre à plusieurs à un marché public",
            "Le lot menuiserie d’un lycée est trop grand pour nous seuls. Qui l’a déjà fait ?",
            ("chantiers",),
        ),
        37,
        (FIGEAC, MAISON_BOIS),
        {FIGEAC: "Deux fois, avec un groupement solidaire. Voici ce que nous referions."},
        FIGEAC,
        "Un groupement momentané, avec un mandataire qui n’est pas le plus gros. L’union avait un "
        "modèle de convention.",
    ),
    Conversation(
        FIGEAC,
        RequestDraft(
            "Une presse pour une semaine",
            "Nous éditons le livre des vingt ans de l’atelier. Qui nous prête une presse, ou une "
            "semaine de la sienne ?",
            ("prêt de matériel",),
        ),
        9,
        (IMPRIMERIE, ROUERGUE),
    ),
    Conversation(
        IMPRIMERIE,
        RequestDraft(
            "Quel logiciel pour nos devis ?",
            "Nous quittons notre tableur. Qui a changé l’an dernier, et en est content ?",
            ("vente",),
        ),
        5,
        (VELOS, LAURAGAIS, CANAL),
        {CANAL: "Nous avons comparé trois logiciels : je vous montre le nôtre quand vous voulez."},
    ),
    Conversation(
        JARDINS,
        RequestDraft(
            "Accueillir un premier apprenti",
            "Quelles aides, quelles démarches, et combien de temps y passez-vous ?",
            ("insertion",),
        ),
        2,
        (MAISON_BOIS, FIGEAC),
    ),
)


@dataclass(frozen=True, slots=True)
class Askers:
    """The advice databases by owner, and the ids of sample co-operatives."""

    databases: Mapping[str, Database]
    ids: Mapping[Who, UUID]

    def has(self, conversation: Conversation) -> bool:
        """Whether everybody in it is there: a network may run with other owners."""
        return {conversation.asker, *conversation.asked} <= self.ids.keys()


async def hold(conversation: Conversation, everybody: Askers, now: datetime) -> None:
    """Say what is not said yet. Raises `PlatformError` where a word does not arrive."""
    db = everybody.databases[conversation.asker[0]]
    request = await _asked(conversation, everybody, db, now)
    if not request.is_open:
        return
    for who, text in conversation.offers.items():
        await _offered(everybody, request.id, who, text)
    if conversation.accepted and conversation.helped:
        helper = everybody.ids[conversation.accepted]
        invitation = await eventually(
            partial(_offer_of, db, request.id, helper), "an offer to a sample request"
        )
        verdict = OfferVerdict.ACCEPTED
        await db.command(lambda tx: askers.answer(request.id, invitation, verdict, tx))
        closing = partial(askers.close, request.id, conversation.helped, [invitation])
        _taken(await db.command(closing))


async def _asked(
    conversation: Conversation, everybody: Askers, db: Database, now: datetime
) -> Request:
    """The request, made where it is not there yet, with everybody asked."""
    asker = everybody.ids[conversation.asker]
    wanted = [everybody.ids[who] for who in conversation.asked]
    since = now - timedelta(days=conversation.days)
    await eventually(partial(_knows, db, [asker, *wanted]), "what the samples know of each other")

    async def ask(tx: Transaction) -> Request | Refused:
        listed = await store.list_requests(RequestFilter([asker]), None, _MANY, tx)
        for known in (each.request for each in listed):
            if known.view.title == conversation.draft.title:
                return known
        made = await askers.ask(conversation.draft, asker, tx.new_id(), tx, now=since)
        if isinstance(made, Refused):
            return made
        return await askers.invite(made.id, wanted, tx, now=since)

    return _taken(await db.command(ask))


async def _offered(everybody: Askers, request_id: UUID, who: Who, text: str) -> None:
    db, helper = everybody.databases[who[0]], everybody.ids[who]
    invitation = await eventually(
        partial(_invitation_to, db, request_id, helper), "a sample request in the other union"
    )
    _taken(await db.command(lambda tx: helpers.offer(invitation, text, tx)))


async def _knows(db: Database, ids: list[UUID]) -> bool:
    async with db.read() as tx:
        return len(await cooperatives.known(ids, tx)) == len(ids)


async def _invitation_to(db: Database, request_id: UUID, helper: UUID) -> UUID | None:
    async with db.read() as tx:
        received = await list_received(InvitationFilter([helper]), None, _MANY, tx)
    found = (each.invitation for each in received if each.invitation.request_id == request_id)
    return next((each.id for each in found), None)


async def _offer_of(db: Database, request_id: UUID, helper: UUID) -> UUID | None:
    async with db.read() as tx:
        request = await store.get(request_id, tx)
    invitation = request.invitation_of(helper) if request else None
    return invitation.id if invitation and invitation.state is InvitationState.OFFERED else None


def _taken(outcome: T | Refused) -> T:
    if isinstance(outcome, Refused):
        raise PlatformError(f"A sample was refused: {outcome.refusals[0]}")
    return outcome
