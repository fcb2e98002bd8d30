"""The address's query: no parameter has two values, of which only one would count."""

from urllib.parse import parse_qsl

from starlette.types import Scope

from intercoop_chassis.errors import InvalidError


def check_query(scope: Scope) -> None:
    """Raise `InvalidError` for a parameter that is there twice."""
    query: bytes = scope["query_string"]
    if b"&" not in query:
        return
    seen: set[str] = set()
    for name, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
        if name in seen:
            raise InvalidError(name[:100], "is there twice in the address", "Send it once")
        seen.add(name)
