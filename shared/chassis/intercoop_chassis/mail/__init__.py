"""Mail: how any service has one leave, by the mail server of the settings (SMTP, RFC 5321).

A service derives its settings from `MailSettings`, registers what it sends with `outgoing`, and
names `mail_server` among its checks.
"""

from intercoop_chassis.mail.doctor import mail_server
from intercoop_chassis.mail.letters import Letter, Sender, message_of
from intercoop_chassis.mail.outgoing import NEEDS, outgoing
from intercoop_chassis.mail.settings import MailSettings
from intercoop_chassis.mail.smtp import MailServer, SmtpServer

__all__ = [
    "NEEDS",
    "Letter",
    "MailServer",
    "MailSettings",
    "Sender",
    "SmtpServer",
    "mail_server",
    "message_of",
    "outgoing",
]
