"""The way out: mail."""

from intercoop_notifications.gateways.doctor import mail_server
from intercoop_notifications.gateways.message import Sender
from intercoop_notifications.gateways.smtp import MailServer, SmtpServer

__all__ = ["MailServer", "Sender", "SmtpServer", "mail_server"]
