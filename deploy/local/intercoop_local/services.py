"""The services of an instance, and how they are grouped into processes."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

from intercoop_chassis.log import configure_logging
from intercoop_chassis.runner import Instance, Role, run_until_signalled
from intercoop_chassis.service import Service
from intercoop_chassis.settings import load_settings
from intercoop_contracts.catalogue import READS

NAMES = tuple(READS)

Group = tuple[str, ...]
"""Names of services that run in one process."""

TOGETHER: tuple[Group, ...] = (NAMES,)
APART: tuple[Group, ...] = tuple((name,) for name in NAMES)
GROUPINGS = {"together": TOGETHER, "apart": APART}


@dataclass(frozen=True, slots=True)
class Shape:
    """How a network is run: which services of an instance run together, and whether it is locked.

    In a locked network each instance connects to Apache Kafka as its owner, with a password, and
    does only what its owner may. In an `empty` one nothing and nobody is made up.
    """

    groups: tuple[Group, ...] = TOGETHER
    locked: bool = False
    empty: bool = False


def with_alone(name: str, groups: tuple[Group, ...]) -> tuple[Group, ...]:
    """The same groups, but this service last, in a process of its own."""
    others = (tuple(one for one in group if one != name) for group in groups)
    return (*(group for group in others if group), (name,))


def load_service(name: str) -> Service:
    """The service of this name; a process imports only those that it loads."""
    service: Service = import_module(f"intercoop_{name}.main").SERVICE
    return service


def load_services(names: Sequence[str] = NAMES) -> tuple[Service, ...]:
    """These services, by default every one."""
    return tuple(map(load_service, names))


def serve(names: Sequence[str] = NAMES, roles: Sequence[Role] = tuple(Role)) -> None:
    """Run these roles of these services in this process, with settings from its environment."""
    instances = [
        Instance(service, load_settings(service.name, service.settings))
        for service in load_services(names)
    ]
    configure_logging(instances[0].settings)
    run_until_signalled(instances, roles)
