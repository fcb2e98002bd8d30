"""Poison in headers and keys: it is refused and counted."""

from functools import partial

from hypothesis import strategies as st

from testkit.poison.kinds import Fate, kind

NEEDED = ("ce_id", "ce_source", "ce_type", "ce_time", "ce_subject", "ce_sequence")
TEXTS = ("ce_id", "ce_type", "ce_correlationid", "ce_causationid", "ce_dataschema")
NO_UTF8 = st.sampled_from([b"\xff", b"\x80abc", b"\xc3(", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80"])
CONTROL = st.characters(min_codepoint=0, max_codepoint=31) | st.sampled_from("\x7f\x80\x9f")
NO_VERSIONS = (
    b"-1", b"0", b"+1", b"1_0", b" 1", b"1 ", b"1\n", b"1.0", b"1e3", b"0x1", b"one", b"NaN", b"",
    b"%d" % 2**63, b"%d" % 2**64, b"9" * 5000, "\u0661".encode(), "\u00b2".encode(), "\uff11".encode(),
)  # fmt: skip
NO_TIMES = (
    b"2026-01-01T00:00:00", b"2026-01-01", b"yesterday", b"0", b"2026-13-01T00:00:00+00:00",
    b"10000-01-01T00:00:00+00:00", b"0001-01-01T00:00:00+14:00", b"9999-12-31T23:59:59-14:00",
    b"0001-01-01T00:00:00+00:00", b"9999-12-31T23:59:59+00:00", b"2026-01-01T00:00:00+99:00", b"",
)  # fmt: skip

refused = partial(kind, fate=Fate.REFUSED)


@refused("null header", reason="envelope")
def null_header(draw, good, _place):
    return good.header(draw(st.sampled_from(NEEDED)), None)


@refused("binary header", reason="envelope")
def binary_header(draw, good, _place):
    return good.header(draw(st.sampled_from([*NEEDED, *TEXTS])), draw(NO_UTF8))


@refused("missing header", reason="envelope")
def missing_header(draw, good, _place):
    return good.without(draw(st.sampled_from(NEEDED)))


@refused("no headers", reason="envelope")
def no_headers(_draw, good, _place):
    for name, _ in good.headers:
        good = good.without(name)
    return good


@refused("header twice", reason="envelope")
def header_twice(draw, good, _place):
    name = draw(st.sampled_from(NEEDED))
    same = dict(good.headers)[name]
    return good.and_header(name, draw(st.sampled_from([same, b"7", b"/test/evil/things"])))


@refused("odd version", reason="envelope")
def odd_version(draw, good, _place):
    return good.header("ce_sequence", draw(st.sampled_from(NO_VERSIONS)))


@refused("odd time", reason="envelope")
def odd_time(draw, good, _place):
    return good.header("ce_time", draw(st.sampled_from(NO_TIMES)))


@refused("control character in a header", reason="envelope")
def control_character(draw, good, _place):
    where = draw(st.sampled_from(["", "x"]))
    odd = f"{where}{draw(CONTROL)}".encode()
    return good.header(draw(st.sampled_from(TEXTS)), odd)


@refused("control character in the subject", reason="envelope")
def control_character_in_subject(draw, good, _place):
    return good.about(f"{good.subject}{draw(CONTROL)}")


@refused("long subject", reason="envelope")
def long_subject(draw, good, _place):
    return good.about(good.subject + "é" * draw(st.integers(500, 5000)))


@refused("long header", reason="envelope")
def long_header(draw, good, _place):
    return good.header(draw(st.sampled_from(TEXTS)), b"x" * draw(st.integers(501, 20_000)))


@refused("source of another", reason="source")
def source_of_another(draw, good, target):
    owner = target.maker
    others = (
        f"/{target.network}/{target.reader}/things", f"/{target.network}/{owner}/events",
        f"/{target.network}/{owner}/things/", f"/{target.network}/{owner}", "things", "*",
        f"/other/{owner}/things", f"/{target.network}/{owner.upper()}/things",
        f"/{target.network}/{owner}-2/things", f" /{target.network}/{owner}/things",
        f"/{target.network}/evil/../{owner}/things", f"https://evil/{target.network}/{owner}/things",
    )  # fmt: skip
    return good.header("ce_source", draw(st.sampled_from(others)).encode())


@refused("key that is not the subject", reason="key")
def other_key(draw, good, _place):
    key = good.key
    keys = [None, b"", b"other", key + b"\0", key.upper(), b" " + key, b"\xff" + key, key[:-1]]
    return type(good)(good.topic, draw(st.sampled_from(keys)), good.value, good.headers)


@refused("implausible version", reason="version")
def implausible_version(draw, good, _place):
    return good.header("ce_sequence", b"%d" % draw(st.integers(1_000_002, 2**63 - 1)))
