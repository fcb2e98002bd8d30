"""Settings of one service in one instance, from the environment and from files it names."""

import os
import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    FilePath,
    SecretStr,
    ValidationError,
)
from pydantic_core import PydanticCustomError

from intercoop_chassis import failpoints
from intercoop_contracts.catalogue import READS
from intercoop_contracts.streams import OWNER_PATTERN

_PREFIX: Final = "INTERCOOP_"
_ELSEWHERE: Final = frozenset({"INTERCOOP_HOME", failpoints.VARIABLE})
"""Where the local stack keeps its files, and where a test ends a process."""
_BROKER = re.compile(r"(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+):[0-9]{1,5}")


def _wrong(message: str) -> PydanticCustomError:
    return PydanticCustomError("setting", "{message}", {"message": message})


def _slug(value: str) -> str:
    if not re.fullmatch(OWNER_PATTERN, value):
        raise _wrong("has to be lower-case letters and digits joined by hyphens")
    return value


def _dsn(value: SecretStr) -> SecretStr:
    parts = urlsplit(value.get_secret_value())
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise _wrong("has to be an address of PostgreSQL that names a database")
    return value


def _brokers(value: str) -> str:
    if not all(_BROKER.fullmatch(one.strip()) for one in value.split(",")):
        raise _wrong("has to be host:port, several separated by commas")
    return value


def _address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise _wrong("has to be an address that begins with https:// or http://")
    if parts.username or parts.password:
        raise _wrong("is shown in logs and must hold no user and no password")
    return value


def _mail_server(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.username:
        raise _wrong("has to be smtp://host:port or smtps://host:port; the user is set apart")
    return value


def _split(value: object) -> object:
    if not isinstance(value, str):
        return value
    return frozenset(part.strip() for part in value.split(",") if part.strip())


Slug = Annotated[str, AfterValidator(_slug)]
Url = Annotated[str, AfterValidator(_address)]
Count = Annotated[int, Field(ge=1)]


class Settings(BaseModel):
    """One service in one instance. Each field's first example is shown when it is wrong."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    network: Slug = Field(description="the network's name", examples=["cgscop-2016"])
    owner: Slug = Field(description="the instance's slug", examples=["midi-pyrenees"])

    database: Annotated[SecretStr, AfterValidator(_dsn)] = Field(
        description="where the service's PostgreSQL database is",
        examples=["postgresql://user:password@localhost:5432/directory"],
    )
    pool_max: Count = Field(4, description="connections to the database, at most", examples=["4"])

    kafka: Annotated[str, AfterValidator(_brokers)] = Field(
        description="Kafka's bootstrap servers", examples=["localhost:9092"]
    )
    kafka_security: Literal["PLAINTEXT", "SASL_PLAINTEXT", "SASL_SSL", "SSL"] = Field(
        "PLAINTEXT", description="how to connect to Kafka", examples=["SASL_SSL"]
    )
    kafka_user: str | None = Field(None, description="for SASL", examples=["midi-pyrenees"])
    kafka_password: SecretStr | None = Field(None, description="for SASL", examples=["…"])
    kafka_ca_file: FilePath | None = Field(
        None, description="the authority of Kafka's certificate", examples=["/etc/kafka/ca.pem"]
    )
    create_topics: bool = Field(True, description="create missing topics", examples=["false"])  # noqa: FBT003  pydantic's default
    topic_partitions: Count = Field(1, description="of a created topic", examples=["3"])
    topic_replication: Count = Field(1, description="of a created topic", examples=["3"])

    follows: Annotated[frozenset[Slug] | None, BeforeValidator(_split)] = Field(
        None, description="owners to follow, all when it is not set", examples=["cgscop,auvergne"]
    )
    sealing_keys_file: FilePath | None = Field(
        None, description="keys that seal personal fields", examples=["/etc/intercoop/sealing.keys"]
    )

    http_host: str = Field("127.0.0.1", description="address to listen on", examples=["0.0.0.0"])  # noqa: S104  an example
    http_port: int = Field(8000, ge=0, le=65535, description="port to listen on", examples=["8000"])
    http_rate: int = Field(
        200, ge=0, description="requests a second from one caller, 0 for any", examples=["200"]
    )
    issuer: Url = Field(
        description="who issues tokens, as in their `iss`", examples=["https://id.example.org"]
    )
    audience: str = Field(
        "intercoop", min_length=1, description="the tokens' `aud`", examples=["intercoop"]
    )
    jwks: Url = Field(
        description="where the issuer's keys are", examples=["https://id.example.org/jwks.json"]
    )

    smtp: Annotated[str, AfterValidator(_mail_server)] | None = Field(
        None,
        description="the mail server, smtps:// for TLS from the start",
        examples=["smtp://localhost:587"],
    )
    smtp_user: str | None = Field(None, description="for the mail server", examples=["intercoop"])
    smtp_password: SecretStr | None = Field(None, description="of smtp_user", examples=["…"])
    mail_from: str | None = Field(
        None, description="the sender of mails", examples=["intercoop@scop.example"]
    )
    public_url: Url | None = Field(
        None, description="the address people reach", examples=["https://coop.example"]
    )

    log_format: Literal["auto", "json", "text"] = Field(
        "auto", description="json, text, or text on a terminal only", examples=["json"]
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="the least that is logged", examples=["info"]
    )


class SettingsError(Exception):
    """Settings are missing, wrong or unknown; the text names each with its remedy, no values."""


def load_settings(service: str, *, siblings: Collection[str] = ()) -> Settings:
    """The settings of `service` from this process's environment; see `load_settings_from`."""
    return load_settings_from(service, os.environ, siblings=siblings)


def load_settings_from(
    service: str, environ: Mapping[str, str], *, siblings: Collection[str] = ()
) -> Settings:
    """The settings of `service` from `environ`.

    A setting is the first of `INTERCOOP_<SERVICE>_<NAME>` and `INTERCOOP_<NAME>` that is there and
    not empty; with `_FILE` at the end it names a file that holds the value. `siblings` are other
    services whose own settings may stand in the same environment; the network's are known. Raises
    `SettingsError`, which names everything that is wrong at once.
    """
    names = _Names(service, {*siblings, *READS})
    faults = [names.unknown(name) for name in sorted(environ) if not names.is_known(name)]
    values: dict[str, str] = {}
    for field in Settings.model_fields:
        try:
            value = names.read(field, environ)
        except SettingsError as error:
            faults.append(str(error))
        else:
            values |= {} if value is None else {field: value}
    settings = _validated(values, names, environ, faults)
    if settings is None or faults:
        listed = "\n".join(f"  {fault}" for fault in dict.fromkeys(faults))
        raise SettingsError(f"The settings of {service} need correction:\n{listed}")
    return settings


def _validated(
    values: Mapping[str, str], names: "_Names", environ: Mapping[str, str], faults: list[str]
) -> Settings | None:
    if values.get("kafka_security", "").startswith("SASL"):
        absent = [name for name in ("kafka_user", "kafka_password") if name not in values]
        faults += [names.fault(name, environ, "is missing and SASL needs it") for name in absent]
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        for one in error.errors(include_input=False, include_url=False):
            what = one["msg"].replace("Input should be", "has to be")
            message = "is missing" if one["type"] == "missing" else f"is wrong: {what}"
            faults.append(names.fault(str(one["loc"][0]), environ, message))
        return None


class _Names:
    """The names of the variables from which a service's settings are read."""

    def __init__(self, service: str, siblings: Collection[str]) -> None:
        self._own = f"{_PREFIX}{_upper(service)}_"
        prefixes = {_PREFIX, self._own, *(f"{_PREFIX}{_upper(one)}_" for one in siblings)}
        plain = {prefix + field.upper() for prefix in prefixes for field in Settings.model_fields}
        self._known = plain | {f"{name}_FILE" for name in plain} | _ELSEWHERE

    def is_known(self, name: str) -> bool:
        return not name.startswith(_PREFIX) or name in self._known

    def unknown(self, name: str) -> str:
        close = get_close_matches(name, sorted(self._known), n=1)
        remedy = f"did you mean {close[0]}?" if close else "remove it"
        return f"{name} is not a setting: {remedy}"

    def fault(self, field: str, environ: Mapping[str, str], message: str) -> str:
        about = Settings.model_fields[field]
        found = self._found(field, environ)
        name = found[0] if found else _PREFIX + field.upper()
        example = f"{_PREFIX}{field.upper()}={(about.examples or [''])[0]}"
        return f"{name} {message} ({about.description}, e.g. {example})"

    def read(self, field: str, environ: Mapping[str, str]) -> str | None:
        """The setting's text. Raises `SettingsError` for a double or an unreadable one."""
        found = self._found(field, environ)
        if not found:
            return None
        if len(found) > 1:
            raise SettingsError(f"{' and '.join(found)} are both set: keep one")
        name = found[0]
        value = environ[name]
        return value if name.endswith(field.upper()) else _content(name, Path(value))

    def _found(self, field: str, environ: Mapping[str, str]) -> list[str]:
        for prefix in (self._own, _PREFIX):
            name = prefix + field.upper()
            found = [one for one in (name, f"{name}_FILE") if environ.get(one)]
            if found:
                return found
        return []


def _upper(service: str) -> str:
    return service.upper().replace("-", "_")


def _content(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise SettingsError(f"{name}: {path} cannot be read ({reason}): correct it") from error
