"""Hands mails to a mail server (SMTP, RFC 5321)."""

import re
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Final, NoReturn, Protocol, Self
from urllib.parse import urlsplit

import aiosmtplib
from aiosmtplib import (
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from intercoop_chassis.auth.cookies import is_loopback_host
from intercoop_chassis.jobs import NotNowError, RejectedError
from intercoop_chassis.mail.settings import MailSettings

STEP_S: Final = 15.0
"""How long the server may take for each answer."""

_PERMANENT: Final = 500
_ENHANCED: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")
_ABOUT: Final[dict[type[SMTPException], str]] = {
    SMTPSenderRefused: "the sender",
    SMTPRecipientRefused: "the recipient",
    SMTPDataError: "the mail",
}


class MailServer(Protocol):
    """Takes mails, to carry them on."""

    async def send(self, message: EmailMessage) -> str:
        """Hand one over; returns what it says to that. Raises `RejectedError`, `NotNowError`."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """The mail server of the settings; a password is only sent where nobody else reads it."""

    host: str
    port: int | None
    tls_from_start: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, settings: MailSettings) -> Self:
        """Raises `NotNowError` while there is none."""
        if settings.smtp is None:
            raise NotNowError("INTERCOOP_SMTP is not set")
        parts = urlsplit(settings.smtp)
        password = settings.smtp_password
        return cls(
            host=parts.hostname or "",
            port=parts.port,
            tls_from_start=parts.scheme == "smtps",
            user=settings.smtp_user,
            password=password.get_secret_value() if password else None,
        )

    async def send(self, message: EmailMessage) -> str:
        must_hide = self.user is not None and not is_loopback_host(self.host)
        try:
            _, answer = await aiosmtplib.send(
                message,
                hostname=self.host,
                port=self.port,
                username=self.user,
                password=self.password,
                use_tls=self.tls_from_start,
                start_tls=True if must_hide and not self.tls_from_start else None,
                timeout=STEP_S,
            )
        except SMTPNotSupported as error:
            raise NotNowError("the mail server lacks what this mail needs") from error
        except SMTPRecipientsRefused as error:
            _raise_refusal(error.recipients[0], error)
        except (SMTPSenderRefused, SMTPDataError) as error:
            _raise_refusal(error, error)
        except SMTPResponseException as error:
            raise NotNowError(f"the mail server does not let us in ({_code(error)})") from error
        except (SMTPException, OSError) as error:
            reason = f"the mail server cannot be reached ({type(error).__name__})"
            raise NotNowError(reason) from error
        return answer


def _raise_refusal(answer: SMTPResponseException, cause: Exception) -> NoReturn:
    """5xx is for good, 4xx is for now. The server's own words may hold an address: not kept."""
    what = f"the mail server refuses {_ABOUT[type(answer)]} ({_code(answer)})"
    refusal = RejectedError if answer.code >= _PERMANENT else NotNowError
    raise refusal(what) from cause


def _code(answer: SMTPResponseException) -> str:
    """The codes of an answer: `550`, `550 5.1.1` (RFC 3463)."""
    enhanced = _ENHANCED.match(answer.message)
    return f"{answer.code} {enhanced[0]}" if enhanced else str(answer.code)
