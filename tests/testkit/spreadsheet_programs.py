"""What programs make of the cells of a spreadsheet that somebody opens in them and saves."""

import csv
import io
import re
from collections.abc import Callable, Sequence
from decimal import Decimal

Rows = list[list[str]]
Spreadsheet = Callable[[str], str]
"""What a program makes of a cell that somebody opens and saves."""


def as_it_was(cell: str) -> str:
    return cell


def is_digits(cell: str) -> bool:
    return bool(re.fullmatch(r"[0-9]+", cell))


def as_number(cell: str) -> str:
    """A number without the zeros before it and the plus, as every spreadsheet shows it."""
    if not re.fullmatch(r"\+?[0-9]+", cell):
        return cell
    return str(int(cell))


def as_power_of_ten(cell: str) -> str:
    """A narrow column, saved as it was shown, in French."""
    number = as_number(cell)
    if not is_digits(number) or len(number) <= 5:
        return number
    return f"{Decimal(number):.2E}".replace(".", ",")


def with_decimals(cell: str) -> str:
    """Data frames make numbers of whole columns in which a cell is empty."""
    number = as_number(cell)
    return f"{number}.0" if is_digits(number) else number


def as_french_date(cell: str) -> str:
    found = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", cell)
    return f"{found[3]}/{found[2]}/{found[1]}" if found else as_number(cell)


def as_constant(cell: str) -> str:
    """What somebody writes to keep zeros."""
    return f'="{cell}"' if is_digits(cell) else cell


SPREADSHEETS = [as_it_was, as_number, as_power_of_ten, with_decimals, as_french_date, as_constant]


def rows_of(text: str) -> Rows:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))


def written(rows: Sequence[Sequence[str]], separator: str, quoting: int) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return buffer.getvalue()
