"""Kinds of values that settings have, each with what is said of a wrong one."""

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_core import PydanticCustomError

from intercoop_contracts.bounds import MAX_SLUG, OWNER_PATTERN

_BROKER: Final = re.compile(r"(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+):[0-9]{1,5}")


def wrong(message: str) -> PydanticCustomError:
    """The error of a validator: `message` follows the setting's name and "is wrong:"."""
    return PydanticCustomError("setting", "{message}", {"message": message})


def _slug(value: str) -> str:
    if len(value) > MAX_SLUG or not re.fullmatch(OWNER_PATTERN, value):
        raise wrong(f"has to be at most {MAX_SLUG} lower-case letters and digits joined by hyphens")
    return value


def _dsn(value: SecretStr) -> SecretStr:
    parts = urlsplit(value.get_secret_value())
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise wrong("has to be an address of PostgreSQL that names a database")
    return value


def _brokers(value: str) -> str:
    if not all(_BROKER.fullmatch(broker.strip()) for broker in value.split(",")):
        raise wrong("has to be host:port, several separated by commas")
    return value


def _url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise wrong("has to be an address that begins with https:// or http://")
    if parts.username or parts.password:
        raise wrong("is shown in logs and must hold no user and no password")
    return value


def _split(value: object) -> object:
    if not isinstance(value, str):
        return value
    return frozenset(part.strip() for part in value.split(",") if part.strip())


def _networks(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        networks = tuple(ip_network(part) for part in map(str.strip, value.split(",")) if part)
    except ValueError:
        raise wrong(
            "has to be addresses or networks separated by commas: 127.0.0.1,10.0.0.0/8"
        ) from None
    if not all(network.prefixlen for network in networks):
        raise wrong("names everybody, who then say where they come from as they like")
    return networks


Slug = Annotated[str, AfterValidator(_slug)]
Slugs = Annotated[frozenset[Slug], BeforeValidator(_split)]
"""Separated by commas."""
Networks = Annotated[tuple[IPv4Network | IPv6Network, ...], BeforeValidator(_networks)]
"""Addresses are networks of one; separated by commas."""
Dsn = Annotated[SecretStr, AfterValidator(_dsn)]
Brokers = Annotated[str, AfterValidator(_brokers)]
Url = Annotated[str, AfterValidator(_url)]
Count = Annotated[int, Field(ge=1)]
