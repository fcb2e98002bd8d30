"""What the hostile owner may say of its own, to others, and far too often."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

from chaos.hostile import HOSTILE, MARK
from chaos.hostile.overhearing import Heard, Overheard
from chaos.hostile.statements import Statement
from intercoop_contracts.advice import ADVICE_REQUESTS, OFFER_ANSWERS, OFFERS
from intercoop_contracts.directory import ORGANISATIONS
from intercoop_contracts.events import MEETING_SEATS, MEETINGS, SEAT_REQUESTS
from intercoop_contracts.ids import Ids
from intercoop_local.story.caller import Json

WISHES: Final = 700
"""Registrations that want a seat in one meeting of somebody's, and no more, and want it again."""
REQUESTS: Final = 20
INVITED: Final = 10
"""Co-operatives of others that each request asks."""
_MEETINGS: Final = 30
_ORGANISATIONS: Final = 300
_ORGANISATIONS_OF: Final = 0.5
_AHEAD_MS: Final = 20 * 3600 * 1000
"""So far its clock may be ahead, and every list that begins with the newest begins with it."""

_IDS: Final = Ids(HOSTILE, clock_ms=lambda: time.time_ns() // 1_000_000 + _AHEAD_MS)


@dataclass(slots=True)
class _Ours:
    """Entities of its own, and how often each was said."""

    ids: list[str] = field(default_factory=list)
    revisions: dict[str, int] = field(default_factory=dict)

    def one(self, at_most: int, chance: Random) -> str:
        """A new one, until there are as many as that."""
        if len(self.ids) < at_most:
            self.ids.append(_new_id())
            return self.ids[-1]
        return chance.choice(self.ids)

    def revised(self, subject: str) -> int:
        self.revisions[subject] = self.revisions.get(subject, 0) + 1
        return self.revisions[subject]


class Flood:
    """Organisations, wishes, requests, offers and answers without end, all under ids of its own.

    It insists on the first meeting that it heard of.
    """

    def __init__(self, heard: Overheard, chance: Random) -> None:
        self._heard = heard
        self._chance = chance
        self._organisation = _new_id()
        self._meetings, self._wishes, self._requests = _Ours(), _Ours(), _Ours()
        self._invitations: dict[str, list[Json]] = {}
        self._offers = _Ours()

    def statement(self) -> Statement | None:
        """Whatever comes to its mind; None where nobody has given it a reason yet."""
        if self._chance.random() < _ORGANISATIONS_OF:
            return self._some_organisation()
        kinds: tuple[Callable[[], Statement | None], ...] = (
            self._wish,
            self._wish,
            self._request,
            self._meeting,
            self._own_organisation,
            self._offer,
            self._answer,
        )
        return self._chance.choice(kinds)()

    def _some_organisation(self) -> Statement:
        return Statement(ORGANISATIONS, _new_id(), _organisation())

    def _own_organisation(self) -> Statement:
        return Statement(ORGANISATIONS, self._organisation, _organisation())

    def _meeting(self) -> Statement:
        subject = self._meetings.one(_MEETINGS, self._chance)
        if self._chance.random() < 0.5:
            seats = {"seats": 5, "seated": self._chance.randint(0, 5), "waiting": 0}
            return Statement(MEETING_SEATS, subject, seats)
        return Statement(MEETINGS, subject, _meeting(self._meetings.revised(subject)))

    def _wish(self) -> Statement | None:
        meeting = self._heard.first(MEETINGS)
        if meeting is None:
            return None
        subject = self._wishes.one(WISHES, self._chance)
        view = {
            "organiser": meeting.owner,
            "meeting_id": meeting.subject,
            "organisation_id": self._organisation,
            "revision": self._wishes.revised(subject),
            "wish": self._chance.choice(("wanted", "wanted", "withdrawn")),
        }
        return Statement(SEAT_REQUESTS, subject, view)

    def _request(self) -> Statement | None:
        subject = self._requests.one(REQUESTS, self._chance)
        invitations = self._invitations.get(subject) or self._invite()
        if not invitations:
            return None
        self._invitations[subject] = invitations
        view = {
            "organisation_id": self._organisation,
            "organisation_name": MARK,
            "title": f"{MARK} {self._requests.revised(subject)}",
            "text": MARK * 100,
            "invitations": invitations,
        }
        return Statement(ADVICE_REQUESTS, subject, view)

    def _invite(self) -> list[Json]:
        invited = self._heard.some(ORGANISATIONS, INVITED, self._chance)
        return [_invitation(one) for one in invited]

    def _offer(self) -> Statement | None:
        """Help that it was not asked for, under the id of somebody's invitation."""
        found = self._heard.invitation(self._chance)
        if found is None:
            return None
        request, invitation = found
        view = {
            "asker": request.owner,
            "request_id": request.subject,
            "organisation_id": self._organisation,
            "revision": self._offers.revised(invitation["id"]),
            "state": "offered",
            "text": MARK,
        }
        return Statement(OFFERS, invitation["id"], view)

    def _answer(self) -> Statement | None:
        """Accept an offer of those whom it asked, whether there is one or not, or do not."""
        if not self._invitations:
            return None
        request, invitations = self._chance.choice(list(self._invitations.items()))
        invitation = self._chance.choice(invitations)
        view = {
            "helper": invitation["helper"],
            "request_id": request,
            "offer_revision": self._chance.randint(1, 3),
            "verdict": self._chance.choice(("accepted", "not-taken")),
        }
        return Statement(OFFER_ANSWERS, invitation["id"], view)


class Ordinary:
    """As an owner says it that minds its own business: its organisations and meetings change."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._organisations, self._meetings = _Ours(), _Ours()

    def next(self) -> tuple[str, Statement]:
        if self._chance.random() < _ORGANISATIONS_OF:
            subject = self._organisations.one(_ORGANISATIONS, self._chance)
            return "organisations", Statement(ORGANISATIONS, subject, _organisation())
        subject = self._meetings.one(_MEETINGS, self._chance)
        return "meetings", Statement(MEETINGS, subject, _meeting(self._meetings.revised(subject)))


def _new_id() -> str:
    return str(_IDS.new())


def _organisation() -> Json:
    return {
        "name": MARK,
        "contact": {"email": f"{MARK.lower()}@{HOSTILE}.example"},
        "expertise": [f"{MARK} {number}" for number in range(5)],
    }


def _meeting(revision: int) -> Json:
    starts = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
    return {
        "title": MARK,
        "format": "visit",
        "description": MARK * 100,
        "place": {"commune": MARK},
        "starts": starts.isoformat(),
        "ends": (starts + timedelta(hours=1)).isoformat(),
        "schedule_revision": revision,
    }


def _invitation(heard: Heard) -> Json:
    return {"id": _new_id(), "organisation_id": heard.subject, "helper": heard.owner}
