"""What a person may do here, by the account that the directory publishes of them."""

from intercoop_chassis.standing.account import NO_STANDING, Standing, standing_of, standing_on
from intercoop_chassis.standing.remembered import RememberedStandings

__all__ = ["NO_STANDING", "RememberedStandings", "Standing", "standing_of", "standing_on"]
