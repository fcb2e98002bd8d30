"""How texts are tidied before they are kept, and made alike before they are compared."""

from intercoop_chassis.spelling import has_controls, key, tidy, tidy_or_none

__all__ = ["has_controls", "key", "tidy", "tidy_or_none"]
