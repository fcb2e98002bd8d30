"""Others' entities under others' ids, as the hostile owner would have them."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final, TypeAlias

from chaos.hostile import HOSTILE, MARK
from chaos.hostile.overhearing import SHARED, Heard, Overheard
from chaos.hostile.statements import ENDED, Statement
from intercoop_contracts.advice import ADVICE_REQUESTS, OFFER_ANSWERS, OFFERS
from intercoop_contracts.bounds import MAX_REVISION
from intercoop_contracts.catalogue import AnyStream
from intercoop_contracts.directory import ORGANISATIONS
from intercoop_contracts.events import MEETING_SEATS, MEETINGS, SEAT_ANSWERS, SEAT_REQUESTS
from intercoop_local.story.caller import Json
from testkit.ids import new_id

Twist: TypeAlias = Callable[[Heard, Random], Json]
"""What is changed in a copy of somebody's view."""

_ENDS_OF: Final = 0.15
_ANSWERS_OF: Final = 0.3
_CONTACT: Final = {
    "email": f"{MARK.lower()}@{HOSTILE}.example",
    "phone": MARK,
    "website": f"https://{HOSTILE}.example/{MARK}",
}


class Impostor:
    """Says of entities that it heard of what their owners did not say."""

    def __init__(self, heard: Overheard, chance: Random) -> None:
        self._heard = heard
        self._chance = chance

    def statement(self) -> Statement | None:
        """A copy with a twist, an end, or an answer to what others were asked; None at first."""
        if self._chance.random() < _ANSWERS_OF:
            return self._answer()
        stream = self._chance.choice(SHARED)
        heard = self._heard.any(stream, self._chance)
        if heard is None:
            return None
        if self._chance.random() < _ENDS_OF:
            return Statement(stream, heard.subject, ENDED)
        view = heard.view | _TWISTS[stream](heard, self._chance)
        return Statement(stream, heard.subject, view)

    def _answer(self) -> Statement | None:
        """In the place of the organiser, of the one who was invited, or of the one who asked."""
        answered: AnyStream = self._chance.choice((SEAT_REQUESTS, ADVICE_REQUESTS, OFFERS))
        heard = self._heard.any(answered, self._chance)
        if heard is None:
            return None
        if answered is SEAT_REQUESTS:
            return Statement(SEAT_ANSWERS, heard.subject, _seat_answer(heard, self._chance))
        if answered is OFFERS:
            return Statement(OFFER_ANSWERS, heard.subject, _offer_answer(heard, self._chance))
        invitations = heard.view.get("invitations")
        if not invitations:
            return None
        invitation = self._chance.choice(invitations)
        return Statement(OFFERS, invitation["id"], _offer(heard, invitation, self._chance))


def marked(text: str | None) -> str:
    """A text in the hostile owner's words."""
    return f"{MARK} {text or ''}"[:190].rstrip()


def _later(revision: int, chance: Random) -> int:
    """A revision that seems to be newer, or the very one that is asked about."""
    return min(revision + chance.randint(0, 9), MAX_REVISION)


def _organisation(heard: Heard, _: Random) -> Json:
    return {"name": marked(heard.view.get("name")), "contact": _CONTACT, "headcount": 999_999}


def _meeting(heard: Heard, chance: Random) -> Json:
    starts = datetime.now(UTC).replace(microsecond=0) + timedelta(days=chance.randint(1, 300))
    gone = {"state": "cancelled", "cancelled_because": MARK} if chance.random() < 0.3 else {}
    return {
        "title": marked(heard.view["title"]),
        "description": marked(heard.view.get("description")),
        "place": heard.view["place"] | {"venue": MARK},
        "starts": starts.isoformat(),
        "ends": (starts + timedelta(hours=2)).isoformat(),
        "schedule_revision": _later(heard.view["schedule_revision"], chance),
        **gone,
    }


def _seats(_: Heard, chance: Random) -> Json:
    seats = chance.choice((1, 1000))
    return {"seats": seats, "seated": chance.choice((0, seats)), "waiting": 0}


def _seat_request(heard: Heard, chance: Random) -> Json:
    wish = chance.choice(("withdrawn", "lapsed", "wanted"))
    return {"revision": _later(heard.view["revision"], chance), "wish": wish}


def _seat_verdict(heard: Heard, chance: Random) -> Json:
    verdict = chance.choice(("seated", "waiting", "refused", "released"))
    because = "cancelled" if verdict == "refused" else None
    return {"verdict": verdict, "refused_because": because}


def _request(heard: Heard, chance: Random) -> Json:
    closed = {"state": "closed", "what_helped": MARK} if chance.random() < 0.3 else {}
    return {
        "organisation_name": marked(heard.view["organisation_name"]),
        "title": marked(heard.view["title"]),
        "text": marked(heard.view.get("text")),
        **_asker(heard, chance),
        **closed,
    }


def _asker(heard: Heard, chance: Random) -> Json:
    """Sometimes an organisation of its own asks, so that the invitations alone are others'."""
    own = chance.random() < 0.5
    return {"organisation_id": str(new_id(HOSTILE)) if own else heard.view["organisation_id"]}


def _words_of_offer(heard: Heard, chance: Random) -> Json:
    revision = _later(heard.view["revision"], chance)
    state = chance.choice(("offered", "withdrawn"))
    return {"text": MARK, "revision": revision, "state": state, **_asker(heard, chance)}


def _offer_verdict(_: Heard, chance: Random) -> Json:
    return {"verdict": chance.choice(("accepted", "not-taken"))}


def _seat_answer(heard: Heard, chance: Random) -> Json:
    meetings = (heard.view["meeting_id"], str(new_id(HOSTILE)))
    return {
        "asker": heard.owner,
        "meeting_id": chance.choice(meetings),
        "request_revision": _later(heard.view["revision"], chance),
        **_seat_verdict(heard, chance),
    }


def _offer_answer(heard: Heard, chance: Random) -> Json:
    requests = (heard.view["request_id"], str(new_id(HOSTILE)))
    return {
        "helper": heard.owner,
        "request_id": chance.choice(requests),
        "offer_revision": heard.view["revision"],
        **_offer_verdict(heard, chance),
    }


def _offer(heard: Heard, invitation: Json, chance: Random) -> Json:
    organisations = (invitation["organisation_id"], str(new_id(HOSTILE)))
    return {
        "asker": heard.owner,
        "request_id": heard.subject,
        "organisation_id": chance.choice(organisations),
        "revision": chance.randint(1, 1000),
        "state": "offered",
        "text": MARK,
    }


_TWISTS: Final[Mapping[AnyStream, Twist]] = {
    ORGANISATIONS: _organisation,
    MEETINGS: _meeting,
    MEETING_SEATS: _seats,
    SEAT_REQUESTS: _seat_request,
    SEAT_ANSWERS: _seat_verdict,
    ADVICE_REQUESTS: _request,
    OFFERS: _words_of_offer,
    OFFER_ANSWERS: _offer_verdict,
}
