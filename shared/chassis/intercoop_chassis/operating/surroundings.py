"""What the doctor looks at outside the database: broker, mail server, issuer, keys, disk."""

import asyncio
import shutil
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

import httpx
from aiokafka import AIOKafkaConsumer, TopicPartition

from intercoop_chassis.consumer import offsets
from intercoop_chassis.kafka.cancelled import close_within
from intercoop_chassis.kafka.cluster import Cluster
from intercoop_chassis.kafka.connection import connection_arguments
from intercoop_chassis.operating.doctor import Finding, Level, Patient
from intercoop_chassis.refusals import Sentence
from intercoop_chassis.sealing import Keyring
from intercoop_contracts.personal import personal_paths

_LAG: Final = 1_000
_FULL: Final = 0.98
_NEARLY_FULL: Final = 0.90
_SMTP: Final = 25


async def broker(patient: Patient) -> Sequence[Finding]:
    """Whether it answers, has this service's topics, and how much was not read yet."""
    async with Cluster(patient.settings) as cluster:
        identity = await cluster.identify()
        own = [stream.topic(patient.settings.owner) for stream in patient.service.publishes]
        there = {one.topic for one in await cluster.partitions(own)} if own else set()
    missing = sorted(set(own) - there)
    findings = [Finding("broker", Level.OK, Sentence("Kafka répond", "Kafka answers"))]
    if missing:
        said = Sentence(f"il manque {', '.join(missing)}", f"{', '.join(missing)} are missing")
        remedy = Sentence(
            "Demandez à l'opérateur du réseau : intercoop-network apply",
            "Ask the cluster's operator: intercoop-network apply",
        )
        findings = [Finding("broker", Level.FAIL, said, remedy)]
    if patient.service.subscribers:
        findings.append(await _lag(patient, identity))
    return findings


async def _lag(patient: Patient, cluster: str) -> Finding:
    async with patient.db.read() as tx:
        _, places = await offsets.read(cluster, tx)
    behind = await _behind(patient, places)
    said = Sentence(
        f"{behind} messages à lire dans {len(places)} partitions",
        f"{behind} messages to read in {len(places)} partitions",
    )
    if behind < _LAG:
        return Finding("reading", Level.OK, said)
    remedy = Sentence(
        "Voyez si le rôle worker tourne et si son journal dit pourquoi il attend",
        "See whether the role worker runs, and what its log says that it waits for",
    )
    return Finding("reading", Level.WARN, said, remedy)


async def _behind(patient: Patient, places: dict[TopicPartition, int]) -> int:
    if not places:
        return 0
    consumer = AIOKafkaConsumer(
        **connection_arguments(patient.settings), isolation_level="read_committed"
    )
    try:
        await consumer.start()
        ends = await consumer.end_offsets(list(places))
    finally:
        await close_within(1, consumer.stop())
    return sum(max(0, ends[one] - place - 1) for one, place in places.items())


async def mail(patient: Patient) -> Sequence[Finding]:
    """Whether the mail server takes a connection."""
    if not patient.service.outgoing:
        return []
    if not patient.settings.smtp:
        said = Sentence(
            "aucun serveur n'est réglé : les courriels attendent", "none is set: mails wait"
        )
        remedy = Sentence("Réglez INTERCOOP_SMTP", "Set INTERCOOP_SMTP")
        return [Finding("mail server", Level.WARN, said, remedy)]
    server = urlsplit(patient.settings.smtp)
    _, writer = await asyncio.open_connection(server.hostname, server.port or _SMTP)
    writer.close()
    return [Finding("mail server", Level.OK, Sentence("il répond", "it answers"))]


async def issuer(patient: Patient) -> Sequence[Finding]:
    """Whether the keys of whoever issues tokens can be fetched."""
    async with httpx.AsyncClient(timeout=4) as client:
        answer = await client.get(patient.settings.jwks)
        answer.raise_for_status()
        count = len(answer.json()["keys"])
    said = Sentence(f"{count} clés de jetons", f"{count} keys for tokens")
    return [Finding("issuer", Level.OK if count else Level.FAIL, said)]


async def keys(patient: Patient) -> Sequence[Finding]:
    """Whether personal fields can be sealed and opened."""
    streams = [
        *patient.service.publishes,
        *(one.stream for one in patient.service.subscribers.all),
    ]
    if not any(personal_paths(stream.view) for stream in streams):
        return []
    path = patient.settings.sealing_keys_file
    if path is None:
        said = Sentence("aucun fichier de clés n'est réglé", "no key file is set")
        remedy = Sentence("Réglez INTERCOOP_SEALING_KEYS_FILE", "Set INTERCOOP_SEALING_KEYS_FILE")
        return [Finding("sealing keys", Level.FAIL, said, remedy)]
    Keyring.from_file(path)
    return [Finding("sealing keys", Level.OK, Sentence("elles sont là", "they are there"))]


async def disk(_: Patient) -> Sequence[Finding]:
    """The disk of this process; the database's and the broker's are theirs to watch."""
    used = shutil.disk_usage(".")
    share = 1 - used.free / used.total
    said = Sentence(
        f"plein à {share:.0%} (celui d'ici ; ceux de la base et de Kafka ne sont pas vus)",
        f"{share:.0%} full (the one here; those of the database and of Kafka are not seen)",
    )
    if share < _NEARLY_FULL:
        return [Finding("disk", Level.OK, said)]
    remedy = Sentence("Faites de la place", "Make room")
    return [Finding("disk", Level.FAIL if share > _FULL else Level.WARN, said, remedy)]
