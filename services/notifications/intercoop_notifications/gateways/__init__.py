"""The way out: mail."""

from intercoop_notifications.gateways.message import Sender
from intercoop_notifications.gateways.smtp import MailServer, SmtpServer

__all__ = ["MailServer", "Sender", "SmtpServer"]
