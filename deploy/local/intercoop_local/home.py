"""The one folder that holds everything a local network writes; deleting it leaves nothing."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class Home:
    """A folder with jars, data, keys, logs and what is running."""

    path: Path

    def empty(self) -> "Home":
        """A home within this one for an instance without anything made up; its jars are ours."""
        path = self.path / "empty"
        path.mkdir(exist_ok=True)
        self.jars.mkdir(exist_ok=True)
        jars = path / "jars"
        if not jars.exists():
            jars.symlink_to(self.jars, target_is_directory=True)
        return Home(path)

    @property
    def jars(self) -> Path:
        return self.path / "jars"

    @property
    def postgres(self) -> Path:
        return self.path / "postgres"

    @property
    def kafka(self) -> Path:
        return self.path / "kafka"

    @property
    def locked_kafka(self) -> Path:
        """Apart, because who may connect is part of a cluster's data from its beginning."""
        return self.path / "kafka-locked"

    @property
    def kafka_passwords(self) -> Path:
        """A file for each owner's user of a locked Apache Kafka."""
        return self.path / "kafka-passwords"

    @property
    def mail(self) -> Path:
        return self.path / "mail"

    @property
    def running(self) -> Path:
        """Written while the network runs: where its console is, and the word to it."""
        return self.path / "running.json"

    def instance(self, owner: str) -> Path:
        folder = self.path / "instances" / owner
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def signing_keys(self, owner: str) -> Path:
        """The keys by which an owner's instance signs its tokens."""
        return self.instance(owner) / "signing.pem"

    def password(self, name: str) -> str:
        """The password of a database role, made when first asked for."""
        path = self.path / "passwords.json"
        known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        if name not in known:
            known[name] = secrets.token_urlsafe(18)
            path.touch(mode=0o600)
            path.write_text(json.dumps(known, indent=1))
        return known[name]


def default_home() -> Home:
    """`.intercoop` in the checkout, or where INTERCOOP_HOME says."""
    chosen = os.environ.get("INTERCOOP_HOME")
    path = Path(chosen) if chosen else CHECKOUT / ".intercoop"
    path.mkdir(parents=True, exist_ok=True)
    return Home(path.resolve())
