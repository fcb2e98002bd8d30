"""How many bytes a page of a list has at most, and statements that read no more than that."""

from typing import Final

PAGE_BYTES: Final = 1024 * 1024
"""A page ends early, with its next cursor, before its items have more bytes; one is shown."""


def ends_early(statement: str) -> str:
    """The statement of a list, which gives no more rows once they have the bytes of a page.

    `statement` orders and limits its rows, and its column `bytes` (int) says how much is read with
    each. That is best a column of the table: what is beyond the page is then never taken out of
    where PostgreSQL keeps long values. Its rows come in their order, with one column more.
    """
    return f"""
SELECT * FROM (
    SELECT page.*, sum(page.bytes) OVER (ROWS UNBOUNDED PRECEDING) - page.bytes AS bytes_before
    FROM ({statement}) AS page
) AS page
WHERE bytes_before < {PAGE_BYTES}
"""  # noqa: S608  a statement of the code's own
