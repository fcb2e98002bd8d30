"""Which ports a local network listens on."""

from dataclasses import dataclass

from intercoop_local.platform.ports import chosen_port, free_port

_FURTHER = 100
"""Each of several processes of an instance listens this much above what is before it."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where everything listens; instances follow `instances` by their number in the network.

    Without `instances`, they take any free ports.
    """

    console: int
    mail: int
    postgres: int
    kafka: int
    controller: int
    instances: int

    @classmethod
    def usual(cls) -> "Ports":
        """The usual ones; each may be chosen with INTERCOOP_<NAME>_PORT."""
        return cls(
            console=chosen_port("console", 8600),
            mail=chosen_port("mail", 8625),
            postgres=chosen_port("postgres", 8690),
            kafka=chosen_port("kafka", 8692),
            controller=chosen_port("controller", 8693),
            instances=chosen_port("instances", 8600),
        )

    @classmethod
    def free(cls) -> "Ports":
        console, mail, postgres, kafka, controller = (free_port() for _ in range(5))
        return cls(console, mail, postgres, kafka, controller, instances=0)

    def of_instance(self, number: int, processes: int) -> list[int]:
        """The ports of the owner with this number: its address, then each of several processes.

        The only process of an instance listens at its address.
        """
        count = processes + 1 if processes > 1 else 1
        if not self.instances:
            return [free_port() for _ in range(count)]
        return [self.instances + _FURTHER * one + number for one in range(count)]
