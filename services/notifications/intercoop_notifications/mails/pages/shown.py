"""A mail as staff see it: whose, about what, why it is not there, and what they can do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from intercoop_chassis.jobs import Entry, State
from intercoop_chassis.pages import Templates
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.replica import look_up_all
from intercoop_contracts.directory import PEOPLE, PersonView
from intercoop_notifications.elsewhere import PERSON, page_of
from intercoop_notifications.mails.pages.reasons import Reason, Remedy, reason_of
from intercoop_notifications.notices.domain.mail_job import MailJob
from intercoop_notifications.notices.pages.kinds import KINDS

TEMPLATES: Final = Templates(
    Path(__file__).parents[1] / "templates", Path(__file__).parents[2] / "locale"
)
LIST: Final = "/notifications/mails"
STATES: Final = {
    State.PENDING: N_("Waiting"),
    State.FAILED: N_("Given up"),
    State.EXPIRED: N_("Too late"),
    State.DONE: N_("Sent"),
}

_OF_ONE: Final = {
    State.PENDING: N_("It waits"),
    State.FAILED: N_("It was given up"),
    State.EXPIRED: N_("It is too late"),
    State.DONE: N_("It has left"),
}


@dataclass(frozen=True, slots=True)
class ShownMail:
    """`kind` and `state` are source texts; `name` is empty where the directory says none."""

    id: UUID
    kind: str
    state: State
    name: str
    record: str
    attempts: int
    reason: Reason | None
    deadline: datetime
    next_try_at: datetime
    finished_at: datetime | None

    @property
    def state_name(self) -> str:
        return _OF_ONE[self.state]

    @property
    def may_be_tried(self) -> bool:
        """Whether a try now may come to something."""
        is_open = self.state in {State.PENDING, State.FAILED}
        return is_open and not (self.reason and self.reason.remedy is Remedy.NOTHING)


async def shown(
    entries: Sequence[Entry], hindrance: str | None, tx: Transaction
) -> list[ShownMail]:
    """With the names of their people; `hindrance` is what no mail can leave without."""
    jobs = [MailJob.read(entry.payload) for entry in entries]
    people = await look_up_all(PEOPLE, {job.person_id for job in jobs}, tx)
    views = {subject: known.view for subject, known in people.items()}
    return [
        _shown(entry, job, views.get(str(job.person_id)), hindrance)
        for entry, job in zip(entries, jobs, strict=True)
    ]


def _shown(entry: Entry, job: MailJob, person: object, hindrance: str | None) -> ShownMail:
    waits = entry.state is State.PENDING
    kept = hindrance if waits and hindrance else entry.last_error
    known = person if isinstance(person, PersonView) else None
    return ShownMail(
        id=job.notice_id,
        kind=KINDS[job.notice_kind],
        state=entry.state,
        name=f"{known.given_name} {known.family_name}" if known else "",
        record=page_of(PERSON, job.person_id) if known else "",
        attempts=entry.attempts,
        reason=reason_of(kept) if kept else None,
        deadline=entry.deadline,
        next_try_at=entry.next_try_at,
        finished_at=entry.finished_at,
    )
