"""Requests that nobody means well with, drawn for each route from what the route says it takes."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

Json = Any

TEXTS = (
    *("", " ", "\0", "\ud800", "\u202e", "\u200b", "\x1b[0m", "é", "㎮", "🎉", "e\u0301" * 200),
    *("x" * 5000, "'; DROP TABLE meetings; --", "%", "_", "\\", "\\N", "{{7*7}}", "${x}", "../.."),
    *("null", "NaN", "true", "-1", "1e400", "0x1", "٣٣", "1,5", "*", '"', "<script>", "mailto:"),
    *("0001-01-01", "9999-12-31", "2027-02-30", "2027-10-31", "-2027-01-01", "20270131"),
    *("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2027-01-01T24:00:00Z"),
    *("2027-03-28T02:30:00", "2027-01-01T00:00:60Z", "2027-01-01T00:00:00+99:99", "now", "0"),
    *("00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "not-an-id"),
    *("a@b", "a@b.example, c@d.example", "https://[::1", "javascript:alert(1)", "tel:112"),
)
NUMBERS = (0, -0.0, -1, 1, 2**31, 2**53 + 1, 2**63, -(2**63) - 1, 10**400, 5e-324, 1e308, 0.1)
DEEP: Json = [[[[[[[[{"a": [{"a": [{}]}]}]]]]]]]]
VALUES = st.one_of(
    st.sampled_from(TEXTS),
    st.sampled_from(NUMBERS),
    st.sampled_from([None, True, False, [], {}, [None], [[]], {"": ""}, DEEP, ["x"] * 600]),
    st.text(max_size=20),
)
BYTES = (
    *(
        b"",
        b"null",
        b"[]",
        b"{}",
        b'""',
        b"0",
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b"\x00",
        b"{",
        b"[1",
    ),
    *(b'{"a": 1, "a": 2}', b'{"a": NaN}', b"[" * 20_000, b'{"a":' * 20_000, b"1" * 6000),
    *(b"PK\x03\x04", b"a;b\r\n1;2", b"--x\r\n\r\n--x--", "{'é': 1}".encode("latin-1")),
)
TAGS = ('"1"', 'W/"1-gzip"', "*", "1", '""', '"', '"9999999999999999999"', ",", '"é"', '"1", x')
HEADERS: Mapping[str, Sequence[str]] = {
    "If-Match": TAGS,
    "If-None-Match": TAGS,
    "Idempotency-Key": ("", "é", "x" * 200, "x" * 201, "1"),
    "Content-Type": (
        *("application/json", "application/JSON; charset=latin-1", "text/csv", "x", "", "é/é"),
        *("multipart/form-data", "multipart/form-data; boundary=x", "application/+json", ";;;"),
        "application/x-www-form-urlencoded",
    ),
    "Content-Encoding": ("gzip", "identity", "br, gzip", "é"),
    "Accept": ("text/html", "", "é", "*/*;q=0"),
    "Accept-Encoding": ("gzip", "identity;q=0", "é"),
    "Accept-Language": ("fr", "é", "x" * 500),
    "Range": ("bytes=0-1", "bytes=-9999999999", "lines=1"),
    "Last-Event-ID": ("", "x", "00000000-0000-0000-0000-000000000000", "x" * 65, "é"),
    "traceparent": ("00-0-0-0", "é", "00-" + "f" * 32 + "-" + "f" * 16 + "-ff"),
    "X-Correlation-Id": ("é", "x" * 129),
    "X-Forwarded-For": ("é", "1.2.3.4, ::1", ""),
    "X-HTTP-Method-Override": ("DELETE",),
    "Host": ("", "é", "elsewhere.example:99999"),
    "Origin": ("null", "https://elsewhere.example"),
    "Expect": ("nonsense",),
    "Cookie": ("a=b; c", "é"),
}


@dataclass(frozen=True)
class HostileRequest:
    """What is sent; `path` with its query."""

    method: str
    path: str
    headers: list[tuple[bytes, bytes]]
    content: bytes


@dataclass(frozen=True)
class Target:
    """A route: its parameters, and the example of its body, as its description has them."""

    method: str
    path: str
    query: tuple[str, ...]
    example: Json

    @classmethod
    def all_of(cls, document: Json) -> list["Target"]:
        """Every operation of an OpenAPI document."""
        return [
            cls(method.upper(), path, tuple(_query(operation)), _example(operation, document))
            for path, item in document["paths"].items()
            for method, operation in item.items()
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def requests(self, ids: Sequence[str]) -> st.SearchStrategy[HostileRequest]:
        """Requests for this route, some about what these ids name."""
        method = st.just(self.method) if self.method != "GET" else st.sampled_from(["GET", "HEAD"])
        return st.builds(HostileRequest, method, self._paths(ids), _headers(), self._bodies())

    def _paths(self, ids: Sequence[str]) -> st.SearchStrategy[str]:
        part = st.sampled_from(ids) | st.sampled_from(ids) | VALUES.map(_quoted)
        parts = [part if each.startswith("{") else st.just(each) for each in _split(self.path)]
        return st.builds(
            lambda path, query: path + query, st.tuples(*parts).map("".join), self._queries()
        )

    def _queries(self) -> st.SearchStrategy[str]:
        names = st.sampled_from((*self.query, "cursor", "nonsense", ""))
        values = (
            VALUES.map(_quoted) | _cursors() | st.sampled_from(["1", "43.6", "2027-01-01", "a"])
        )
        pairs = st.lists(st.tuples(names.map(quote), values), max_size=4)
        return pairs.map(lambda found: "?" + "&".join(map("=".join, found)) if found else "")

    def _bodies(self) -> st.SearchStrategy[bytes]:
        if self.method == "GET":
            return st.just(b"")
        bent = st.tuples(st.just(self.example), st.randoms(use_true_random=False), VALUES)
        return st.one_of(
            bent.map(lambda drawn: _json(_bent(*drawn))),
            bent.map(lambda drawn: _json(_bent(*drawn))),
            VALUES.map(_json),
            st.sampled_from(BYTES),
            st.just(_json(self.example)),
        )


def _headers() -> st.SearchStrategy[list[tuple[bytes, bytes]]]:
    one = st.sampled_from(sorted(HEADERS)).flatmap(
        lambda name: st.tuples(st.just(name), st.sampled_from(HEADERS[name]))
    )
    usual = st.just([("Content-Type", "application/json"), ("If-Match", '"1"')])
    return st.tuples(
        st.booleans(), usual, st.lists(one, max_size=3, unique_by=lambda each: each[0])
    ).map(
        lambda drawn: [
            (name.encode(), value.encode("latin-1"))
            for name, value in (*(drawn[1] if drawn[0] else ()), *drawn[2])
        ]
    )


def _cursors() -> st.SearchStrategy[str]:
    """Positions in lists that no list has given."""
    position = st.lists(VALUES, max_size=4).map(_json)
    return position.map(lambda text: urlsafe_b64encode(text[:2000]).decode().rstrip("="))


def _bent(example: Json, chance: Any, value: Json) -> Json:
    """The example with another value, a key more or one fewer somewhere in it."""
    if not isinstance(example, dict | list) or not example or chance.random() < 0.15:
        return value
    bent: Json = example.copy()
    where = chance.choice(list(bent)) if isinstance(bent, dict) else chance.randrange(len(bent))
    match chance.randrange(8):
        case 0:
            del bent[where]
        case 1 if isinstance(bent, dict):
            bent[str(value)[:50]] = value
        case _:
            bent[where] = _bent(bent[where], chance, value)
    return bent


def _json(value: Json) -> bytes:
    return json.dumps(value).encode()


def _quoted(value: Json) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return quote(text.encode("utf-8", "surrogatepass")[:3000], safe="")


def _split(path: str) -> list[str]:
    """`["/a/", "{id}", "/b"]` of `/a/{id}/b`."""
    first, *others = path.split("{")
    return [first, *(part for each in others for part in ("{", each.partition("}")[2]))]


def _query(operation: Json) -> list[str]:
    return [each["name"] for each in operation.get("parameters", []) if each["in"] == "query"]


def _example(operation: Json, document: Json) -> Json:
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if "examples" in schema:
        return schema["examples"][0]
    return {name: _plain(each) for name, each in schema.get("properties", {}).items()}


def _plain(schema: Json) -> Json:
    return schema.get("examples", [schema.get("default", "x")])[0]
