"""The doctor's check of owners: no two whose ids could be taken for one another's."""

from collections.abc import Sequence
from typing import Final

from intercoop_chassis.findings import Finding, Level
from intercoop_chassis.kafka.cluster import Cluster
from intercoop_chassis.operating.doctor import Patient
from intercoop_chassis.operating.kafka_checks import unless_away
from intercoop_chassis.refusals import Sentence
from intercoop_contracts.ids import with_the_same_tag
from intercoop_contracts.streams import parse_topic

KEPT: Final = "SELECT owner FROM owner_tags"


async def owners(patient: Patient) -> Sequence[Finding]:
    """Owners with one tag: here, where this service reads, and in its settings."""
    return await unless_away("owners", patient, _owners)


async def _owners(patient: Patient) -> Finding:
    known = {patient.settings.owner, *(patient.settings.follows or ())}
    async with patient.db.read() as tx:
        known |= {row["owner"] for row in await tx.fetch(KEPT)}
    async with Cluster(patient.settings) as cluster:
        names = [parse_topic(topic) for topic in await cluster.topics()]
    known |= {name.owner for name in names if name}
    twins = with_the_same_tag(sorted(known))
    if not twins:
        said = Sentence(
            f"{len(known)} instances, chacune avec ses identifiants",
            f"{len(known)} owners, each with ids of its own",
        )
        return Finding("owners", Level.OK, said)
    [first, second] = twins[0]
    said = Sentence(
        f"les identifiants de {first} et de {second} ne se distinguent pas : rien n'est lu de la "
        "deuxième arrivée",
        f"ids of {first} and of {second} cannot be told apart: nothing is read of whoever came "
        "second",
    )
    remedy = Sentence(
        "Demandez à l'opérateur du réseau de donner un autre nom court à celle qui est nouvelle",
        "Ask the network's operator to give the newer one another slug",
    )
    return Finding("owners", Level.FAIL, said, remedy)
