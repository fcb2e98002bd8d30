"""What the doctor looks at: whether the provider answers, and as the settings say."""

from collections.abc import Sequence
from typing import Final

from intercoop_chassis.context import Context
from intercoop_chassis.findings import Finding, Level
from intercoop_chassis.refusals import Sentence
from intercoop_directory.accounts.gateways.provider.asking import ProviderAwayError
from intercoop_directory.accounts.gateways.provider.client import Client, Provider
from intercoop_directory.accounts.gateways.provider.discovery import discover, fetch_keys
from intercoop_directory.settings import DirectorySettings

_NAME: Final = "identity provider"
_STAYS: Final = ("qui est connecté le reste", "whoever is signed in stays so")


async def provider(context: Context) -> Sequence[Finding]:
    """Whether it says where one signs in, shows keys, and knows this instance by its secret.

    Without a provider there is nothing to look at. A person's sign-in is not tried.
    """
    settings = context.settings_as(DirectorySettings)
    client = Client.of(settings)
    if client is None:
        return []
    try:
        await fetch_keys((await discover(client.issuer)).jwks_uri)
        is_acquainted = await Provider(client).is_acquainted()
    except ProviderAwayError as error:
        said = Sentence(
            f"on ne peut pas s'en servir ({error.detail})", f"of no use ({error.detail})"
        )
        return [
            _failed(
                said,
                "Démarrez-le ou corrigez INTERCOOP_OIDC_ISSUER",
                "Start it or correct INTERCOOP_OIDC_ISSUER",
            )
        ]
    if not is_acquainted:
        said = Sentence(
            "il ne reconnaît pas cette instance : personne ne se connecte par lui",
            "it does not know this instance: nobody signs in by it",
        )
        names = "INTERCOOP_OIDC_CLIENT_ID", "INTERCOOP_OIDC_CLIENT_SECRET_FILE"
        fr = "Comparez {} et le fichier de {} avec le client là-bas".format(*names)
        en = "Compare {} and the file of {} with the client there".format(*names)
        return [_failed(said, fr, en)]
    return [Finding(_NAME, Level.OK, Sentence("il répond", "it answers"))]


def _failed(said: Sentence, fr: str, en: str) -> Finding:
    of_french, of_english = _STAYS
    return Finding(_NAME, Level.FAIL, said, Sentence(f"{fr} ; {of_french}", f"{en}; {of_english}"))
