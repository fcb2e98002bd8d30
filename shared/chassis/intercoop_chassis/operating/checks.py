"""The doctor's checks of the database: itself, the outbox, parked changes, deliveries."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from intercoop_chassis.findings import Finding, Level
from intercoop_chassis.operating.doctor import Patient
from intercoop_chassis.operating.limits import COUNTED_UP_TO
from intercoop_chassis.postgres.migrate import pending
from intercoop_chassis.refusals import Sentence
from intercoop_chassis.relay.election import LOCK_KEY

CLOCK: Final = "SELECT clock_timestamp(), current_setting('server_version')"
PARKED: Final = """
SELECT (SELECT count(*) FROM (SELECT FROM parked WHERE kind <> 'excess' LIMIT $1) AS few)
           AS waiting,
       coalesce(extract(epoch FROM now() - (
           SELECT min(parked_at) FROM parked WHERE kind <> 'excess'
       )), 0)::float8 AS age
"""
OUTBOX: Final = """
SELECT (SELECT count(*) FROM (SELECT FROM outbox WHERE refused IS NULL LIMIT $1) AS few)
           AS waiting,
       (SELECT count(*) FROM (SELECT FROM outbox WHERE refused IS NOT NULL LIMIT $1) AS few)
           AS refused,
       (SELECT refused FROM outbox WHERE refused IS NOT NULL LIMIT 1) AS reason,
       coalesce(extract(epoch FROM now() - (
           SELECT enqueued_at FROM outbox WHERE refused IS NULL ORDER BY seq LIMIT 1
       )), 0)::float8 AS age
"""
LEADS: Final = """
SELECT EXISTS (
    SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE locktype = 'advisory' AND datname = current_database() AND granted
      AND classid = 0 AND objid = $1::bigint::oid
)
"""
MAILS: Final = """
SELECT (SELECT count(*) FROM (
           SELECT FROM jobs WHERE leaves AND state = 'pending' AND attempts > 0 LIMIT $1
       ) AS few) AS failing,
       (SELECT count(*) FROM (
           SELECT FROM jobs
           WHERE leaves AND state IN ('failed', 'expired')
             AND finished_at > now() - interval '1 day' LIMIT $1
       ) AS few) AS lost,
       (SELECT last_error FROM jobs
        WHERE leaves AND state = 'pending' AND last_error IS NOT NULL LIMIT 1) AS error
"""

_OFF_S: Final = 2.0
_FAR_OFF_S: Final = 60.0
_SLOW_S: Final = 60.0
_STUCK_S: Final = 600.0


async def database(patient: Patient) -> Sequence[Finding]:
    """The database answers, is migrated, and its clock is right."""
    dsn = patient.settings.database.get_secret_value()
    missing = await pending(dsn, patient.service.migration_sets)
    if missing:
        said = Sentence(
            f"il lui manque {len(missing)} migrations (d'abord {missing[0]})",
            f"it lacks {len(missing)} migrations (first {missing[0]})",
        )
        command = f"intercoop-{patient.service.name} migrate"
        remedy = Sentence(f"Lancez {command}", f"Run {command}")
        return [Finding("database", Level.FAIL, said, remedy)]
    async with patient.db.read() as tx:
        [(now, version)] = await tx.fetch(CLOCK)
    answers = Sentence(f"PostgreSQL {version} répond", f"PostgreSQL {version} answers")
    return [Finding("database", Level.OK, answers), _clock(now)]


def _clock(theirs: datetime) -> Finding:
    off_s = abs((datetime.now(UTC) - theirs).total_seconds())
    if off_s < _OFF_S:
        return Finding("clock", Level.OK, Sentence("elle est à l'heure", "it is right"))
    level = Level.FAIL if off_s > _FAR_OFF_S else Level.WARN
    said = Sentence(
        f"l'horloge d'ici et celle de la base diffèrent de {off_s:.0f} s",
        f"the clock here and the database's differ by {off_s:.0f} s",
    )
    remedy = Sentence("Mettez les deux à l'heure (NTP)", "Set both right (NTP)")
    return Finding("clock", level, said, remedy)


async def parked(patient: Patient) -> Sequence[Finding]:
    """Changes of others that wait."""
    async with patient.db.read() as tx:
        [row] = await tx.fetch(PARKED, COUNTED_UP_TO)
    if not row["waiting"]:
        return [Finding("parked", Level.OK, Sentence("rien n'attend", "nothing waits"))]
    minutes = row["age"] / 60
    said = Sentence(
        f"en attente : {_at_least(row['waiting'])}, la plus ancienne depuis {minutes:.0f} min",
        f"waiting: {_at_least(row['waiting'])}, the oldest for {minutes:.0f} min",
    )
    command = f"intercoop-{patient.service.name} parked list"
    remedy = Sentence(f"Lisez pourquoi : {command}", f"Read why: {command}")
    return [Finding("parked", Level.WARN, said, remedy)]


async def outbox(patient: Patient) -> Sequence[Finding]:
    """Rows of the outbox that the relay has not sent, and whether one leads."""
    if not patient.service.publishes:
        return []
    async with patient.db.read() as tx:
        [row] = await tx.fetch(OUTBOX, COUNTED_UP_TO)
        leads = await tx.fetchval(LEADS, LOCK_KEY)
    findings = [_outbox(row["waiting"], row["age"])]
    if row["refused"]:
        findings.append(_set_aside(row["refused"], row["reason"]))
    return [*findings, _relay(leads=leads)]


def _outbox(waiting: int, age_s: float) -> Finding:
    if age_s < _SLOW_S:
        said = Sentence(f"à envoyer : {_at_least(waiting)}", f"to be sent: {_at_least(waiting)}")
        return Finding("outbox", Level.OK, said)
    said = Sentence(
        f"à envoyer : {_at_least(waiting)}, la plus ancienne depuis {age_s / 60:.0f} min",
        f"to be sent: {_at_least(waiting)}, the oldest for {age_s / 60:.0f} min",
    )
    remedy = Sentence(
        "Rien n'est perdu. Regardez le relais et le courtier (Kafka) ci-dessous",
        "Nothing is lost. Look at the relay and the broker (Kafka) below",
    )
    return Finding("outbox", Level.FAIL if age_s > _STUCK_S else Level.WARN, said, remedy)


def _set_aside(count: int, reason: str) -> Finding:
    said = Sentence(
        f"{count} modifications refusées par le courtier ({reason})",
        f"{count} changes are refused by the broker ({reason})",
    )
    remedy = Sentence("Corrigez la cause, puis republish", "Mend the cause, then run republish")
    return Finding("outbox", Level.WARN, said, remedy)


def _relay(*, leads: bool) -> Finding:
    if leads:
        return Finding("relay", Level.OK, Sentence("un relais travaille", "a relay is at work"))
    said = Sentence("aucun relais ne travaille", "no relay is at work")
    remedy = Sentence(
        "Démarrez le rôle relay ; s'il tourne, /health/ready dit ce qui l'empêche",
        "Start the role relay; if it runs, /health/ready says what hinders it",
    )
    return Finding("relay", Level.FAIL, said, remedy)


async def deliveries(patient: Patient) -> Sequence[Finding]:
    """Deliveries, such as mails, that wait."""
    if not patient.service.jobs.deliveries:
        return []
    async with patient.db.read() as tx:
        [row] = await tx.fetch(MAILS, COUNTED_UP_TO)
    if not row["failing"] and not row["lost"]:
        return [Finding("mail", Level.OK, Sentence("les envois partent", "what leaves leaves"))]
    said = Sentence(
        f"{row['failing']} envois échouent et sont réessayés, {row['lost']} abandonnés en un jour"
        f" ({row['error']})",
        f"{row['failing']} fail and are tried again, {row['lost']} were given up in a day"
        f" ({row['error']})",
    )
    remedy = Sentence(
        "Vérifiez le serveur de courrier (INTERCOOP_SMTP) et son mot de passe",
        "Check the mail server (INTERCOOP_SMTP) and its password",
    )
    return [Finding("mail", Level.FAIL if row["lost"] else Level.WARN, said, remedy)]


def _at_least(count: int) -> str:
    """A count, which may have ended early."""
    return f"{count}+" if count == COUNTED_UP_TO else str(count)
