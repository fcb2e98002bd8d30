"""The settings that the directory has beside those of every service that sends mails."""

from typing import Annotated, Final

from pydantic import BeforeValidator, Field

from intercoop_chassis.mail import MailSettings
from intercoop_chassis.settings.values import wrong
from intercoop_contracts.addresses import address_fault, tidy_address

_MOST: Final = 50


def _addresses(value: object) -> object:
    if not isinstance(value, str):
        return value
    tidied = [tidy_address(part).lower() for part in value.split(",") if part.strip()]
    for place, address in enumerate(tidied, start=1):
        if address_fault(address) is not None:
            raise wrong(f"has to be e-mail addresses separated by commas: number {place} is none")
    if len(tidied) > _MOST:
        raise wrong(f"has to be {_MOST} addresses at most: give the others their role on a page")
    return frozenset(tidied)


Addresses = Annotated[frozenset[str], BeforeValidator(_addresses)]
"""E-mail addresses in lower case, separated by commas."""


class DirectorySettings(MailSettings):
    """Who may come in before anybody has a mandate, and for rescue; else mandates decide."""

    operators: Addresses | None = Field(
        None,
        description="addresses whose first sign-in makes an operator, for the start and for rescue",
        examples=["operatrice@scop.example"],
    )
    staff: Addresses | None = Field(
        None,
        description="addresses whose first sign-in makes staff, for the start and for rescue",
        examples=["permanente@scop.example"],
    )
