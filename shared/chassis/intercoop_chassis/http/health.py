"""Whether the process lives, and whether it is ready; in words."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, Field

from intercoop_chassis.auth import ANYONE
from intercoop_chassis.health import Health
from intercoop_chassis.postgres import Database

Check = Callable[[], Awaitable[str | None]]
"""Looks at one thing; returns what is wrong with it in words, or None."""

Responses = dict[int | str, dict[str, Any]]  # Any: OpenAPI, as FastAPI types it

_CHECK_TIMEOUT_S: Final = 5.0


class CheckReport(BaseModel):
    name: str = Field(examples=["directory.database"])
    well: bool
    reason: str | None = Field(default=None, examples=["the broker cannot be reached"])


class Readiness(BaseModel):
    ready: bool
    checks: list[CheckReport]


class Liveness(BaseModel):
    alive: bool = True


def database_check(db: Database) -> Check:
    """Whether the database answers."""

    async def check() -> str | None:
        try:
            async with asyncio.timeout(_CHECK_TIMEOUT_S), db.read() as tx:
                await tx.fetchval("SELECT 1")
        except Exception as error:  # noqa: BLE001  whatever it is, the database cannot be used
            return f"the database does not answer ({type(error).__name__})"
        return None

    return check


def health_routes(health: Health, checks: Mapping[str, Check]) -> APIRouter:
    """`/health/live`, `/health/ready` and `/metrics`, for whoever operates; they ask no token."""
    router = APIRouter(tags=["operation"], dependencies=[ANYONE])

    @router.get("/health/live", summary="Whether the process lives")
    async def live() -> Liveness:
        return Liveness()

    unready: Responses = {503: {"model": Readiness, "description": "Not ready; `checks` say why"}}

    @router.get("/health/ready", summary="Whether it can do its work", responses=unready)
    async def ready(response: Response) -> Readiness:
        readiness = await _readiness(health, checks)
        response.status_code = 200 if readiness.ready else 503
        return readiness

    text: Responses = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}

    @router.get(
        "/metrics", summary="Metrics for Prometheus", response_class=Response, responses=text
    )
    def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router


async def _readiness(health: Health, checks: Mapping[str, Check]) -> Readiness:
    reasons = await asyncio.gather(*(check() for check in checks.values()))
    reports = [
        CheckReport(name=name, well=reason is None, reason=reason)
        for name, reason in zip(checks, reasons, strict=True)
    ]
    reports += [
        CheckReport(name=name, well=False, reason=reason)
        for name, reason in health.problems.items()
    ]
    reports += [
        CheckReport(name=name, well=True, reason=remark) for name, remark in health.notes.items()
    ]
    return Readiness(ready=all(report.well for report in reports), checks=reports)
