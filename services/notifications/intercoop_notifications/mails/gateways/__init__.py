"""The way out: mail."""

from intercoop_notifications.mails.gateways.doctor import mail_server
from intercoop_notifications.mails.gateways.message import Sender
from intercoop_notifications.mails.gateways.smtp import MailServer, SmtpServer

__all__ = ["MailServer", "Sender", "SmtpServer", "mail_server"]
