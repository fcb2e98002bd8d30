"""A network's file: its owners, how topics are kept, how much each owner may use."""

import tomllib
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from intercoop_contracts.bounds import Slug
from intercoop_contracts.ids import with_the_same_tag
from intercoop_network.errors import NetworkError

_OURS: Final = {
    "cleanup.policy": "a topic is a table: the newest of each subject, for ever",
    "compression.type": "readers refuse what is compressed",
    "message.timestamp.type": "an owner's clock may be wrong",
    "min.insync.replicas": "write min_in_sync",
    "retention.bytes": "a topic is a table and forgets nothing by size",
    "retention.ms": "a topic is a table and forgets nothing by age",
}

AtLeastOne = Annotated[int, Field(ge=1, strict=True)]


def _extra(settings: dict[str, str]) -> dict[str, str]:
    for name in settings:
        if name in _OURS:
            message = f"{name} may not be set here ({_OURS[name]}): take it out"
            raise PydanticCustomError("setting", "{message}", {"message": message})
    return settings


def one_tag(first: str, second: str) -> str:
    """What is wrong with two owners of which only one may be let in."""
    return (
        f"{first} and {second}: the ids of their entities could not be told apart (their slugs "
        "have one hash)"
    )


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TopicChoices(_Part):
    """How topics are kept: how many partitions, on how many brokers, confirmed by how many.

    `settings` are further settings of Kafka's by their own names, e.g. `segment.ms`.
    """

    partitions: AtLeastOne = 1
    replication: AtLeastOne = 1
    min_in_sync: AtLeastOne = 1
    settings: Annotated[dict[str, str], AfterValidator(_extra)] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _enough_copies(self) -> "TopicChoices":
        if self.min_in_sync > self.replication:
            message = (
                f"min_in_sync ({self.min_in_sync}) is more than replication ({self.replication}): "
                "nothing could be written; lower it"
            )
            raise PydanticCustomError("copies", "{message}", {"message": message})
        return self


class Quota(_Part):
    """How much an owner may use, on each broker: bytes a second, and per cent of its threads.

    Nothing, or 0 where an owner is to have none of the network's, sets no limit.
    """

    producer_bytes_per_second: Annotated[int, Field(ge=0)] = 0
    consumer_bytes_per_second: Annotated[int, Field(ge=0)] = 0
    request_percentage: Annotated[float, Field(ge=0)] = 0


class Owner(_Part):
    """An owner; its `topics` and `quota` replace what the network's say."""

    slug: Slug
    kind: str
    name: str
    departements: tuple[str, ...] = ()
    revoked: bool = False
    topics: dict[str, object] = Field(default_factory=dict)
    quota: Quota = Quota()


class NetworkFile(_Part):
    """The whole file."""

    name: Slug
    as_of: date | None = None
    topics: TopicChoices = TopicChoices()
    quota: Quota = Quota()
    owner: tuple[Owner, ...]

    @model_validator(mode="after")
    def _consistent(self) -> "NetworkFile":
        twice = [slug for slug, count in Counter(self.slugs).items() if count > 1]
        if twice:
            message = f"{', '.join(twice)}: there twice; keep one entry for each owner"
            raise PydanticCustomError("twice", "{message}", {"message": message})
        for first, second in with_the_same_tag(self.slugs):
            message = f"{one_tag(first, second)}; give the newer one another slug"
            raise PydanticCustomError("tags", "{message}", {"message": message})
        for owner in self.owner:
            self.topics_of(owner)
        return self

    @property
    def slugs(self) -> tuple[str, ...]:
        return tuple(owner.slug for owner in self.owner)

    def topics_of(self, owner: Owner) -> TopicChoices:
        """The network's choices, with what this owner's entry says instead."""
        own = TopicChoices.model_validate({**self._plain_topics(), **owner.topics})
        return own.model_copy(update={"settings": {**self.topics.settings, **own.settings}})

    def quota_of(self, owner: Owner) -> Quota:
        return self.quota.model_copy(update=owner.quota.model_dump(exclude_unset=True))

    def only(self, slugs: frozenset[str], topics: TopicChoices) -> "NetworkFile":
        """The same network with these owners alone, and one way of keeping all their topics."""
        owners = [owner for owner in self.owner if owner.slug in slugs]
        owners = [owner.model_copy(update={"topics": {}}) for owner in owners]
        return self.model_copy(update={"owner": tuple(owners), "topics": topics})

    def _plain_topics(self) -> dict[str, object]:
        return self.topics.model_dump()


def read_file(path: Path) -> NetworkFile:
    """Read a network's file. Raises `NetworkError` that names every field that is wrong."""
    try:
        return NetworkFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise NetworkError(f"{path} cannot be read: {error}. Nothing was changed.") from error
    except ValidationError as error:
        wrong = "\n".join(
            f"  {'.'.join(str(part) for part in one['loc']) or 'the file'}: {one['msg']}"
            for one in error.errors(include_url=False, include_input=False)
        )
        raise NetworkError(f"{path} needs correction, nothing was changed:\n{wrong}") from error
