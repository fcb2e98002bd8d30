"""The settings that every service has."""

from typing import Final, Literal

from pydantic import Field, FilePath, SecretStr, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from intercoop_chassis.settings.values import Brokers, Count, Dsn, Networks, Slug, Slugs, Url

ABSENT: Final = "absent"
"""The type of a validator's error whose message follows the setting's name."""


class Settings(BaseSettings):
    """One service in one instance. Each field's first example is shown when it is wrong.

    A service with settings of its own derives a class and names it in `Service(settings=…)`. What
    is constructed is what is given: only `load_settings` reads an environment.
    """

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    network: Slug = Field(description="the network's name", examples=["cgscop-2016"])
    owner: Slug = Field(description="the instance's slug", examples=["midi-pyrenees"])

    database: Dsn = Field(
        description="where the service's PostgreSQL database is",
        examples=["postgresql://user:password@localhost:5432/directory"],
    )
    pool_max: Count = Field(4, description="connections to the database, at most", examples=["4"])

    kafka: Brokers = Field(description="Kafka's bootstrap servers", examples=["localhost:9092"])
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

    follows: Slugs | None = Field(
        None, description="owners to follow, all when it is not set", examples=["cgscop,auvergne"]
    )
    limit_entities: Count = Field(
        50_000, description="living entities of another owner, per stream", examples=["50000"]
    )
    limit_bytes: Count = Field(
        256 * 2**20, description="bytes of another owner, per stream", examples=["268435456"]
    )
    limit_parked_bytes: Count = Field(
        32 * 2**20, description="bytes of another owner that wait parked", examples=["33554432"]
    )
    sealing_keys_file: FilePath | None = Field(
        None, description="keys that seal private streams", examples=["/etc/intercoop/sealing.keys"]
    )

    http_host: str = Field("127.0.0.1", description="address to listen on", examples=["0.0.0.0"])  # noqa: S104  an example
    http_port: int = Field(8000, ge=0, le=65535, description="port to listen on", examples=["8000"])
    http_rate: int = Field(
        200, ge=0, description="requests a second from one caller, 0 for any", examples=["200"]
    )
    trusted_proxies: Networks | None = Field(
        None,
        description="proxies whose X-Forwarded-For and X-Forwarded-Proto are believed",
        examples=["127.0.0.1,10.0.0.0/8"],
    )
    public_url: Url | None = Field(
        None, description="the address people reach", examples=["https://coop.example"]
    )
    owner_name: str | None = Field(
        None,
        max_length=80,
        description="the owner's name as people read it",
        examples=["Midi-Pyrénées"],
    )
    source_url: Url | None = Field(
        None,
        description="where people get the source code that runs here (AGPL, section 13)",
        examples=["https://code.example.org/intercoop"],
    )
    signing_keys_file: FilePath | None = Field(
        None,
        description="keys that sign sessions and programs' tokens",
        examples=["/etc/intercoop/signing.pem"],
    )
    programs_file: FilePath | None = Field(
        None,
        description="programs that may ask for tokens",
        examples=["/etc/intercoop/programs"],
    )
    personas_file: FilePath | None = Field(
        None,
        description="made-up people whom anybody may be, for trying out on this machine alone",
        examples=["/etc/intercoop/personas.json"],
    )

    log_format: Literal["auto", "json", "text"] = Field(
        "auto", description="json, text, or text on a terminal only", examples=["json"]
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="the least that is logged", examples=["info"]
    )

    @property
    def name_of_owner(self) -> str:
        """What the owner is called as long as it has not said so on its pages."""
        return self.owner_name or self.owner

    @field_validator("kafka_user", "kafka_password")
    @classmethod
    def _needed_by_sasl(
        cls, value: str | SecretStr | None, info: ValidationInfo
    ) -> str | SecretStr | None:
        """Called for an absent one too: pydantic-settings validates defaults."""
        if value is None and str(info.data.get("kafka_security")).startswith("SASL"):
            raise PydanticCustomError(ABSENT, "is missing and SASL needs it")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  pydantic-settings' signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)
