"""JSON as it comes: each key once, in UTF-8, and what is wrong is said as it is."""

import json

import pytest
from hypothesis import given, strategies as st

from intercoop_chassis.errors import InvalidError
from intercoop_chassis.http.json_body import parse_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(VALUES)
def test_what_is_json_is_read_as_it_is(value):
    for written in (json.dumps(value), json.dumps(value, ensure_ascii=False, indent=1)):
        for coding in ("utf-8", "utf-8-sig", "utf-16"):
            assert parse_json(written.encode(coding, "surrogatepass")) == value


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"a": 1, "a": 1}', "a"),
        (b'{"a": 1, "b": 2, "a": {}}', "a"),
        (b'{"a": {"b": 1, "b": 2}}', "a.b"),
        (b'{"links": [{"since": 1}, {"since": 1, "since": 2}]}', "links.1.since"),
        (b'[[{"a": 1, "a": 1}]]', "0.0.a"),
        (b'{"n\\u0061me": 1, "name": 2}', "name"),
        ('{"été": 1, "\\u00e9t\\u00e9": 2}'.encode(), "été"),
        (b'{"": 1, "": 2}', '""'),
        (b'{"\\ud800": 1, "\\ud800": 2}', "\\ud800"),
        (b'{"a": {"x": 1, "x": 2}, "a": 2}', "a"),
        (b'{"' + b"a" * 5000 + b'": 1, "' + b"a" * 5000 + b'": 2}', "a" * 100),
    ],
)
def test_a_key_that_is_there_twice_is_named(body, field):
    with pytest.raises(InvalidError) as caught:
        parse_json(body)
    assert (caught.value.field, caught.value.remedy) == (field, "Send each key once")


@given(st.lists(st.sampled_from(["a", "b", "c", "été"]), min_size=1, max_size=6), st.integers(0, 3))
def test_an_object_is_refused_if_and_only_if_a_key_is_there_twice(keys, depth):
    body = "{" + ",".join(f'"{key}": {number}' for number, key in enumerate(keys)) + "}"
    body = "[" * depth + body + "]" * depth
    if len(set(keys)) == len(keys):
        assert parse_json(body.encode()) == json.loads(body)
    else:
        with pytest.raises(InvalidError, match="twice"):
            parse_json(body.encode())


def test_a_key_twice_is_found_however_deep_it_is():
    with pytest.raises(InvalidError, match=r"0\.0\..*\.a: is there twice"):
        parse_json(b"[" * 300 + b'{"a": 1, "a": 2}' + b"]" * 300)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"a": NaN}', "holds NaN, which is no JSON"),
        (b'{"a": -Infinity}', "holds -Infinity, which is no JSON"),
        ('{"name": "Atelier d\'été"}'.encode("latin-1"), r"is not UTF-8 \(byte 2\d\)"),
        (b'{"name": "\xff"}', "is not UTF-8"),
        (b"[" * 100_000, "brackets within brackets"),
        (b'{"a": ' * 50_000, "brackets within brackets"),
        (b'{"a": 1' + b"0" * 5000 + b"}", "too many digits"),
    ],
)
def test_what_is_wrong_is_said_as_it_is(body, said):
    with pytest.raises(InvalidError, match=said) as caught:
        parse_json(body)
    assert caught.value.field == "body"
