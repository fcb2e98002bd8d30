"""Who a request is from: forged headers say nothing, and of a chain the last stranger counts."""

from ipaddress import ip_network

import pytest
from starlette.applications import Starlette

from intercoop_chassis.http.client_address import forwarded, stranger

BEHIND = ("10.0.0.0/8", "2001:db8:ffff::/48", "192.0.2.7")


async def seen(peer, headers, trusted=BEHIND):
    """The client and the scheme that the application sees of a request from `peer`."""
    scopes = []

    async def app(scope, _receive, _send):
        scopes.append(scope)

    wrapped = app
    for middleware in forwarded(map(ip_network, trusted)):
        wrapped = middleware.cls(wrapped, *middleware.args, **middleware.kwargs)
    raw = [(name.encode(), value.encode()) for name, value in headers]
    await wrapped(
        {"type": "http", "client": (peer, 40000), "scheme": "http", "headers": raw}, None, None
    )
    return scopes[0]["client"][0], scopes[0]["scheme"]


def xff(*values):
    return [("x-forwarded-for", value) for value in values]


@pytest.mark.parametrize(
    ("peer", "headers", "client"),
    [
        ("10.0.0.1", xff("198.51.100.4"), "198.51.100.4"),
        ("192.0.2.7", xff("198.51.100.4"), "198.51.100.4"),
        ("10.0.0.1", xff("203.0.113.66, 198.51.100.4"), "198.51.100.4"),
        ("10.0.0.1", xff("203.0.113.66, 198.51.100.4, 10.1.2.3"), "198.51.100.4"),
        ("10.0.0.1", xff("203.0.113.66", "198.51.100.4", "10.1.2.3"), "198.51.100.4"),
        ("10.0.0.1", xff("10.9.9.9, 198.51.100.4"), "198.51.100.4"),
        ("10.0.0.1", xff("198.51.100.4:51234"), "198.51.100.4"),
        ("10.0.0.1", xff("2001:db8:1::9"), "2001:db8:1::9"),
        ("10.0.0.1", xff("[2001:db8:1::9]:51234"), "2001:db8:1::9"),
        ("2001:db8:ffff::1", xff("198.51.100.4"), "198.51.100.4"),
        ("2001:0db8:FFFF:0::1", xff("2001:db8:1::9, 2001:db8:ffff::2"), "2001:db8:1::9"),
        ("::ffff:10.0.0.1", xff("198.51.100.4"), "198.51.100.4"),
        ("10.0.0.1", xff(""), "10.0.0.1"),
        ("10.0.0.1", [], "10.0.0.1"),
    ],
)
async def test_a_trusted_proxy_is_believed_as_far_as_it_knows(peer, headers, client):
    assert (await seen(peer, headers))[0] == client


@pytest.mark.parametrize(
    "peer", ["192.0.2.8", "11.0.0.1", "::ffff:11.0.0.1", "2001:db8:fffe::1", "::1", "127.0.0.1"]
)
async def test_nobody_else_is_believed(peer):
    headers = [*xff("198.51.100.4"), ("x-forwarded-proto", "https")]
    assert await seen(peer, headers) == (peer, "http")


async def test_with_no_trusted_proxy_nobody_is_believed():
    headers = [*xff("198.51.100.4"), ("x-forwarded-proto", "https")]
    for peer in ("127.0.0.1", "10.0.0.1", "::1"):
        assert await seen(peer, headers, trusted=()) == (peer, "http")


@pytest.mark.parametrize(
    ("said", "scheme"), [("https", "https"), ("http", "http"), ("javascript", "http"), ("", "http")]
)
async def test_a_scheme_is_http_or_https(said, scheme):
    assert (await seen("10.0.0.1", [("x-forwarded-proto", said)]))[1] == scheme


def test_the_framework_takes_the_middleware_as_it_is():
    Starlette(middleware=forwarded([ip_network("127.0.0.1")])).build_middleware_stack()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::a", "2001:db8:1:2:ffff::b"),
        ("198.51.100.4", "::ffff:198.51.100.4"),
        ("unknown", "_hidden"),
    ],
)
def test_addresses_that_one_stranger_may_choose_from_are_one(one, other):
    assert stranger((one, 1)) == stranger((other, 2))


def test_strangers_are_told_apart():
    addresses = ["198.51.100.4", "198.51.100.5", "2001:db8:1:2::a", "2001:db8:1:3::a", "::1"]
    assert len({stranger((one, 1)) for one in addresses} | {stranger(None)}) == 6
