"""Examples are found as fast as the machine allows: a busy one fails no test."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
