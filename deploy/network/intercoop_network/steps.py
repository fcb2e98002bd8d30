"""The steps of a plan: each is one change to a cluster, said without any secret."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from intercoop_network.wanted import Right, TopicWish


@dataclass(frozen=True, slots=True)
class CreateTopic:
    name: str
    wish: TopicWish

    @property
    def in_words(self) -> str:
        wish = self.wish
        settings = ", ".join(f"{key}={value}" for key, value in sorted(wish.settings.items()))
        kept = f"partitions: {wish.partitions}, brokers: {wish.replication}"
        return f"+ topic {self.name}: {kept}; {settings}"


@dataclass(frozen=True, slots=True)
class AlterTopic:
    """Settings that differ: name → (is, should be)."""

    name: str
    settings: Mapping[str, tuple[str | None, str]]

    @property
    def in_words(self) -> str:
        changes = (
            f"{key} {before or 'unset'} → {after}"
            for key, (before, after) in sorted(self.settings.items())
        )
        return f"~ topic {self.name}: {', '.join(changes)}"


@dataclass(frozen=True, slots=True)
class DeleteTopic:
    name: str

    @property
    def in_words(self) -> str:
        return f"- topic {self.name}, with every record in it"


@dataclass(frozen=True, slots=True)
class SetPassword:
    """Let a user in with the password that is kept for it, or with a new one (`renewed`)."""

    owner: str
    exists: bool
    renewed: bool = False

    @property
    def in_words(self) -> str:
        if self.renewed:
            return f"~ user {self.owner}: a new password is made, the one before is refused"
        if self.exists:
            return f"~ user {self.owner}: its password becomes the one that is kept here"
        return f"+ user {self.owner}: may connect with SCRAM-SHA-256"


@dataclass(frozen=True, slots=True)
class DeleteUser:
    owner: str

    @property
    def in_words(self) -> str:
        return f"- user {self.owner}: no new connection"


@dataclass(frozen=True, slots=True)
class AddRight:
    right: Right

    @property
    def in_words(self) -> str:
        return f"+ right: {self.right.in_words}"


@dataclass(frozen=True, slots=True)
class RemoveRight:
    right: Right

    @property
    def in_words(self) -> str:
        return f"- right: {self.right.in_words}"


@dataclass(frozen=True, slots=True)
class SetQuota:
    """A limit under Kafka's name; None is no limit."""

    owner: str
    name: str
    before: float | None
    after: float | None

    @property
    def in_words(self) -> str:
        before, after = (
            "no limit" if value is None else f"{value:.12g}" for value in (self.before, self.after)
        )
        return f"~ quota of {self.owner}: {self.name} {before} → {after}"


Step: TypeAlias = (
    CreateTopic
    | AlterTopic
    | DeleteTopic
    | SetPassword
    | DeleteUser
    | AddRight
    | RemoveRight
    | SetQuota
)


@dataclass(frozen=True, slots=True)
class Orders:
    """What is done only where it is named.

    Topics to delete, owners to shut out, to let in again, and to give a new password.
    """

    delete: frozenset[str] = frozenset()
    revoke: frozenset[str] = frozenset()
    restore: frozenset[str] = frozenset()
    new_password: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done, in this order; what cannot be, and why; what is not ours."""

    steps: tuple[Step, ...] = ()
    refused: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
