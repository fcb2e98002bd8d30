"""ETags made of an aggregate's own version, and changes that must name the version they change."""

import re
from typing import Annotated, Any, Final

from fastapi import Depends, Header

from intercoop_chassis.errors import IntercoopError, InvalidError
from intercoop_chassis.versions import ANY_VERSION, Expected

ETAG_HEADER: Final[dict[str, Any]] = {  # Any: OpenAPI
    "ETag": {"description": "Send it as If-Match to change this", "schema": {"type": "string"}}
}
"""How an answer that carries an ETag is described: `responses={200: {"headers": ETAG_HEADER}}`."""

ANY: Final = "*"

_ITEM: Final = re.compile(r'[ \t]*(?:(?:W/)?"([^"\x00-\x20\x7f]*)")?[ \t]*(?:,|$)', re.IGNORECASE)
_CODING: Final = re.compile(r"(?:--?|;)(?:gzip|gz|br|zstd|deflate|compress)$", re.IGNORECASE)
_VERSION: Final = re.compile(r"[0-9]{1,18}")


class VersionRequiredError(IntercoopError):
    """A change was asked for without saying of which version."""

    code = "version-required"
    status = 428


def entity_tags(header: str) -> list[str] | None:
    """What stands between the quotes of each ETag of a list (RFC 9110, 8.8.3); None if it is none.

    Proxies that compress rewrite ETags: `W/"7"` (nginx), `"7-gzip"` (Apache), `"7--gzip"` (Jetty),
    `"7;br"` (LiteSpeed). What they add is left out. `*` is one, too: any.
    """
    if header.strip() == ANY:
        return [ANY]
    tags: list[str] = []
    at = 0
    while at < len(header):
        item = _ITEM.match(header, at)
        if item is None:
            return None
        if item[1] is not None:
            tags.append(_CODING.sub("", item[1]))
        at = item.end()
    return tags or None


def is_among(etag: str, header: str | None) -> bool:
    """Whether an ETag of ours is one of those in `If-None-Match`, however proxies wrote it."""
    tags = entity_tags(header) if header else None
    return tags is not None and (tags == [ANY] or etag.strip('"') in tags)


async def _expected_version(
    if_match: Annotated[
        list[str] | None,
        Header(
            alias="If-Match",
            description="The ETag of what is changed, as GET gave it",
            examples=['"3"'],
        ),
    ] = None,
) -> Expected:
    if not if_match:
        raise VersionRequiredError(
            "Send the header If-Match with the ETag that GET gave, so that nobody's change is lost"
        )
    tags = entity_tags(", ".join(if_match))
    if tags == [ANY]:
        return ANY_VERSION
    versions = frozenset(int(tag) for tag in tags or () if _VERSION.fullmatch(tag))
    if not versions:
        raise InvalidError(
            "If-Match",
            'is no ETag of this service, which are whole numbers in quotation marks, as "3"',
            "Send the one that GET gave. If it was that one, a proxy between has rewritten it: it "
            "may make ETags weak or add what it compressed with, but has to leave their numbers",
        )
    return Expected(versions)


ExpectedVersion = Annotated[Expected, Depends(_expected_version)]
"""The version that an endpoint's caller wants to change, from `If-Match`.

`async def change(..., expected: ExpectedVersion)`; without the header the answer is 428, with one
that is no ETag of ours it is 422. Of a list any may be the one; `*` takes whatever there is.
"""
