"""What an owner publishes of an organisation, as a directory hears it."""

from datetime import UTC, datetime
from uuid import uuid4

from intercoop_chassis.subscribers import Change
from intercoop_contracts.directory import ORGANISATIONS, OrganisationView

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


def said(owner: str, **fields: object) -> Change[OrganisationView]:
    """A new organisation, however long its fields are."""
    view = OrganisationView.model_construct(**{"name": "Atelier", **fields})
    return Change(
        stream=ORGANISATIONS,
        owner=owner,
        subject=str(uuid4()),
        version=1,
        occurred_at=NOW,
        event_type="organisation-registered",
        before=None,
        after=view,
        is_news=True,
    )
