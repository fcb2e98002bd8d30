"""The job that has a notice mailed: enqueued with the notice, done by the capability mails."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self
from uuid import UUID

from intercoop_notifications.notices.domain.notice import NoticeKind

MAIL: Final = "mail"
"""The kind of these jobs."""


@dataclass(frozen=True, slots=True)
class MailJob:
    """Which notice is to be mailed, and what staff are shown of it: no words and no address."""

    notice_id: UUID
    person_id: UUID
    notice_kind: NoticeKind
    last_because_of: str | None = None
    """The owner because of whom no more mails leave that day, if this is the last."""

    @property
    def payload(self) -> dict[str, str]:
        last = {"last_because_of": self.last_because_of} if self.last_because_of else {}
        return {
            "notice": str(self.notice_id),
            "person": str(self.person_id),
            "kind": self.notice_kind,
            **last,
        }

    @classmethod
    def read(cls, payload: Mapping[str, Any]) -> Self:  # Any: JSON
        """The job in a row, of this version of the software or an older one."""
        return cls(
            UUID(payload["notice"]),
            UUID(payload["person"]),
            NoticeKind(payload["kind"]),
            payload.get("last_because_of"),
        )


def key_of(notice_id: UUID) -> str:
    """The key of a notice's job: a notice is mailed once."""
    return f"{MAIL}:{notice_id}"
