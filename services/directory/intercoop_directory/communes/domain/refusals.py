"""Why a place that somebody wrote is not one, and which ones might be meant."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from intercoop_chassis.refusals import Refusal, Sentence
from intercoop_directory.communes.domain.departements import UNCOVERED, departement_names_like
from intercoop_directory.communes.domain.places import Commune, PlaceName

_MAX_CANDIDATES: Final = 12

WRITE_CODE: Final = Sentence(
    "Écrivez les cinq caractères du code INSEE, ou le nom et le code postal",
    "Write the five characters of the INSEE code, or the name and the post code",
)
_ABROAD: Final = (
    "la table a celles de métropole et des départements d'outre-mer, sinon laissez la commune vide",
    "the table has those of metropolitan France and the overseas départements; else leave it empty",
)


def of_no_departement(said: str) -> Refusal:
    likely = departement_names_like(said)
    example = " ou ".join(likely), " or ".join(likely)
    fr, en = example if likely else ("31 ou Haute-Garonne", "31 or Haute-Garonne")
    return Refusal(
        "commune.departement",
        Sentence("n'est pas un département", "is no département"),
        Sentence(f"Écrivez son numéro ou son nom : {fr}", f"Write its number or its name: {en}"),
    )


def of_an_uncovered_place(field: str, departement: str) -> Refusal:
    named = f" ({UNCOVERED[departement]})" if departement in UNCOVERED else ""
    return Refusal(
        field,
        Sentence(
            f"est hors de la table des communes{named}, qui couvre la métropole et les "
            "départements d'outre-mer",
            f"is outside the table of communes{named}, which covers metropolitan France and the "
            "overseas départements",
        ),
        Sentence(
            "Laissez le lieu vide, ou donnez celui d'un établissement couvert",
            "Leave the place empty, or give that of an establishment that is covered",
        ),
    )


def of_an_unknown_code(near: Collection[Commune], *, is_postcode: bool) -> Refusal:
    reason = Sentence("n'est le code INSEE d'aucune commune", "is the INSEE code of no commune")
    if is_postcode:
        reason = Sentence(
            "est un code postal et non un code INSEE", "is a post code and no INSEE code"
        )
    if near:
        return Refusal("commune.code", reason, _choose(near))
    return Refusal("commune.code", reason, WRITE_CODE)


def of_an_unknown_name(near: Collection[Commune], wanted: PlaceName) -> Refusal:
    unknown = Sentence("n'est le nom d'aucune commune", "is no commune's name")
    if near:
        return Refusal("commune.name", unknown, _choose(near))
    said = wanted.departement or wanted.postcode
    more = ("", "") if said else (f" ({_ABROAD[0]})", f" ({_ABROAD[1]})")
    return Refusal(
        "commune.name",
        unknown,
        Sentence(
            f"Vérifiez l'orthographe, ou donnez le code INSEE{more[0]}",
            f"Check the spelling, or give the INSEE code{more[1]}",
        ),
    )


def of_a_namesake_elsewhere(near: Collection[Commune]) -> Refusal:
    return Refusal(
        "commune.name",
        Sentence(
            "n'est pas dans le département ou le code postal indiqué",
            "is not in the département or post code given",
        ),
        _choose(near),
    )


def of_several(found: Collection[Commune]) -> Refusal:
    return Refusal(
        "commune.name",
        Sentence(f"désigne {len(found)} communes", f"may mean {len(found)} communes"),
        _choose(largest_first(found)),
    )


def of_a_postcode_alone() -> Refusal:
    return Refusal(
        "commune.postcode",
        Sentence("ne suffit pas à trouver la commune", "is not enough to find the commune"),
        Sentence("Ajoutez le nom de la commune", "Add the commune's name"),
    )


def largest_first(found: Iterable[Commune]) -> list[Commune]:
    return sorted(found, key=lambda commune: (-commune.population, commune.code))


def _choose(found: Collection[Commune]) -> Sentence:
    """Name the candidates, those first that are likeliest."""
    likeliest: Sequence[Commune] = list(found)[:_MAX_CANDIDATES]
    shown = ", ".join(f"{commune.name} ({commune.code})" for commune in likeliest)
    more = ", …" if len(found) > _MAX_CANDIDATES else ""
    return Sentence(
        f"Donnez le code INSEE de la bonne commune : {shown}{more}",
        f"Give the INSEE code of the right one: {shown}{more}",
    )
