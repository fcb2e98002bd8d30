"""Who PostgreSQL runs as when root starts it: PostgreSQL itself refuses to run as root."""

import ctypes
import os
import pwd
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from intercoop_local.platform.errors import PlatformError

_LIBC = ctypes.CDLL(None, use_errno=True)
_NAME = "nobody"

# linux/prctl.h, linux/securebits.h, linux/capability.h
_PR_SET_SECUREBITS, _NO_SETUID_FIXUP = 28, 1 << 2
_PR_CAP_AMBIENT, _RAISE = 47, 2
_DAC_OVERRIDE, _DAC_READ_SEARCH, _SETPCAP = 1, 2, 8
_CAPABILITY_VERSION = 0x20080522


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Sets(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


@dataclass(frozen=True, slots=True)
class Account:
    """An account without rights; with `capability`, it may enter folders that are closed to it."""

    uid: int
    gid: int
    capability: int | None = None

    def assume(self) -> None:
        """Become this account. Call it in a child, between fork and exec."""
        if self.capability is not None:
            _call(_LIBC.prctl, _PR_SET_SECUREBITS, _NO_SETUID_FIXUP, 0, 0, 0)
        os.setgroups([])
        os.setresgid(self.gid, self.gid, self.gid)
        os.setresuid(self.uid, self.uid, self.uid)
        if self.capability is not None:
            _keep_only(self.capability)


def account_for(paths: Iterable[Path]) -> Account | None:
    """None for an ordinary user, who runs everything himself; for root, somebody without rights.

    A checkout below a closed folder, as /root is, stays closed: only then the account keeps the
    one capability to enter it. Raises `PlatformError` where root itself has too few.
    """
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam(_NAME)
    closed = [one for path in paths for one in (path, *path.parents) if _is_closed(one)]
    if not closed:
        return Account(nobody.pw_uid, nobody.pw_gid)
    for capability in (_DAC_READ_SEARCH, _DAC_OVERRIDE):
        if _has(capability) and _has(_SETPCAP):
            return Account(nobody.pw_uid, nobody.pw_gid, capability)
    raise PlatformError(
        f"PostgreSQL does not run as root, and {_NAME} may not enter {closed[0]}. "
        "Run this as an ordinary user, or in a checkout that others may enter."
    )


def _is_closed(path: Path) -> bool:
    return not path.stat().st_mode & 0o001


def _has(capability: int) -> bool:
    status = Path("/proc/self/status").read_text()
    effective = status.partition("CapEff:")[2].split()[0]
    return bool(int(effective, 16) >> capability & 1)


def _keep_only(capability: int) -> None:
    bit = 1 << capability
    sets = (_Sets * 2)(_Sets(bit, bit, bit))
    _call(_LIBC.capset, ctypes.byref(_Header(_CAPABILITY_VERSION, 0)), sets)
    _call(_LIBC.prctl, _PR_CAP_AMBIENT, _RAISE, capability, 0, 0)


def _call(function: Callable[..., int], *arguments: object) -> None:
    if function(*arguments):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
