"""Made-up people of an instance for trying out, in its directory as `intercoop up` has them there."""

from datetime import date
from pathlib import Path
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_contracts.directory import Language, Role
from intercoop_directory.accounts.gateways.personas import Persona, written_personas
from intercoop_directory.organisations.domain.organisation import OrganisationRecord
from intercoop_directory.organisations.handlers import OrganisationDraft, register
from intercoop_directory.people.domain import Mandate, PersonRecord
from intercoop_directory.people.handlers import register_person
from intercoop_directory.standings.handlers import make_own_organisation
from testkit.served_instance import ServedInstance

SINCE = date(2016, 1, 1)


async def make_up(
    trial: ServedInstance, path: Path, *, until: date | None = None
) -> dict[str, UUID]:
    """Lucie manages a co-operative until a day, Nadia advises; returns their ids by given name."""

    async def work(tx: Transaction) -> dict[str, UUID]:
        own = await make_own_organisation("Ouest", tx)
        draft = OrganisationDraft(OrganisationRecord("Imprimerie du Cantal"))
        coop = (await register(draft, tx.new_id(), tx)).id
        mandates = {
            "Lucie": Mandate(coop, Role.MANAGER, SINCE, until),
            "Nadia": Mandate(own, Role.ADVISER, SINCE),
        }
        made = {}
        for name, mandate in mandates.items():
            record = PersonRecord(name, "Exemple", mandates=(mandate,))
            made[name] = (await register_person(record, tx.new_id(), tx)).id
        return made

    people = await trial.dbs["directory"].command(work)
    about = {Language.FR: "gérante de l'Imprimerie du Cantal"}
    written_personas(path, tuple(Persona(person=one, about=about) for one in people.values()))
    return people
