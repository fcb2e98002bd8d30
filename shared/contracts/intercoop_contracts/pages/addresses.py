"""Pages that others lead to, whoever serves them."""

from typing import Final

SIGN_IN_PAGE: Final = "/directory/sign-in"
SIGN_OUT: Final = "/directory/sign-out"
"""What a form posts to, without any field: sessions are the directory's."""

SESSIONS: Final = "/directory/sessions"
"""Where one sees and ends one's sessions."""

SETUP: Final = "/directory/setup"
"""Where an operator begins, while the first run is not finished."""

MY_DAY: Final = "/my-day"
"""What waits for staff: the board of whoever advises."""

STEERING: Final = "/steering"
"""The figures of the instance, each with the list behind it."""
