"""What the owner says of itself, and its logo."""

from typing import Final

from intercoop_chassis.postgres import Row, Transaction
from intercoop_directory.setup.domain.logo import Logo
from intercoop_directory.setup.domain.presentation import Colours, Presentation

ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtextextended('directory/setup', 0))"
GET: Final = """
SELECT version, name, light, dark, logo, help_contact, privacy_contact, legal_notice
FROM presentation
"""
SAVE: Final = """
INSERT INTO presentation
    (version, name, light, dark, logo, help_contact, privacy_contact, legal_notice)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (is_only) DO UPDATE SET
    version = EXCLUDED.version, name = EXCLUDED.name, light = EXCLUDED.light,
    dark = EXCLUDED.dark, logo = EXCLUDED.logo, help_contact = EXCLUDED.help_contact,
    privacy_contact = EXCLUDED.privacy_contact, legal_notice = EXCLUDED.legal_notice
"""
ADD_LOGO: Final = """
INSERT INTO logos (name, media_type, content) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING
"""
FORGET_LOGOS: Final = "DELETE FROM logos WHERE name IS DISTINCT FROM $1"
GET_LOGO: Final = "SELECT name, media_type, content FROM logos WHERE name = $1"


async def lock(tx: Transaction) -> None:
    """Nobody else changes it, or passes a step, before the transaction ends."""
    await tx.execute(ONE_AT_A_TIME)


async def get(tx: Transaction) -> Presentation | None:
    row = await tx.fetchrow(GET)
    return _presentation(row) if row else None


async def save(presentation: Presentation, tx: Transaction) -> None:
    """Lock it before."""
    colours = presentation.colours
    await tx.execute(
        SAVE,
        presentation.version,
        presentation.name,
        colours.light if colours else None,
        colours.dark if colours else None,
        presentation.logo,
        presentation.help_contact,
        presentation.privacy_contact,
        presentation.legal_notice,
    )


async def add_logo(logo: Logo, tx: Transaction) -> None:
    await tx.execute(ADD_LOGO, logo.name, logo.media_type, logo.content)


async def forget_logos(kept: str | None, tx: Transaction) -> None:
    """All but this one."""
    await tx.execute(FORGET_LOGOS, kept)


async def get_logo(name: str, tx: Transaction) -> Logo | None:
    row = await tx.fetchrow(GET_LOGO, name)
    return Logo(row["name"], row["media_type"], row["content"]) if row else None


def _presentation(row: Row) -> Presentation:
    return Presentation(
        name=row["name"],
        version=row["version"],
        colours=Colours(row["light"], row["dark"]) if row["light"] else None,
        logo=row["logo"],
        help_contact=row["help_contact"],
        privacy_contact=row["privacy_contact"],
        legal_notice=row["legal_notice"],
    )
