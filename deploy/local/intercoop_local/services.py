"""The services that an instance runs in one process."""

from intercoop_chassis.log import configure_logging
from intercoop_chassis.runner import Instance, Role, run_until_signalled
from intercoop_chassis.settings import load_settings
from intercoop_directory.main import SERVICE as DIRECTORY

SERVICES = (DIRECTORY,)


def serve() -> None:
    """Run every role of every service in this process, with settings from its environment."""
    names = [service.name for service in SERVICES]
    instances = [
        Instance(service, load_settings(service.name, siblings=names)) for service in SERVICES
    ]
    configure_logging(instances[0].settings)
    run_until_signalled(instances, tuple(Role))
