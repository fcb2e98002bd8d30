"""Mails of a local network: kept in a folder, never sent on."""

from intercoop_local.mail.box import Mailbox, Summary
from intercoop_local.mail.reading import Mail, Part
from intercoop_local.mail.server import MailServer

__all__ = ["Mail", "MailServer", "Mailbox", "Part", "Summary"]
