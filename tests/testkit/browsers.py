"""A browser that signs in by mail, in a test; the mail is composed as its delivery does, not sent."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from intercoop_chassis.jobs import RejectedError
from intercoop_chassis.mail import Letter
from intercoop_directory.accounts.domain.codes import CODE_BYTES, code_hash, secret_hash, tidy_code
from intercoop_directory.accounts.domain.mail_link import Grant
from intercoop_directory.accounts.domain.mails import Letterhead
from intercoop_directory.accounts.handlers import mail_link
from intercoop_directory.accounts.handlers.mail_link import Asker, WrongCode
from intercoop_directory.accounts.handlers.signing_in import NotAllowed, SignedIn
from testkit.directory_service import DirectoryService

PAGE = "https://coop.example/directory/sign-in/code"
HEAD = Letterhead("Midi-Pyrénées", PAGE)


@dataclass
class Browser:
    """A browser that signs in; `mails` are those that left, by whoever asked."""

    home: DirectoryService
    secret: str = field(default_factory=secrets.token_urlsafe)
    network: str = "192.0.2.1"
    grants: Mapping[str, Grant] = field(default_factory=dict)

    @property
    def hash(self) -> bytes:
        return secret_hash(self.secret)

    async def asks(self, address: str) -> list[Letter]:
        """Ask for a code; returns the mails that leave then, one or none."""
        asker = Asker(self.hash, secret_hash(self.network))
        asked = await self.home.db.command(
            lambda tx: mail_link.ask(address, asker, self.grants, tx)
        )
        return await self.mails_of(asked)

    async def mails_of(self, asked: UUID) -> list[Letter]:
        """What the delivery of a sign-in's mail sends, each time that it is tried."""
        chance = secrets.token_bytes(CODE_BYTES)
        try:
            mail = await self.home.db.command(
                lambda tx: mail_link.compose(asked, chance, HEAD, self.grants, tx)
            )
        except RejectedError:
            return []
        return [mail]

    async def types(self, code: str) -> SignedIn | WrongCode | NotAllowed:
        tidied = tidy_code(code)
        digest = code_hash(tidied, self.hash) if tidied else None
        return await self.home.db.command(
            lambda tx: mail_link.enter(self.hash, digest, "Firefox", self.grants, tx)
        )


def code_in(mail: Letter) -> str:
    """The code as its reader sees it, which the link has too."""
    (line,) = [line.strip() for line in mail.text.splitlines() if line.startswith("    ")]
    assert f"{PAGE}#{tidy_code(line)}\n" in mail.text
    return line
