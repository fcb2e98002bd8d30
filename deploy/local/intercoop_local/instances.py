"""Instances: one process each, with a database and role for each of its services."""

import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from intercoop_chassis.migrate import migrate
from intercoop_chassis.postgres import Database
from intercoop_chassis.sealing import create_key_file
from intercoop_local.home import Home
from intercoop_local.network import Owner
from intercoop_local.platform import processes
from intercoop_local.platform.errors import PlatformError
from intercoop_local.platform.left_over import end_left_over
from intercoop_local.platform.ports import LOOPBACK, need_free
from intercoop_local.platform.postgres import LocalPostgres
from intercoop_local.services import SERVICES

READY_S = 60.0
_DRAIN_S = 30.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all instances of a machine share."""

    home: Home
    network: str
    postgres: LocalPostgres
    kafka: str
    issuer: str


@dataclass(slots=True)
class Instance:
    """One owner's services in a process of their own."""

    owner: Owner
    port: int
    around: Surroundings
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def log(self) -> str:
        return str(self.around.home.instance(self.owner.slug) / "log")

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    async def prepare(self) -> bool:
        """Make databases, roles, tables and the key; returns whether anything was new."""
        keys = self._keys
        if not keys.exists():
            create_key_file(keys)
        applied = []
        for service in SERVICES:
            name = f"{self.owner.slug}-{service.name}"
            dsn = await self.around.postgres.ensure_database(name, self._password(name))
            applied += await migrate(dsn, service.migration_sets)
        return bool(applied)

    def database(self, service: str) -> Database:
        """A service's database, as the service itself sees it."""
        return Database(self._dsn(service), owner=self.owner.slug)

    def start(self) -> None:
        """Start the process; call this in the main thread."""
        folder = self.around.home.instance(self.owner.slug)
        end_left_over(folder, signal.SIGTERM)
        remedy = "choose others with INTERCOOP_INSTANCES_PORT"
        need_free(self.port, f"the instance {self.owner.slug}", remedy)
        command = processes.Command(
            [sys.executable, "-m", "intercoop_local", "serve"],
            log=folder / "log",
            environment=self.environment(),
        )
        self.process = processes.start(command)

    async def ready(self, client: httpx.AsyncClient) -> bool:
        """Whether it says that it is ready. Raises `PlatformError` when it ended."""
        if self.process is not None and self.process.poll() is not None:
            raise PlatformError(
                f"The instance {self.owner.slug} ended while it started: {self.log}"
            )
        try:
            answer = await client.get(f"{self.url}/health/ready", timeout=5)
        except httpx.HTTPError:
            return False
        return answer.status_code == httpx.codes.OK

    def stop(self) -> None:
        """Drain and end."""
        if self.process:
            processes.stop(self.process, signal.SIGTERM, within_s=_DRAIN_S)

    def kill(self) -> None:
        """Kill -9."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def environment(self) -> dict[str, str]:
        """The settings of its services, as an operator would give them."""
        settings = {
            "NETWORK": self.around.network,
            "OWNER": self.owner.slug,
            "KAFKA": self.around.kafka,
            "ISSUER": self.around.issuer,
            "JWKS": f"{self.around.issuer}/jwks.json",
            "SEALING_KEYS_FILE": str(self._keys),
            "HTTP_PORT": str(self.port),
            "LOG_FORMAT": "json",
        }
        for service in SERVICES:
            settings[f"{service.name.upper()}_DATABASE"] = self._dsn(service.name)
        return {f"INTERCOOP_{name}": value for name, value in settings.items()}

    def _dsn(self, service: str) -> str:
        name = f"{self.owner.slug}-{service}"
        return self.around.postgres.dsn(name, name, self._password(name))

    def _password(self, name: str) -> str:
        return self.around.home.password(name)

    @property
    def _keys(self) -> Path:
        return self.around.home.instance(self.owner.slug) / "sealing.keys"
