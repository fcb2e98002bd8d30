"""The settings that the directory has beside those of every service that sends mails."""

from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from intercoop_chassis.auth.cookies import is_loopback_host
from intercoop_chassis.mail import MailSettings
from intercoop_chassis.settings.model import ABSENT
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


def _issuer(value: str) -> str:
    parts = urlsplit(value)
    is_safe = parts.scheme == "https" or is_loopback_host(parts.hostname or "")
    if parts.scheme not in {"http", "https"} or not parts.hostname or not is_safe:
        raise wrong("has to be an address that begins with https://")
    if parts.username or parts.query or parts.fragment:
        raise wrong("has to be the provider's address alone, with no user, question mark or hash")
    return value


Issuer = Annotated[str, AfterValidator(_issuer)]
"""As the provider writes it in its tokens; by http on this machine alone."""
Addresses = Annotated[frozenset[str], BeforeValidator(_addresses)]
"""E-mail addresses in lower case, separated by commas."""


class DirectorySettings(MailSettings):
    """Who may come in before anybody has a mandate and for rescue, and who vouches for people."""

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
    oidc_issuer: Issuer | None = Field(
        None,
        description="the OpenID provider that vouches for people",
        examples=["https://connexion.scop.example/realms/union"],
    )
    oidc_client_id: str | None = Field(
        None, description="what the provider calls this instance", examples=["intercoop"]
    )
    oidc_client_secret: SecretStr | None = Field(
        None, description="the instance's secret with the provider, if it has one", examples=["…"]
    )

    @field_validator("oidc_issuer")
    @classmethod
    def _leads_back(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.data.get("public_url") is None:
            raise wrong("is of no use without INTERCOOP_PUBLIC_URL, where browsers come back to")
        return value

    @field_validator("oidc_client_id")
    @classmethod
    def _belongs_to_an_issuer(cls, value: str | None, info: ValidationInfo) -> str | None:
        """Called for an absent one too: pydantic-settings validates defaults."""
        if "oidc_issuer" not in info.data:
            return value  # it is wrong, which has been said
        if value is None and info.data["oidc_issuer"] is not None:
            raise PydanticCustomError(ABSENT, "is missing and INTERCOOP_OIDC_ISSUER needs it")
        if value is not None and info.data["oidc_issuer"] is None:
            raise wrong("is of no use without INTERCOOP_OIDC_ISSUER")
        return value
