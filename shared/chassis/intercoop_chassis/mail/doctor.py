"""What the doctor looks at: whether the mail server takes a connection."""

import asyncio
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from intercoop_chassis.context import Context
from intercoop_chassis.findings import Finding, Level
from intercoop_chassis.mail.settings import MailSettings
from intercoop_chassis.refusals import Sentence

_SMTP: Final = 25
_SMTPS: Final = 465


async def mail_server(context: Context) -> Sequence[Finding]:
    """Whether it greets as one; without one, mails wait."""
    smtp = context.settings_as(MailSettings).smtp
    if not smtp:
        said = Sentence(
            "aucun serveur n'est réglé : les courriels attendent", "none is set: mails wait"
        )
        remedy = Sentence("Réglez INTERCOOP_SMTP", "Set INTERCOOP_SMTP")
        return [Finding("mail server", Level.WARN, said, remedy)]
    try:
        greeting = await _greeting(smtp)
    except OSError as error:
        greeting = type(error).__name__
    if greeting.startswith("220"):
        return [Finding("mail server", Level.OK, Sentence("il répond", "it answers"))]
    said = Sentence(f"pas de réponse ({greeting or '-'})", f"no answer ({greeting or '-'})")
    remedy = Sentence(
        "Démarrez-le ou corrigez INTERCOOP_SMTP ; les courriels attendent et partiront",
        "Start it or correct INTERCOOP_SMTP; mails wait and will leave",
    )
    return [Finding("mail server", Level.FAIL, said, remedy)]


async def _greeting(address: str) -> str:
    """The first line that a mail server says: 220 where it takes mails (RFC 5321, 3.1)."""
    server, tls = urlsplit(address), address.startswith("smtps:")
    port = server.port or (_SMTPS if tls else _SMTP)
    reader, writer = await asyncio.open_connection(server.hostname, port, ssl=tls or None)
    try:
        line = await reader.readline()
        writer.write(b"QUIT\r\n")
        await writer.drain()
    finally:
        writer.close()
    return line.decode("ascii", errors="replace").strip()[:100]
