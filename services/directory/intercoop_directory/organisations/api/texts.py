"""How places and trades are written in requests."""

from typing import Final

DEPARTEMENT: Final = "^(?:[0-9]{2}|2[AB]|97[1-6])$"
TRADE: Final = r"^[0-9]{2}(?:\.(?:[0-9]{1,2}[A-Z]?)?)?$"
COMMUNE: Final = "^[0-9][0-9AB][0-9]{3}$"
POSTCODE: Final = "^[0-9]{5}$"
