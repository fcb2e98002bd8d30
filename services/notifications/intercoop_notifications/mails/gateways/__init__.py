"""The way out: mail."""

from intercoop_notifications.mails.gateways.message import Sender
from intercoop_notifications.mails.gateways.smtp import MailServer, SmtpServer

__all__ = ["MailServer", "Sender", "SmtpServer"]
