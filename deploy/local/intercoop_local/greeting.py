"""What `intercoop up` says when everything is ready."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from intercoop_local.instances import Instance
from intercoop_local.issuer import ROLES
from intercoop_local.stack import Stack


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
    command = _command()
    return f"""
Nobody and nothing is made up here. The first run:
  1. In a browser, open {instance.url}/sign-in, enter {instance.first_operator}, and ask for a code.
  2. Mails go nowhere, they are kept. In another terminal, read the one that came:
       {command} mail show
  3. Type its code in the browser. The pages lead on: name, colours, contacts, first colleagues.
Their invitations are mails, too: {command} mail | mail --to ADDRESS | mail show ID
Everything is in {stack.home.path}. Stop with Ctrl-C."""


def _orders(stack: Stack) -> str:
    first = next(iter(stack.instances))
    roles, command = ", ".join(ROLES), _command()
    return f"""
Open an address in a browser, and choose who you want to be.
The API takes a bearer token of its own instance. One for each role ({roles}):
  {command} token {first} staff
It is valid for an hour, and reads what the whole network shows; staff write in their instance.
  {command} status | join OWNER | stop OWNER
Mails go nowhere: they are kept, and read with
  {command} mail | mail --to ADDRESS | mail show ID
Everything is in {stack.home.path}. Stop with Ctrl-C."""


def _command() -> str:
    """How one calls `intercoop` from here, in a terminal with no settings of its own."""
    program, home = Path(sys.executable).with_name("intercoop"), os.environ.get("INTERCOOP_HOME")
    if home:
        return f"INTERCOOP_HOME={home} {program}"
    return os.path.relpath(program) if program.is_relative_to(Path.cwd()) else str(program)
