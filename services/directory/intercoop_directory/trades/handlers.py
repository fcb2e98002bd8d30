"""The nomenclature as it is shipped, read once."""

import csv
import io
from functools import cache
from importlib.resources import files

from intercoop_directory.trades.domain import Nomenclature, Trade


@cache
def nomenclature() -> Nomenclature:
    """NAF rév. 2 (INSEE), with all its levels but the sections."""
    shipped = files("intercoop_directory") / "data" / "naf_rev_2.csv"
    rows = csv.DictReader(io.StringIO(shipped.read_text(encoding="utf-8")))
    return Nomenclature(Trade(row["code"], row["libelle"]) for row in rows)
