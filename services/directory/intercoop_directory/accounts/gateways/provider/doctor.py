"""What the doctor looks at: whether the provider answers, and as the settings say."""

from collections.abc import Sequence
from typing import Final

from intercoop_chassis.context import Context
from intercoop_chassis.findings import Finding, Level
from intercoop_chassis.refusals import Sentence
from intercoop_directory.accounts.gateways.provider.asking import ProviderAwayError
from intercoop_directory.accounts.gateways.provider.discovery import discover, fetch_keys
from intercoop_directory.settings import DirectorySettings

_NAME: Final = "identity provider"


async def provider(context: Context) -> Sequence[Finding]:
    """Whether it says where one signs in, and shows keys; without one there is nothing to look at.

    A person's sign-in is not tried.
    """
    issuer = context.settings_as(DirectorySettings).oidc_issuer
    if issuer is None:
        return []
    try:
        found = await discover(issuer)
        await fetch_keys(found.jwks_uri)
    except ProviderAwayError as error:
        said = Sentence(
            f"on ne peut pas s'en servir ({error.detail})", f"of no use ({error.detail})"
        )
        remedy = Sentence(
            "Démarrez-le ou corrigez INTERCOOP_OIDC_ISSUER ; qui est connecté le reste",
            "Start it or correct INTERCOOP_OIDC_ISSUER; whoever is signed in stays so",
        )
        return [Finding(_NAME, Level.FAIL, said, remedy)]
    return [Finding(_NAME, Level.OK, Sentence("il répond", "it answers"))]
