"""Looking at a cluster, planning, and doing what was planned."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from intercoop_network.cluster import Cluster
from intercoop_network.connection import Connection
from intercoop_network.difference import plan
from intercoop_network.errors import NetworkError
from intercoop_network.found import Found
from intercoop_network.knocking import WrongPasswordError, knock
from intercoop_network.passwords import Passwords
from intercoop_network.steps import (
    AddRight,
    AlterTopic,
    CreateTopic,
    DeleteTopic,
    DeleteUser,
    Orders,
    Plan,
    RemoveRight,
    SetPassword,
    SetQuota,
    Step,
)
from intercoop_network.wanted import Wanted
from intercoop_network.words import lines

Say = Callable[[str], None]

SHOWN_WITHIN_S: Final = 60.0
_LOOK_S: Final = 0.3


@dataclass(frozen=True, slots=True)
class Operation:
    """A network's wishes, a cluster, and where passwords are kept."""

    wanted: Wanted
    connection: Connection
    passwords: Passwords

    def plan(self, orders: Orders | None = None) -> Plan:
        """What `apply` would do. Raises `NetworkError`."""
        with Cluster(self.connection) as cluster:
            return self._plan(cluster, orders or Orders())

    def apply(self, orders: Orders | None = None, say: Say | None = None) -> Plan:
        """Say what is different, and do it; returns when the cluster shows it.

        Raises `NetworkError`; what is done stays done.
        """
        with Cluster(self.connection) as cluster:
            planned = self._plan(cluster, orders or Orders())
            if say:
                say("\n".join(lines(planned)))
            try:
                for _, steps in groupby(planned.steps, type):
                    self._do(list(steps), cluster)
            except NetworkError as error:
                raise NetworkError(f"{error}. What was done before stays; apply again") from error
            if planned.steps:
                self._until_shown(cluster)
        return planned

    def _until_shown(self, cluster: Cluster) -> None:
        """Wait for the brokers, who learn from the controller a moment later what was done."""
        give_up = time.monotonic() + SHOWN_WITHIN_S
        while (left := self._plan(cluster, Orders())).steps:
            if time.monotonic() > give_up:
                missing = "\n".join(lines(left))
                raise NetworkError(
                    f"All was done, but after {SHOWN_WITHIN_S:.0f} s the cluster does not show it:"
                    f"\n{missing}\nSee that its brokers reach their controllers, and apply again"
                )
            time.sleep(_LOOK_S)

    def _plan(self, cluster: Cluster, orders: Orders) -> Plan:
        found = cluster.find()
        strangers = frozenset(self._strangers(found))
        found = replace(found, strangers=strangers)
        return plan(self.wanted, found, orders, self.connection.user)

    def _strangers(self, found: Found) -> Iterator[str]:
        """Users whose password on the cluster is not the one kept here: tried, as they would."""
        if not self.connection.security.startswith("SASL"):
            return
        for owner in sorted(self.wanted.members & found.users):
            password = self.passwords.find(owner)
            if password is None:
                continue
            try:
                knock(self.connection.as_user(owner, password))
            except WrongPasswordError:
                yield owner

    def _do(self, steps: Sequence[Step], cluster: Cluster) -> None:
        """Do steps of one kind, together where the cluster takes them together."""
        topics = {one.name: one.wish for one in steps if isinstance(one, CreateTopic)}
        given = [one.right for one in steps if isinstance(one, AddRight)]
        taken = [one.right for one in steps if isinstance(one, RemoveRight)]
        if topics:
            cluster.create_topics(topics)
        if given:
            cluster.add_rights(given)
        if taken:
            cluster.remove_rights(taken)
        for step in steps:
            self._do_one(step, cluster)

    def _do_one(self, step: Step, cluster: Cluster) -> None:
        match step:
            case AlterTopic(name, settings):
                cluster.alter_topic(name, {key: new for key, (_, new) in settings.items()})
            case DeleteTopic(name):
                cluster.delete_topic(name)
            case DeleteUser(owner):
                cluster.delete_user(owner)
            case SetPassword(owner):
                cluster.set_password(owner, self._password(step))
            case SetQuota(owner, name, _, after):
                cluster.set_quota(owner, {name: after})
            case _:  # done together
                pass

    def _password(self, step: SetPassword) -> str:
        keep = self.passwords
        return keep.renew(step.owner) if step.renewed else keep.find_or_make(step.owner)
