"""A cluster as its operator sees it: what is there, and one change at a time."""

from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Self

from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ConfigResource,
    ConfigResourceType,
    KafkaAdminClient,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
    ScramMechanism,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)
from kafka.errors import KafkaError, NoError, SecurityDisabledError, for_code

from intercoop_network.connection import Connection
from intercoop_network.errors import NetworkError
from intercoop_network.found import Found, TopicFound
from intercoop_network.knocking import knock
from intercoop_network.quotas import read_quotas, set_quota
from intercoop_network.wanted import Resource, Right, TopicWish

_TYPES = {
    Resource.TOPIC: ResourceType.TOPIC,
    Resource.GROUP: ResourceType.GROUP,
    Resource.TRANSACTION: ResourceType.TRANSACTIONAL_ID,
    Resource.CLUSTER: ResourceType.CLUSTER,
}
_NAMES = {one: name for name, one in _TYPES.items()}
_ITERATIONS = 8192
_OWN = "DYNAMIC_TOPIC_CONFIG"


class Cluster:
    """An open connection to a cluster, by `with`. What it refuses is raised as `NetworkError`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._client: KafkaAdminClient = None

    def __enter__(self) -> Self:
        knock(self._connection)
        self._client = self._connection.open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def find(self) -> Found:
        """Everything there is."""
        try:
            return Found(
                topics=self._topics(),
                users=self._users(),
                rights=self._rights(),
                quotas=read_quotas(self._client),
            )
        except SecurityDisabledError as error:
            raise NetworkError(
                "The cluster has no authorizer, so that everybody may do everything: set "
                "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer "
                "on its brokers first. Nothing was changed."
            ) from error
        except KafkaError as error:
            raise NetworkError(
                f"The cluster could not be read ({type(error).__name__}): {error}. Does the user "
                "have the operator's rights (super.users)? Nothing was changed."
            ) from error

    def create_topics(self, wishes: Mapping[str, TopicWish]) -> None:
        """Create topics. Raises for the first that the cluster refuses; others may be there."""
        asked = {
            name: {
                "num_partitions": wish.partitions,
                "replication_factor": wish.replication,
                "configs": dict(wish.settings),
            }
            for name, wish in wishes.items()
        }
        answer = self._client.create_topics(asked, raise_errors=False)
        for topic in answer["topics"]:
            _check(f"topic {topic['name']}", topic["error_code"], topic.get("error_message"))

    def alter_topic(self, name: str, settings: Mapping[str, str]) -> None:
        resource = ConfigResource(ConfigResourceType.TOPIC, name, dict(settings))
        outcome = self._client.alter_configs([resource], raise_on_unknown=False)["topic"][name]
        if outcome != "OK":
            raise NetworkError(f"The settings of topic {name} could not be changed: {outcome}")

    def delete_topic(self, name: str) -> None:
        answer = self._client.delete_topics([name], raise_errors=False)
        for topic in answer["topics"]:
            _check(f"topic {name}", topic["error_code"], topic.get("error_message"))

    def set_password(self, user: str, password: str) -> None:
        """Let a user in with this password; connections that live stay."""
        mechanism = ScramMechanism.SCRAM_SHA_256
        self._alter_user(UserScramCredentialUpsertion(user, mechanism, password, _ITERATIONS))

    def delete_user(self, user: str) -> None:
        self._alter_user(UserScramCredentialDeletion(user, ScramMechanism.SCRAM_SHA_256))

    def add_rights(self, rights: Sequence[Right]) -> None:
        answer = self._client.create_acls([_acl(right) for right in rights])
        for failed in answer["failed"]:
            raise NetworkError(f"A right could not be given: {failed.__name__}")

    def remove_rights(self, rights: Sequence[Right]) -> None:
        """Remove exactly these."""
        for _, _, error in self._client.delete_acls([_exactly(right) for right in rights]):
            if error is not NoError:
                raise NetworkError(f"A right could not be taken away: {error.__name__}")

    def set_quota(self, user: str, limits: Mapping[str, float | None]) -> None:
        set_quota(self._client, user, limits)

    def _alter_user(self, change: object) -> None:
        for user, failure in self._client.alter_user_scram_credentials([change]).items():
            if failure:
                raise NetworkError(f"The password of {user} could not be changed: {failure}")

    def _topics(self) -> dict[str, TopicFound]:
        described = [one for one in self._client.describe_topics() if not one["is_internal"]]
        names = [one["name"] for one in described]
        settings = self._settings(names) if names else {}
        return {one["name"]: _topic(one["partitions"], settings[one["name"]]) for one in described}

    def _settings(self, names: Iterable[str]) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
        resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
        answer: dict[str, dict[str, dict[str, dict[str, str]]]] = self._client.describe_configs(
            resources, config_filter="all"
        )
        return answer["topic"]

    def _users(self) -> frozenset[str]:
        users = self._client.describe_user_scram_credentials()
        return frozenset(
            name
            for name, user in users.items()
            for one in user["credential_infos"]
            if one["mechanism"] is ScramMechanism.SCRAM_SHA_256
        )

    def _rights(self) -> frozenset[Right]:
        every = ACLFilter(
            None,
            None,
            ACLOperation.ANY,
            ACLPermissionType.ANY,
            ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY),
        )
        found, _ = self._client.describe_acls(every)
        return frozenset(_right(one) for one in found)


def _topic(
    partitions: Sequence[Mapping[str, Sequence[int]]], settings: Mapping[str, Mapping[str, str]]
) -> TopicFound:
    return TopicFound(
        partitions=len(partitions),
        replication=max((len(one["replica_nodes"]) for one in partitions), default=0),
        settings={name: one["value"] for name, one in settings.items()},
        own=frozenset(name for name, one in settings.items() if one["config_source"] == _OWN),
    )


def _right(acl: ACL) -> Right:
    pattern = acl.resource_pattern
    kind = pattern.resource_type
    return Right(
        principal=acl.principal,
        resource=_NAMES.get(kind) or kind.name.lower(),
        name=pattern.resource_name,
        doing=acl.operation.name.lower(),
        prefixed=pattern.pattern_type is ACLResourcePatternType.PREFIXED,
        denied=acl.permission_type is ACLPermissionType.DENY,
        host=acl.host,
    )


def _pattern(right: Right) -> tuple[ResourceType, str, ACLResourcePatternType]:
    kind = ACLResourcePatternType.PREFIXED if right.prefixed else ACLResourcePatternType.LITERAL
    known = {str(name): one for name, one in _TYPES.items()}
    return known.get(right.resource) or ResourceType[right.resource.upper()], right.name, kind


def _acl(right: Right) -> ACL:
    permission = ACLPermissionType.DENY if right.denied else ACLPermissionType.ALLOW
    doing = ACLOperation[right.doing.upper()]
    return ACL(right.principal, right.host, doing, permission, ResourcePattern(*_pattern(right)))


def _exactly(right: Right) -> ACLFilter:
    acl = _acl(right)
    pattern = ResourcePatternFilter(*_pattern(right))
    return ACLFilter(acl.principal, acl.host, acl.operation, acl.permission_type, pattern)


def _check(what: str, code: int, message: str | None) -> None:
    if code:
        error = for_code(code)
        raise NetworkError(f"The cluster refuses {what}: {message or error.__name__}")
