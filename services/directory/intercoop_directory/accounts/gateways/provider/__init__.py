"""The OpenID provider of the settings, over HTTP: what it says of itself, and its ID tokens."""

from intercoop_directory.accounts.gateways.provider.asking import ProviderAwayError
from intercoop_directory.accounts.gateways.provider.client import (
    RETURN_PAGE,
    ClientRefusedError,
    Provider,
    ProviderRefusedError,
    provider_of,
)
from intercoop_directory.accounts.gateways.provider.doctor import provider

__all__ = [
    "RETURN_PAGE",
    "ClientRefusedError",
    "Provider",
    "ProviderAwayError",
    "ProviderRefusedError",
    "provider",
    "provider_of",
]
