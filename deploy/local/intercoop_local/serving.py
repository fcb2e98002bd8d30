"""One process of an instance: the services in it, its port, its log."""

import signal
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from intercoop_chassis.unanswered import UNANSWERED
from intercoop_local import forked
from intercoop_local.platform import processes
from intercoop_local.platform.errors import PlatformError
from intercoop_local.platform.ports import LOOPBACK, need_free
from intercoop_local.services import Group

_DRAIN_S = 30.0


def url_at(port: int) -> str:
    return f"http://{LOOPBACK}:{port}"


@dataclass(slots=True, eq=False)
class Serving:
    """A process that serves a group of an owner's services, running or not."""

    name: str
    services: Group
    port: int
    folder: Path
    environment: Mapping[str, str]
    module: Sequence[str] = ()
    """What Python runs before the names of the services, where the process is not forked."""
    process: processes.Process | None = field(default=None)

    @property
    def url(self) -> str:
        return url_at(self.port)

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start it; call this in the main thread. Raises `PlatformError` when its port is taken."""
        remedy = "choose others with INTERCOOP_INSTANCES_PORT"
        need_free(self.port, f"the instance {self.name}", remedy)
        if self.module:
            arguments = [sys.executable, "-m", *self.module, *self.services]
            command = processes.Command(arguments, log=self.log, environment=self.environment)
            self.process = processes.start(command)
        else:
            self.process = forked.start(self.services, self.log, self.environment)

    async def ready(self, client: httpx.AsyncClient) -> bool:
        """Whether it says that it is ready. Raises `PlatformError` when it ended."""
        if self.process is not None and self.process.poll() is not None:
            raise PlatformError(f"The instance {self.name} ended while it started: {self.log}")
        try:
            answer = await client.get(f"{self.url}/health/ready", timeout=5)
        except UNANSWERED:
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


def stop_all(servings: Sequence[Serving]) -> None:
    """Drain and end them, all at once."""
    with ThreadPoolExecutor(max(len(servings), 1)) as pool:
        list(pool.map(Serving.stop, servings))
