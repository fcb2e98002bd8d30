"""Whose an address is, by people's contact points and organisations' public contacts.

Of organisations this instance's own count: another owner may say any address to be its contact, and
keeps nobody here from signing in by that.
"""

from typing import Final

from intercoop_chassis.postgres import Transaction
from intercoop_directory.accounts.domain.linking import AddressHolder, AddressUse

HOLDERS: Final = """
SELECT holder.person_id,
    EXISTS (
        SELECT FROM verified_addresses AS verified
        WHERE verified.person_id = holder.person_id AND verified.address = lower($1)
    ) AS is_verified,
    EXISTS (
        SELECT FROM verified_addresses AS verified WHERE verified.person_id = holder.person_id
    ) AS is_linked
FROM (
    SELECT DISTINCT person_id FROM contact_points
    WHERE kind = 'email' AND lower(value) = lower($1) LIMIT 2
) AS holder
"""
IS_PUBLIC: Final = """
SELECT EXISTS (
    SELECT FROM organisations WHERE lower(record #>> '{contact,email}') = lower($1)
)
"""


async def use_of(address: str, tx: Transaction) -> AddressUse:
    """What is known of an address, however it is capitalised; two holders at most."""
    holders = await tx.fetch(HOLDERS, address)
    is_public = bool(await tx.fetchval(IS_PUBLIC, address))
    return AddressUse(
        tuple(
            AddressHolder(row["person_id"], row["is_verified"], row["is_linked"]) for row in holders
        ),
        is_public=is_public,
    )
