"""ETags made of an aggregate's own version, and changes that must name the version they change."""

import re
from typing import Annotated, Any, Final

from fastapi import Depends, Header

from intercoop_chassis.errors import IntercoopError, InvalidError

ETAG_HEADER: Final[dict[str, Any]] = {  # Any: OpenAPI
    "ETag": {"description": "Send it as If-Match to change this", "schema": {"type": "string"}}
}
"""How an answer that carries an ETag is described: `responses={200: {"headers": ETAG_HEADER}}`."""

_ETAG: Final = re.compile(r'"(\d{1,18})"')


class VersionRequiredError(IntercoopError):
    """A change was asked for without saying of which version."""

    code = "version-required"
    status = 428


async def _expected_version(
    if_match: Annotated[
        str | None,
        Header(
            alias="If-Match",
            description="The ETag of what is changed, as GET gave it",
            examples=['"3"'],
        ),
    ] = None,
) -> int:
    if if_match is None:
        raise VersionRequiredError(
            "Send the header If-Match with the ETag that GET gave, so that nobody's change is lost"
        )
    found = _ETAG.fullmatch(if_match.strip())
    if found is None:
        raise InvalidError("If-Match", "is no ETag of this service", "Send the one that GET gave")
    return int(found[1])


ExpectedVersion = Annotated[int, Depends(_expected_version)]
"""The version that an endpoint's caller wants to change, from `If-Match`.

`async def change(..., expected: ExpectedVersion)`; without the header the answer is 428, with one
that is no ETag of ours it is 422.
"""
