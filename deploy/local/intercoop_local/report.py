"""What runs of a local network, as its console reports it."""

from pydantic import BaseModel


class ProcessReport(BaseModel):
    """A process of an instance, as `intercoop status` shows it."""

    name: str
    owner: str
    services: list[str]
    url: str
    running: bool
    ready: bool
    problems: list[str] = []


class Report(BaseModel):
    """Everything that runs."""

    kafka: bool
    postgres: bool
    processes: list[ProcessReport]
