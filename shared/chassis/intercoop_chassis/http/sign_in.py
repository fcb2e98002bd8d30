"""What an instance issues and checks by its own key, assembled from its settings."""

from dataclasses import dataclass

from jwt import PyJWK

from intercoop_chassis.auth.authority import Authority, FindKey
from intercoop_chassis.auth.endings import EndedSessions
from intercoop_chassis.auth.issuing import TokenIssuer, instance_name
from intercoop_chassis.auth.programs import Programs
from intercoop_chassis.auth.sessions import Sessions
from intercoop_chassis.auth.signing_keys import SigningKeys
from intercoop_chassis.context import Context
from intercoop_chassis.errors import UnavailableError


@dataclass(frozen=True, slots=True)
class SignIn:
    """How an instance knows who calls; without a key file it issues nothing and knows nobody."""

    authority: Authority
    sessions: Sessions | None = None
    programs: Programs | None = None


def sign_in_of(context: Context) -> SignIn:
    """The sign-in of the instance that a context is of. Raises `UnusableFileError`."""
    settings = context.settings
    if settings.signing_keys_file is None:
        return SignIn(_authority(context, _no_key))
    keys = SigningKeys(settings.signing_keys_file)
    authority = _authority(context, keys.find)
    issuer = TokenIssuer(settings.network, settings.owner, keys)
    return SignIn(authority, Sessions(authority, issuer), Programs(issuer, settings.programs_file))


def _authority(context: Context, find_key: FindKey) -> Authority:
    settings = context.settings
    name = instance_name(settings.network, settings.owner)
    return Authority(name, find_key, owner=settings.owner, endings=EndedSessions(context.db))


async def _no_key(_: str | None) -> PyJWK | None:
    raise UnavailableError(
        "This process has no keys to check tokens with: have its operator set "
        "INTERCOOP_SIGNING_KEYS_FILE"
    )
