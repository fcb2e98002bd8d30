"""Pages of other services that notices and mails lead to, as data; a test looks each up there."""

from typing import Final
from uuid import UUID

MEETING: Final = "/events/meetings/{id}"
REQUEST: Final = "/advice/requests/{id}"
ORGANISATION: Final = "/directory/organisations/{id}"
PERSON: Final = "/directory/people/{id}"


def page_of(address: str, subject: UUID) -> str:
    """The page of this address that is about one thing."""
    return address.format(id=subject)
