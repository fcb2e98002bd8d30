"""Poison on a private stream: what no key opens, what is not sealed, and what is bad inside."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from cryptography.fernet import Fernet
from hypothesis import strategies as st

from intercoop_chassis.wire.obstacle import ObstacleKind
from intercoop_chassis.wire.sealing import Keyring
from testkit.poison.kinds import NAME, SECRET, Fate, good as good_record, kind
from testkit.poison.values import BROKEN_ENDS, DEEP, NO_NUMBERS
from testkit.things.streams import SECRETS

secret = partial(kind, fate=Fate.PARKED, stream=SECRETS)
unopenable = partial(secret, obstacles={ObstacleKind.UNOPENABLE})
unsealed = partial(secret, obstacles={ObstacleKind.UNSEALED})
unreadable = partial(secret, obstacles={ObstacleKind.UNREADABLE})

HEAD = 5
"""Bytes of a sealed value's format and key id."""


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


@secret("sealed with a key that is not here", obstacles={ObstacleKind.MISSING_KEY})
def stranger(_draw, good, target):
    other = replace(target, keyring=Keyring([Fernet.generate_key().decode()]))
    return other.sealed(good, SECRET)


@unopenable("sealed and cut")
def sealed_and_cut(draw, good, _target):
    return good.valued(good.value[: draw(st.integers(1, len(good.value) - 1))])


@unopenable("sealed and changed")
def sealed_and_changed(draw, good, _target):
    at = draw(st.integers(HEAD, len(good.value) - 1))
    changed = bytes([good.value[at] ^ draw(st.integers(1, 255))])
    return good.valued(good.value[:at] + changed + good.value[at + 1 :])


@unopenable("sealed, and more behind it")
def sealed_and_more(draw, good, _target):
    return good.valued(good.value + draw(st.binary(min_size=1, max_size=40)))


@unopenable("sealed for another subject")
def of_another_subject(_draw, good, target):
    return good.about(target.new_subject())


@unopenable("sealed for another version")
def of_another_version(draw, good, _target):
    return good.header("ce_sequence", b"%d" % draw(st.integers(2, 1_000_000)))


@unopenable("sealed for another topic")
def of_another_topic(_draw, good, target):
    """By the same instance: the one key would open it."""
    elsewhere = target.sealed(replace(good, topic=good.topic.replace("secrets", "others")), SECRET)
    return good.valued(elsewhere.value)


@unopenable("sealed for another time")
def of_another_time(_draw, good, _target):
    return good.header("ce_time", datetime.now(UTC).isoformat().encode())


@unopenable("sealed for another event")
def of_another_event(_draw, good, target):
    other = good_record(target, SECRETS)
    return good.header("ce_id", dict(other.headers)["ce_id"])


@unsealed("in the clear")
def in_the_clear(draw, good, _target):
    views = [SECRET, b'{"ended": {"reason": "withdrawn"}}', b"{", b"[]", b"\xff", b"[" * DEEP, b""]
    return good.valued(draw(st.sampled_from([*views, None])))


@unsealed("sealed field by field")
def field_by_field(draw, good, _target):
    """As an earlier version did it, with whichever key."""
    token = Fernet(Fernet.generate_key()).encrypt(NAME.encode()).decode()
    who = draw(st.sampled_from([token, f"0123abcd.{token}", "gAAAAA==", ""]))
    return good.valued(_json({"who": who}))


@unsealed("of a form to come")
def of_another_form(draw, good, _target):
    return good.valued(bytes([draw(st.integers(2, 255))]) + good.value[1:])


@secret("sealed, too large", obstacles={ObstacleKind.TOO_LARGE})
def sealed_too_large(draw, good, target):
    return target.sealed(good, _json({"who": "x" * draw(st.sampled_from([600_000, 900_000]))}))


@secret("sealed, of no view", obstacles={ObstacleKind.EMPTY})
def sealed_nothing(_draw, good, target):
    return target.sealed(good, b"")


@unreadable("sealed, no text")
def sealed_no_text(draw, good, target):
    who = draw(st.sampled_from([3, True, {}, {"*": "x"}, ["x"], None]))
    return target.sealed(good, _json({"who": who}))


@unreadable("sealed, no object")
def sealed_no_object(draw, good, target):
    return target.sealed(good, draw(st.sampled_from([b"[]", b"null", b"{", b"NaN", b"[" * DEEP])))


@unreadable("sealed, view and end at once")
def sealed_and_end(draw, good, target):
    both = {"who": NAME, "ended": draw(st.sampled_from(BROKEN_ENDS))}
    return target.sealed(good, _json(both))


@unreadable("sealed, no number")
def sealed_no_number(draw, good, target):
    number = draw(st.sampled_from(NO_NUMBERS))
    return target.sealed(good, b'{"who": "x", "size": %s}' % number)
