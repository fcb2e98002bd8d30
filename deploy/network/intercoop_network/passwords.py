"""Passwords of owners: a file for each in a folder, or the environment; never in the file."""

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from intercoop_network.errors import NetworkError

_FIT = re.compile(r"[!-~]{12,128}")
_PREFIX = "INTERCOOP_PASSWORD_"


class Passwords:
    """Where the passwords of a network's owners are kept.

    `INTERCOOP_PASSWORD_<OWNER>` of the environment comes before the file `<folder>/<owner>`.
    """

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self.folder = folder
        self._environ = environ

    def find(self, owner: str) -> str | None:
        """An owner's password; None where none is kept. Raises `NetworkError` for an unfit one."""
        name = self._variable(owner)
        value = self._environ.get(name)
        if value:
            return _fit(value, name)
        path = self.folder / owner
        try:
            return _fit(path.read_text(encoding="utf-8").strip(), str(path))
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise NetworkError(f"{path} cannot be read: {error}. Nothing was changed.") from error

    def find_or_make(self, owner: str) -> str:
        """An owner's password, made where none is kept."""
        return self.find(owner) or self.renew(owner)

    def renew(self, owner: str) -> str:
        """Make a new random password, in a file that only its keeper can read.

        Raises `NetworkError` where the environment holds the password: the file would not count.
        """
        if self._environ.get(self._variable(owner)):
            raise NetworkError(
                f"{self._variable(owner)} holds the password of {owner}: change it there, and "
                "apply without --new-password. The password was not changed."
            )
        password = secrets.token_urlsafe(32)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path, fresh = self.folder / owner, self.folder / f".{owner}.new"
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(password)
        fresh.replace(path)
        return password

    @staticmethod
    def _variable(owner: str) -> str:
        return _PREFIX + owner.upper().replace("-", "_")


def _fit(password: str, where: str) -> str:
    if not _FIT.fullmatch(password):
        raise NetworkError(
            f"{where} does not hold a fit password: 12 to 128 letters, digits and signs of ASCII "
            "without spaces. Remove it to have one made. Nothing was changed."
        )
    return password
