"""Poison in values: it is parked, alone."""

import json
from functools import partial

from hypothesis import strategies as st

from intercoop_chassis.wire.obstacle import ObstacleKind
from testkit.poison.kinds import NAME, Fate, kind

parked = partial(kind, fate=Fate.PARKED, obstacles={ObstacleKind.UNREADABLE})
fails = partial(kind, fate=Fate.FAILS, obstacles={ObstacleKind.SUBSCRIBER_FAILED})
EMPTY = {ObstacleKind.EMPTY}
TOO_LARGE = {ObstacleKind.TOO_LARGE}
WAITS_OR_NOT = {ObstacleKind.NOT_YET, ObstacleKind.SUBSCRIBER_FAILED}

BROKEN_ENDS = (
    3, None, True, "withdrawn", [], {}, [{"reason": "x"}], {"reason": None}, {"reason": 3},
    {"reason": "x", "erased": "perhaps"}, {"reason": "x", "merged_into": "nobody"},
)  # fmt: skip
NO_NUMBERS = (b"NaN", b"Infinity", b"-Infinity", b"1e400", b"9" * 5000, b'"\\u0000"', b"{}")
LONE_SURROGATES = (rb"\ud800", rb"\udfff", rb"\udc00\ud800", rb"\ud83d!")
DEEP = 100_000


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


@parked("null value", obstacles=EMPTY)
def null_value(_draw, good, _place):
    return good.valued(None)


@parked("empty value", obstacles=EMPTY)
def empty_value(_draw, good, _place):
    return good.valued(b"")


@parked("broken UTF-8")
def broken_utf8(draw, good, _place):
    odd = draw(
        st.sampled_from([b"\xff\xfe", b"\x80", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"])
    )
    member = draw(st.sampled_from([b"name", b"unknown", b"ended"]))
    return good.valued(b'{"name": "x", "%s": "%s"}' % (member, odd))


@parked("not JSON")
def not_json(draw, good, _place):
    cut = good.value[: draw(st.integers(1, len(good.value) - 1))]
    others = [b"\0", b"\x1f\x8b\x08\x00", b"null,", b"{'name': 'x'}", good.value + b"\0"]
    others += [good.value * 2, b"\xef\xbb\xbf" + good.value, good.value.decode().encode("utf-16")]
    return good.valued(draw(st.sampled_from([cut, *others])))


@parked("not an object")
def not_an_object(draw, good, _place):
    return good.valued(draw(st.sampled_from([b"[]", b"null", b"3", b'"name"', b"true", b"[{}]"])))


@parked("wrong schema")
def wrong_schema(draw, good, _place):
    view = json.loads(good.value)
    if draw(st.booleans()):
        del view["name"]
    else:
        field = draw(st.sampled_from(["name", "filling", "behave", "needs"]))
        view[field] = draw(st.sampled_from([5, 1.5, True, [], {}, {"ended": {"reason": "x"}}]))
    return good.valued(_json(view))


@parked("broken end")
def broken_end(draw, good, _place):
    end = _json(draw(st.sampled_from(BROKEN_ENDS)))
    shape = draw(st.sampled_from([b'{"ended":%s}', b' {"ended": %s}', b'{"name":"x","ended":%s}']))
    return good.valued(shape % end)


@parked("oversize, wrong", obstacles=TOO_LARGE)
def oversize_wrong(draw, good, _place):
    return good.valued(b'{"name": ' + b"9" * draw(st.integers(600_000, 990_000)) + b"}")


@parked("oversize, right", obstacles=TOO_LARGE)
def oversize_right(draw, good, _place):
    size = draw(st.sampled_from([600_000, 900_000, 3_000_000]))
    return good.valued(_json({"name": NAME, "filling": "x" * size}))


@parked("deep nesting", obstacles=TOO_LARGE | {ObstacleKind.UNREADABLE})
def deep_nesting(draw, good, _place):
    deep = draw(st.sampled_from([b"[" * DEEP + b"]" * DEEP, b'{"a":' * DEEP + b"1" + b"}" * DEEP]))
    shape = draw(st.sampled_from([b'{"name": %s}', b'{"name": "x", "unknown": %s}']))
    return good.valued(shape % deep)


@parked("lone surrogate")
def lone_surrogate(draw, good, _place):
    odd = draw(st.sampled_from(LONE_SURROGATES))
    member = draw(st.sampled_from([b"name", b"unknown"]))
    return good.valued(b'{"name": "x", "%s": "%s"}' % (member, odd))


@parked("no number")
def no_number(draw, good, _place):
    number = draw(st.sampled_from(NO_NUMBERS))
    return good.valued(b'{"name": "x", "weight": %s}' % number)


@fails("NUL in a text")
def nul_in_a_text(_draw, good, _place):
    return good.valued(_json({"name": "a\0b"}))


@fails("NUL in what a failing reaction quotes")
def nul_in_a_reason(_draw, good, _place):
    return good.valued(_json({"name": NAME, "behave": "a\0b"}))


@fails("failing reaction quotes much")
def long_reason(draw, good, _place):
    return good.valued(_json({"name": NAME, "behave": "x" * draw(st.integers(5000, 200_000))}))


@fails("waits for what cannot be", obstacles=WAITS_OR_NOT)
def waits_for_the_impossible(draw, good, _place):
    noise = "".join(chr(0x4E00 + number * 7919 % 20_000) for number in range(5000))
    return good.valued(
        _json({"name": NAME, "needs": draw(st.sampled_from(["a\0b", noise, "a\nb"]))})
    )
