"""Odd records that are good where it counts: they are applied, and what is odd has no effect."""

from functools import partial

from hypothesis import strategies as st

from testkit.poison.envelopes import NO_UTF8
from testkit.poison.kinds import Fate, kind

read = partial(kind, fate=Fate.READ)

ODD_JSON = (
    b"NaN", b"-Infinity", b"1e400", b"9" * 300, b'"\\u0000"', b"[" * 50 + b"]" * 50,
    b'{"ended": {"reason": "x"}}', b'"\\"ended\\":"',
)  # fmt: skip


@read("unknown header")
def unknown_header(draw, good, _place):
    name = draw(st.sampled_from(["x-null", "x", "", "content-type", "\u00e9", "a\0b"]))
    return good.and_header(name, draw(st.none() | NO_UTF8 | st.binary(max_size=200)))


@read("asks for an answer")
def asks_for_an_answer(draw, good, target):
    to = draw(st.sampled_from([f"shared.{target.reader}.things.v1", f"injected.{target.reader}"]))
    for name in ("reply_to", "correlation_id", "ce_reply_to", "path", "message_id"):
        good = good.and_header(name, to.encode())
    return good


@read("odd traceparent")
def odd_traceparent(draw, good, _place):
    texts = [b"00-0-0-01", b"\0", b"00-" + b"0" * 32 + b"-" + b"0" * 16 + b"-01", b"x" * 9000]
    odd = draw(st.none() | NO_UTF8 | st.sampled_from(texts))
    return good.and_header("traceparent", odd)


@read("causes itself")
def causes_itself(_draw, good, _place):
    return good.header("ce_causationid", dict(good.headers)["ce_id"])


@read("odd calendar")
def odd_calendar(draw, good, _place):
    times = [b"1800-01-01T00:00:00+00:00", b"1969-12-31T23:59:59Z", b"2199-12-31T23:59:59.999999Z"]
    return good.header("ce_time", draw(st.sampled_from([*times, b"2026-01-01T00:00:00+14:00"])))


@read("unknown field")
def unknown_field(draw, good, _place):
    field = draw(st.sampled_from([b"unknown", b"e", b"ENDED", b"__class__", b""]))
    value = draw(st.sampled_from(ODD_JSON))
    return good.valued(good.value[:-1] + b',"%s":%s}' % (field, value))


@read("white space around the view")
def white_space(draw, good, _place):
    space = draw(st.sampled_from([b" ", b"\n", b"\r\n\t ", b" " * 1000]))
    return good.valued(space + good.value + space)


@read("subject of another script")
def other_script(draw, good, _place):
    return good.about(
        good.subject + draw(st.sampled_from(["é", "ß/%?#", "日本", "\u200d", "😀", "'\";--"]))
    )
