"""`doctor`: says what is wrong with a service and what to do; the exit code says how bad it is."""

import asyncio
import json
import logging
import sys
from collections.abc import Callable, Sequence
from typing import Final

import click

from intercoop_chassis.context import Context
from intercoop_chassis.findings import Finding, Level
from intercoop_chassis.operating import (
    checks,
    kafka_checks,
    limit_checks,
    owner_checks,
    sealing_checks,
    sign_in_checks,
    surroundings,
)
from intercoop_chassis.operating.doctor import Check, Patient, examine
from intercoop_chassis.operating.language import said
from intercoop_chassis.postgres import AtHome, Database
from intercoop_chassis.service import Service, ServiceCheck
from intercoop_chassis.settings import Settings

CHECKS: Final[dict[str, Check]] = {
    "database": checks.database,
    "parked": checks.parked,
    "limits": limit_checks.limits,
    "outbox": checks.outbox,
    "mail": checks.deliveries,
    "broker": kafka_checks.broker,
    "broker clock": kafka_checks.clock,
    "reading": kafka_checks.reading,
    "owners": owner_checks.owners,
    "process": surroundings.process,
    "signing keys": sign_in_checks.keys,
    "programs": sign_in_checks.programs,
    "sealing keys": sealing_checks.keys,
    "sealed": sealing_checks.unopened,
    "disk": surroundings.disk,
}
_SIGNS: Final = {Level.OK: "✓", Level.WARN: "!", Level.FAIL: "✗"}


def doctors_command(service: Service, settings_for: Callable[[Service], Settings]) -> click.Command:
    """The command of a service."""

    @click.command("doctor")
    @click.option("--json", "as_json", is_flag=True, help="For programs.")
    def command(*, as_json: bool) -> None:
        """What is wrong with this service, and what to do. Ends with 0, 1 (warnings) or 2."""
        settings = _settings(service, settings_for)
        logging.disable(logging.CRITICAL)  # what libraries complain of is what the findings say
        try:
            findings = asyncio.run(_examined(service, settings))
        finally:
            logging.disable(logging.NOTSET)
        click.echo(_as_json(findings) if as_json else _as_text(findings))
        sys.exit(max(finding.level for finding in findings))

    return command


def _settings(service: Service, settings_for: Callable[[Service], Settings]) -> Settings:
    """The settings; wrong ones end the command with the exit code of a failure."""
    try:
        return settings_for(service)
    except click.ClickException as error:
        error.show()
        sys.exit(Level.FAIL)


async def _examined(service: Service, settings: Settings) -> Sequence[Finding]:
    db = Database(
        settings.database.get_secret_value(),
        home=AtHome(settings.owner),
        application_name=f"intercoop-{service.name}-doctor",
    )
    try:
        return await examine(Patient(service, settings, db), _checks(service))
    finally:
        await db.close()


def _checks(service: Service) -> dict[str, Check]:
    return CHECKS | {name: _of_service(check) for name, check in service.checks.items()}


def _of_service(check: ServiceCheck) -> Check:
    async def made(patient: Patient) -> Sequence[Finding]:
        return await check(Context(patient.settings, patient.db))

    return made


def _as_text(findings: Sequence[Finding]) -> str:
    lines = []
    for finding in findings:
        lines.append(f"{_SIGNS[finding.level]} {finding.what}: {said(finding.said)}")
        if finding.remedy:
            lines.append(f"  → {said(finding.remedy)}")
    return "\n".join(lines)


def _as_json(findings: Sequence[Finding]) -> str:
    return json.dumps(
        [
            {
                "what": finding.what,
                "level": finding.level.name.lower(),
                "said": said(finding.said),
                "remedy": said(finding.remedy) if finding.remedy else None,
            }
            for finding in findings
        ],
        indent=2,
        ensure_ascii=False,
    )
