"""The folder that mails are kept in: a file each, numbered as they came, the newest 5,000."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from intercoop_local.mail.reading import DELIVERED_TO, Mail, read_headers, read_mail
from intercoop_local.platform.errors import PlatformError

KEPT: Final = 5_000

_NAME = re.compile(r"([0-9]{1,12})\.eml")
_ROOM = 12


@dataclass(frozen=True, slots=True)
class Summary:
    """What a list of mails shows of each."""

    id: int
    to: tuple[str, ...]
    sender: str
    subject: str
    date: datetime | None
    message_id: str


class Mailbox:
    """Keeps and reads; one at a time per folder. Mails of earlier runs are there too."""

    def __init__(self, folder: Path, *, kept: int = KEPT) -> None:
        self.folder = folder
        self._kept = kept
        self._numbers: list[int] | None = None
        self._summaries: dict[int, Summary] = {}

    def keep(self, sender: str, recipients: Sequence[str], content: bytes) -> int:
        """Write a mail with its envelope's addresses on top; returns its number."""
        numbers = self._found()
        number = numbers[-1] + 1 if numbers else 1
        top = [f"Return-Path: <{sender}>", *(f"{DELIVERED_TO}: {one}" for one in recipients)]
        envelope = "".join(f"{line}\r\n" for line in top).encode("utf-8", "surrogateescape")
        path = self._path(number)
        partial = path.with_suffix(".partial")  # nobody reads half a mail
        partial.write_bytes(envelope + content)
        partial.rename(path)
        numbers.append(number)
        self._forget_oldest()
        return number

    def summaries(self, to: str | None = None) -> list[Summary]:
        """The mails kept, or those delivered to an address, in the order in which they came."""
        every = [one for one in map(self._summary, self._found()) if one]
        return [one for one in every if to is None or to.casefold() in map(str.casefold, one.to)]

    def received(self, to: str | None = None) -> list[Mail]:
        """The same, whole."""
        return [self.read(one.id) for one in self.summaries(to)]

    def read(self, number: int) -> Mail:
        """One mail, whole. Raises `PlatformError` when it is not there."""
        try:
            return read_mail(number, self._path(number).read_bytes())
        except FileNotFoundError as error:
            raise PlatformError(f"There is no mail {number}.") from error

    def _summary(self, number: int) -> Summary | None:
        """None when somebody deleted the file."""
        if number not in self._summaries:
            with suppress(FileNotFoundError):
                mail = read_headers(number, self._path(number).read_bytes())
                self._summaries[number] = Summary(
                    number, mail.to, mail.sender, mail.subject, mail.date, mail.message_id
                )
        return self._summaries.get(number)

    def _found(self) -> list[int]:
        """The numbers of all mails, ascending; read from the folder once."""
        if self._numbers is None:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            names = (_NAME.fullmatch(path.name) for path in self.folder.iterdir())
            self._numbers = sorted(int(name[1]) for name in names if name)
        return self._numbers

    def _forget_oldest(self) -> None:
        numbers = self._found()
        while len(numbers) > self._kept:
            oldest = numbers.pop(0)
            self._summaries.pop(oldest, None)
            self._path(oldest).unlink(missing_ok=True)

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:0{_ROOM}}.eml"
