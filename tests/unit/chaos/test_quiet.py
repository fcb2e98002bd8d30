"""A network is quiet when nothing moves for a while; a group that joins all the time never is."""

from itertools import count

import pytest

from chaos.checker import states


@pytest.fixture(autouse=True)
def hurried(monkeypatch):
    monkeypatch.setattr(states, "_LOOK_S", 0.001)
    monkeypatch.setattr(states, "QUIET_S", 0.02)


async def seen(monkeypatch, looks, *, within_s):
    """What comes of these looks: pointers that wait, and what is known with who has joined."""

    async def on_the_way(_):
        return next(looks)

    monkeypatch.setattr(states, "_on_the_way", on_the_way)
    return await states.quiet(None, within_s=within_s)


async def test_what_does_not_move_is_quiet(monkeypatch):
    assert await seen(monkeypatch, iter(lambda: (0, "as before"), None), within_s=30)


async def test_what_is_not_sent_is_not_quiet(monkeypatch):
    assert not await seen(monkeypatch, iter(lambda: (1, "as before"), None), within_s=0.1)


async def test_nor_is_who_joins_again_and_again_though_nothing_becomes_known(monkeypatch):
    assert not await seen(monkeypatch, ((0, joins) for joins in count()), within_s=0.1)
