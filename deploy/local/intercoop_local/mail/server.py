"""The mail server of a local network: takes every mail, and sends none on."""

import asyncio

from aiosmtpd.smtp import SMTP, Envelope, Session

from intercoop_local.mail.box import Mailbox
from intercoop_local.platform.ports import LOOPBACK, need_free

_LARGEST = 10_000_000


class MailServer:
    """Listens on the loopback interface and keeps what comes in a mailbox."""

    def __init__(self, port: int, box: Mailbox) -> None:
        self.port = port
        self._box = box
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        return f"smtp://{LOOPBACK}:{self.port}"

    async def start(self) -> None:
        """Listen. Raises `PlatformError` when the port is in use."""
        need_free(self.port, "mails", "choose another with INTERCOOP_MAIL_PORT")
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._session, LOOPBACK, self.port)

    def stop(self) -> None:
        """Listen no more; mails stay."""
        if self._server:
            self._server.close()

    async def handle_DATA(  # noqa: N802  aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep a mail (aiosmtpd calls this); returns what its sender is answered."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        try:
            number = self._box.keep(envelope.mail_from or "", envelope.rcpt_tos, content)
        except OSError as error:
            return f"451 It cannot be kept: {error.strerror}"
        return f"250 Kept as {number}"

    def _session(self) -> SMTP:
        return SMTP(self, data_size_limit=_LARGEST, enable_SMTPUTF8=True, hostname="localhost")
