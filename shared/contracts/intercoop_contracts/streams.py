"""A stream carries the state of one kind of entity: what a message holds, and the topics."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Generic, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict

from intercoop_contracts.attribution import (
    AnyId,
    IssuedBy,
    Issuer,
    declares_ids,
    faulty_declarations,
    foreign_id,
)
from intercoop_contracts.bounds import OWNER_PATTERN, Tag
from intercoop_contracts.ids import ENDLESS, is_subject_of
from intercoop_contracts.personal import personal_paths

_STREAM_NAME = re.compile("[a-z]+(?:-[a-z]+)*")


class View(BaseModel):
    """The full public state of an entity after a change. Readers ignore fields they do not know."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class End(BaseModel):
    """Why an entity ended: a short reason in the stream's own words, e.g. `withdrawn`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    reason: Tag
    erased: bool = False
    merged_into: AnyId | None = None


class Ended(BaseModel):
    """The last state of an entity that ended. `ended` is a name no view may use."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    ended: End


class Audience(StrEnum):
    """Who may read a stream: every instance of the network, or the services of one instance."""

    SHARED = "shared"
    PRIVATE = "private"


class StreamDefinitionError(TypeError):
    """A stream was defined against the rules; names the stream, the rule and the remedy."""


V = TypeVar("V", bound=View)


@dataclass(frozen=True, eq=False)
class Stream(Generic[V]):
    """One kind of entity as its owners publish it.

    `name` is plural and in kebab case (`meeting-seats`), `event_types` are past tense labels for
    people and logs. `key` says whose id the subject is: `OWN`, that of an owner which the view
    names, or `ANYBODYS` where the subject is composed of several.

    Raises `StreamDefinitionError` for a personal field on a shared stream, for a view that uses the
    reserved name `ended` or does not say whose its ids are, and for a malformed name.
    """

    name: str
    audience: Audience
    view: type[V]
    event_types: tuple[str, ...]
    publisher: str
    key: IssuedBy
    major: int = 1

    def __post_init__(self) -> None:
        for label in (self.name, *self.event_types):
            if not _STREAM_NAME.fullmatch(label):
                raise StreamDefinitionError(f"{label!r}: write it in kebab case, letters only")
        if "ended" in self.view.model_fields:
            raise StreamDefinitionError(
                f"{self.name}: a view may not have a field 'ended': rename it"
            )
        for fault in self._faults():
            raise StreamDefinitionError(f"{self.name}: {fault}")
        personal = personal_paths(self.view)
        if self.audience is Audience.SHARED and personal:
            fields = ", ".join(sorted(".".join(path) for path in personal))
            raise StreamDefinitionError(
                f"{self.name} is shared and its view has personal fields ({fields}): "
                "make the stream private or leave them out"
            )

    @cached_property
    def id(self) -> str:
        """The stream's name across owners: `shared.organisations.v1`."""
        return f"{self.audience}.{self.name}.v{self.major}"

    @cached_property
    def is_sealed(self) -> bool:
        """Whether its values travel sealed, whole: by its audience alone, whatever its view holds.

        A version of the software that does not know a new field seals it with all the others.
        """
        return self.audience is Audience.PRIVATE

    @cached_property
    def schema_id(self) -> str:
        """The URI of the view's JSON Schema, as `ce_dataschema` carries it."""
        return f"urn:intercoop:schema:{self.name}:v{self.major}"

    def topic(self, owner: str) -> str:
        """The owner's topic: `shared.midi-pyrenees.organisations.v1`."""
        return f"{self.audience}.{owner}.{self.name}.v{self.major}"

    @property
    def needs_a_beginning(self) -> bool:
        """Whether an end counts only after a view: the view alone names whose id the subject is."""
        return isinstance(self.key.issuer, str)

    def foreign_id(
        self, publisher: str, subject: str, state: View | Ended, before: str = ENDLESS
    ) -> str | None:
        """The path of the first id in a state event that is not whose this stream says.

        Nor may it be of a time that is not `before` (`ids.beginning_at`): lists are in the order of
        ids. `subject`, or a path in the view, e.g. `invitations.0.id`; None when all are right.
        """
        has_ended, owner = isinstance(state, Ended), None
        if self.key.issuer is Issuer.PUBLISHER:
            owner = publisher
        elif not has_ended:
            owner = self.key.owner(state, publisher)
        if owner is not None and (subject > before or not is_subject_of(subject, owner)):
            return "subject"
        if has_ended or not self._has_ids:
            return None
        return foreign_id(state, publisher, before)

    @cached_property
    def _has_ids(self) -> bool:
        """Whether its view has any id within, whose it has to be."""
        return declares_ids(self.view)

    def _faults(self) -> Iterator[str]:
        if isinstance(self.key.issuer, str) and self.key.issuer not in self.view.model_fields:
            yield f"its key is issued by {self.key.issuer}, which is no field of its view"
        yield from faulty_declarations(self.view)


_TOPIC = re.compile(
    rf"(?P<audience>shared|private)\.(?P<owner>{OWNER_PATTERN})\.(?P<name>[a-z-]+)"
    r"\.v(?P<major>[1-9][0-9]{0,4})"
)


Key: TypeAlias = tuple[str, str]
"""Topic and subject: one entity."""


@dataclass(frozen=True, slots=True)
class TopicName:
    """A topic's name taken apart."""

    audience: Audience
    owner: str
    name: str
    major: int

    @property
    def stream_id(self) -> str:
        return f"{self.audience}.{self.name}.v{self.major}"


@lru_cache(maxsize=4096)
def owner_of(topic: str) -> str:
    """Whose a topic is; nothing where it is not one of the network's topics."""
    name = parse_topic(topic)
    return name.owner if name else ""


def stream_of(topic: str) -> str:
    """The id of a topic's stream; the topic itself where it is of no stream."""
    name = parse_topic(topic)
    return name.stream_id if name else topic


def parse_topic(topic: str) -> TopicName | None:
    """Take a topic's name apart; None when it is not one of the network's topics."""
    found = _TOPIC.fullmatch(topic)
    if found is None:
        return None
    return TopicName(
        Audience(found["audience"]), found["owner"], found["name"], int(found["major"])
    )
