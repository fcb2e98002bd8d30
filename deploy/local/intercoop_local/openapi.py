"""The whole network's OpenAPI document on file: `python -m intercoop_local.openapi`."""

import json
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from pydantic import SecretStr

from intercoop_chassis.context import Context
from intercoop_chassis.health import Health
from intercoop_chassis.http.app import Mounted, create_app
from intercoop_chassis.http.openapi import Description
from intercoop_chassis.mounting import mounted
from intercoop_chassis.postgres import AtHome, Database
from intercoop_chassis.service import Service
from intercoop_local.services import load_services

FILE = Path(__file__).parents[3] / "docs" / "openapi.json"


def document() -> dict[str, Any]:  # Any: JSON
    """What an instance answers, every service of it, as `/openapi.json` says."""
    return Description(application()).document("/", "Intercoop")


def as_text() -> str:
    """The text on file, the same on every machine."""
    return json.dumps(document(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def application() -> FastAPI:
    """Every service of an instance, as it is served; no database is asked."""
    return create_app([_mounted(service) for service in load_services()], Health())


def _mounted(service: Service) -> Mounted:
    dsn = SecretStr(f"postgresql://localhost/{service.name}")
    settings = service.settings(
        network="network",
        owner="owner",
        database=dsn,
        kafka="localhost:9092",
    )
    context = Context(settings, Database(dsn.get_secret_value(), home=AtHome(settings.owner)))
    return mounted(service, context)


if __name__ == "__main__":
    FILE.write_text(as_text(), encoding="utf-8")
