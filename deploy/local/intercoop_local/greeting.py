"""What `intercoop up` says when everything is ready."""

from collections.abc import Iterator

from intercoop_local.instances import Instance
from intercoop_local.issuer import ROLES
from intercoop_local.stack import Stack

_COMMAND = ".intercoop/venv/bin/intercoop"


def greeting(stack: Stack, seconds: float) -> str:
    """Where everything is, and what to try next."""
    orders = _first_run(stack) if stack.is_empty else _orders(stack)
    return "\n".join([f"\nReady after {seconds:.1f} s.\n", *_addresses(stack), orders])


def _addresses(stack: Stack) -> Iterator[str]:
    for instance in stack.instances.values():
        yield f"  {instance.owner.name}"
        yield from _address(instance)


def _address(instance: Instance) -> Iterator[str]:
    """Where it is reached, and its API's page; with several processes each service's page."""
    if len(instance.processes) == 1:
        log = instance.processes[0].log
        yield f"    {instance.url}  ·  API: {instance.url}/docs  ·  log: {log}"
        return
    yield f"    {instance.url}"
    for one in instance.processes:
        pages = "  ".join(f"/{service}/api/docs" for service in one.services)
        yield f"      {pages}  ·  log: {one.log}"


def _first_run(stack: Stack) -> str:
    (instance,) = stack.instances.values()
    return f"""
This instance is empty: nobody and nothing is made up.
Open {instance.url}/sign-in in a browser, enter {instance.first_operator}, and type the
code of the mail that comes. The pages lead on: name, colours, contacts, and your first colleagues.
Mails go nowhere: they are kept, and read with
  {_COMMAND} mail | mail --to ADDRESS | mail show ID
Everything is in {stack.home.path}. Stop with Ctrl-C."""


def _orders(stack: Stack) -> str:
    first = next(iter(stack.instances))
    roles = ", ".join(ROLES)
    return f"""
Open an address in a browser, and choose who you want to be.
The API takes a bearer token of its own instance. One for each role ({roles}):
  {_COMMAND} token {first} staff
It is valid for an hour, and reads what the whole network shows; staff write in their instance.
  {_COMMAND} status | join OWNER | stop OWNER
Mails go nowhere: they are kept, and read with
  {_COMMAND} mail | mail --to ADDRESS | mail show ID
Everything is in {stack.home.path}. Stop with Ctrl-C."""
