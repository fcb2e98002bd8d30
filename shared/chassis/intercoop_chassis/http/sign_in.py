"""What an instance issues and checks by its own key, assembled from its settings."""

from collections.abc import Mapping
from dataclasses import dataclass

from jwt import PyJWK

from intercoop_chassis.auth.authority import Authority, FindKey
from intercoop_chassis.auth.issuing import TokenIssuer, instance_name
from intercoop_chassis.auth.programs import Programs
from intercoop_chassis.auth.sessions import NameOf, Sessions
from intercoop_chassis.auth.signing_keys import SigningKeys
from intercoop_chassis.context import Context
from intercoop_chassis.errors import UnavailableError
from intercoop_chassis.settings import Settings
from intercoop_chassis.standing import RememberedStandings


@dataclass(frozen=True, slots=True)
class SignIn:
    """How an instance knows who calls; without a key file it issues nothing and knows nobody."""

    authority: Authority
    sessions: Sessions | None = None
    programs: Programs | None = None


def sign_in_of(contexts: Mapping[str, Context], name_of: NameOf | None = None) -> SignIn:
    """The sign-in of the instance whose services, by name, a process has, at least one.

    `name_of` is the directory's, where it is among them.     Raises `UnusableFileError`.
    """
    settings = next(iter(contexts.values())).settings
    standings = RememberedStandings(contexts)
    if settings.signing_keys_file is None:
        return SignIn(_authority(settings, _no_key, standings))
    keys = SigningKeys(settings.signing_keys_file)
    authority = _authority(settings, keys.find, standings)
    issuer = TokenIssuer(settings.network, settings.owner, keys)
    sessions = Sessions(authority, issuer, standings, name_of=name_of)
    return SignIn(authority, sessions, Programs(issuer, settings.programs_file))


def _authority(settings: Settings, find_key: FindKey, standings: RememberedStandings) -> Authority:
    name = instance_name(settings.network, settings.owner)
    return Authority(name, find_key, owner=settings.owner, standings=standings)


async def _no_key(_: str | None) -> PyJWK | None:
    raise UnavailableError(
        "This process has no keys to check tokens with: have its operator set "
        "INTERCOOP_SIGNING_KEYS_FILE"
    )
