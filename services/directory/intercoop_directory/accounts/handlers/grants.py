"""Whom the settings make staff or operators, at the first start and for rescue."""

from intercoop_directory.accounts.domain.mail_link import Grant
from intercoop_directory.accounts.handlers.mail_link import Grants
from intercoop_directory.settings import DirectorySettings


def grants_of(settings: DirectorySettings) -> Grants:
    """By address, in lower case. Who is named as both is made an operator, and gives the rest."""
    return {
        **dict.fromkeys(settings.staff or (), Grant.STAFF),
        **dict.fromkeys(settings.operators or (), Grant.OPERATOR),
    }
