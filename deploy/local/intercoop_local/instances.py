"""Instances: an owner's services in one or several processes, a database and role for each."""

import asyncio
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from intercoop_chassis.auth.signing_keys import create_signing_key_file
from intercoop_chassis.postgres import AtHome, Database
from intercoop_chassis.service import Service
from intercoop_chassis.wire.sealing import create_key_file
from intercoop_directory.accounts.gateways.personas import written_personas
from intercoop_local.databases import Databases
from intercoop_local.home import Home
from intercoop_local.network import Owner
from intercoop_local.platform.errors import PlatformError
from intercoop_local.platform.left_over import end_left_over
from intercoop_local.platform.ports import LOOPBACK
from intercoop_local.services import Group
from intercoop_local.serving import Serving, stop_all, url_at

READY_S = 60.0

_PROVIDER = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_CLIENT_SECRET_FILE")
"""What an instance takes from its starter's environment: an OpenID provider, to be tried here."""

_SEND_MAILS = ("directory", "notifications")
"""Their settings have their names, so that no other process has to find out whose these are."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all instances of a machine share: addresses, and where their data is.

    `kafka_access` are further settings, of how this owner connects to Apache Kafka. Where it
    `is_empty` nothing and nobody is made up, and the settings name the first operator.
    """

    home: Home
    network: str
    databases: Databases
    kafka: str
    smtp: str
    kafka_access: Mapping[str, str] = field(default_factory=dict)
    is_empty: bool = False


class Instance:
    """One owner's services; `ports` groups them into processes, and says where each listens.

    People and programs reach all of them at one address, the port `address`: that of the only
    process, or of a proxy where there are several.
    """

    def __init__(
        self, owner: Owner, address: int, ports: Mapping[Group, int], around: Surroundings
    ) -> None:
        self.owner = owner
        self.address = address
        self.around = around
        self.folder = around.home.instance(owner.slug)
        self.processes = tuple(self._serving(group, ports) for group in ports)

    @property
    def url(self) -> str:
        """The one address of all services, e.g. `http://127.0.0.1:8603`."""
        return url_at(self.address)

    @property
    def groups(self) -> tuple[Group, ...]:
        """Which services run together."""
        return tuple(one.services for one in self.processes)

    @property
    def services(self) -> tuple[str, ...]:
        return tuple(name for group in self.groups for name in group)

    @property
    def running(self) -> bool:
        """Whether every process of it runs."""
        return self.runs()

    def runs(self, service: str | None = None) -> bool:
        """Whether every process, or this service's, runs."""
        return all(one.running for one in self._chosen(service))

    def process_of(self, service: str) -> Serving:
        """The process that serves this. Raises `PlatformError` for an unknown service."""
        for one in self.processes:
            if service in one.services:
                return one
        raise PlatformError(
            f"{service!r} is not a service of {self.owner.slug}. "
            f"Its services are: {', '.join(self.services)}."
        )

    def url_of(self, service: str) -> str:
        """Where this service's own process listens; its API is below `/<service>/api`."""
        return self.process_of(service).url

    def log_of(self, service: str) -> Path:
        return self.process_of(service).log

    async def prepare(self) -> None:
        """Make the keys, databases, roles and tables that are missing."""
        if not self._keys.exists():
            create_key_file(self._keys)
        if not self._signing_keys.exists():
            create_signing_key_file(self._signing_keys)
        if not self.personas.exists():
            written_personas(self.personas, ())
        await asyncio.gather(*map(self._ensure_database, self.services))

    def database(self, service: Service) -> Database:
        """A service's database, as the service itself sees it."""
        home = AtHome(self.owner.slug, service.subscribers.home)
        return Database(self._dsn(service.name), home=home)

    def start(self, service: str | None = None) -> None:
        """Start what does not run: every process, or this service's; call it in the main thread."""
        self._end_left_over()
        for one in self._chosen(service):
            if not one.running:
                one.start()

    def stop(self, service: str | None = None) -> None:
        """Drain and end every process, or this service's, with all that runs in it."""
        stop_all(self._chosen(service))

    def kill(self, service: str | None = None) -> None:
        """Kill -9 every process, or this service's, with all that runs in it."""
        for one in self._chosen(service):
            one.kill()

    async def ready(self, client: httpx.AsyncClient, service: str | None = None) -> bool:
        """Whether every process, or this service's, is ready.

        Raises `PlatformError` when one ended.
        """
        return all(await asyncio.gather(*(one.ready(client) for one in self._chosen(service))))

    def _chosen(self, service: str | None) -> tuple[Serving, ...]:
        return (self.process_of(service),) if service else self.processes

    def _serving(self, group: Group, ports: Mapping[Group, int]) -> Serving:
        whole = len(ports) == 1
        label = "-".join(group)
        return Serving(
            name=self.owner.slug if whole else f"{self.owner.slug} {label}",
            services=group,
            port=ports[group],
            folder=self.folder if whole else self.folder / label,
            environment=self._environment(group, ports),
        )

    async def _ensure_database(self, service: str) -> None:
        name = self._database_name(service)
        await self.around.databases.ensure(service, name, self._password(service))

    def _environment(self, group: Group, ports: Mapping[Group, int]) -> dict[str, str]:
        """The settings of a group's services, as an operator would give them."""
        settings = {
            "NETWORK": self.around.network,
            "OWNER": self.owner.slug,
            "KAFKA": self.around.kafka,
            "SEALING_KEYS_FILE": str(self._keys),
            "SIGNING_KEYS_FILE": str(self._signing_keys),
            "HTTP_PORT": str(ports[group]),
            "TRUSTED_PROXIES": LOOPBACK,
            "PUBLIC_URL": self.url,
            "OWNER_NAME": self.owner.name,
            "LOG_FORMAT": "json",
            **self.around.kafka_access,
        }
        if self.around.is_empty:
            settings["DIRECTORY_OPERATORS"] = self.first_operator
        else:
            settings["PERSONAS_FILE"] = str(self.personas)
        settings |= {f"{name.upper()}_DATABASE": self._dsn(name) for name in group}
        for name in map(str.upper, _SEND_MAILS):
            settings[f"{name}_SMTP"] = self.around.smtp
            settings[f"{name}_MAIL_FROM"] = f"intercoop@{self.owner.slug}.example"
        chosen = {f"DIRECTORY_{name}": os.environ.get(f"INTERCOOP_{name}") for name in _PROVIDER}
        settings |= {name: value for name, value in chosen.items() if value}
        return {f"INTERCOOP_{name}": value for name, value in settings.items()}

    def _end_left_over(self) -> None:
        """End what an earlier starter, grouping as it liked, left behind."""
        ours = {one.folder for one in self.processes if one.running}
        for mark in self.folder.rglob("pid"):
            if mark.parent not in ours:
                end_left_over(mark.parent, signal.SIGTERM)

    def _dsn(self, service: str) -> str:
        name = self._database_name(service)
        return self.around.databases.dsn(name, self._password(service))

    def _password(self, service: str) -> str:
        return self.around.home.password(self._database_name(service))

    def _database_name(self, service: str) -> str:
        return f"{self.owner.slug}-{service}"

    @property
    def _signing_keys(self) -> Path:
        return self.around.home.signing_keys(self.owner.slug)

    @property
    def first_operator(self) -> str:
        """The address by which the first operator of an empty instance signs in."""
        return f"operatrice@{self.owner.slug}.example"

    @property
    def personas(self) -> Path:
        """The file of the made-up people whom anybody may be here."""
        return self.folder / "personas.json"

    @property
    def _keys(self) -> Path:
        return self.folder / "sealing.keys"
