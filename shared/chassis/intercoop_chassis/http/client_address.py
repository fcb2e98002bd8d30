"""Where a request comes from: the other end of its connection, or what a trusted proxy says."""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

from starlette.middleware import Middleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

Network = IPv4Network | IPv6Network

UNKNOWN: Final = "unknown"
_MAPPED: Final = 96
_SITE: Final = 64
"""Bits of an IPv6 address that a provider gives away whole: the rest is chosen by who has it."""


def forwarded(trusted: Iterable[Network]) -> list[Middleware]:
    """Middleware that takes the client's address and the scheme from what trusted proxies say.

    Of `X-Forwarded-For`, in all its lines, the last address counts that is no trusted proxy's: each
    proxy adds who asked it at the end, and what stands before may be made up. From anybody else the
    headers say nothing; with no trusted proxy there is no middleware.
    """
    hosts = [host for network in trusted for host in _as_seen(network)]
    return [Middleware(ProxyHeadersMiddleware, trusted_hosts=hosts)] if hosts else []


def stranger(client: tuple[str, int] | None) -> str:
    """The key of whoever asks from this address: it, or the site (/64) that an IPv6 one is of."""
    try:
        address = ip_address(client[0] if client else UNKNOWN)
    except ValueError:
        return UNKNOWN
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Network((int(address), _SITE), strict=False))


def _as_seen(network: Network) -> Iterator[str]:
    """The network, and how a socket of both families shows it (RFC 4291, 2.5.5.2)."""
    yield str(network)
    if isinstance(network, IPv4Network):
        yield f"::ffff:{network.network_address}/{_MAPPED + network.prefixlen}"
