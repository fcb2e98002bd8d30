"""How the people of a co-operative are shown a request, alike for the asker's and a helper's."""

from typing import Final
from uuid import UUID

from intercoop_contracts.advice import PeerAdviceState
from intercoop_contracts.directory import Role

TELL: Final = (Role.MANAGER, Role.ELECTED)
"""Whoever holds one of these mandates hears of it."""


def subject(request_id: UUID, organisation_id: UUID) -> str:
    """The key on the stream: each co-operative has a view of its own of a request."""
    return f"{request_id}/{organisation_id}"


def event_type(state: PeerAdviceState) -> str:
    return f"peer-advice-{state}"
