"""A service's command run inside a test, which leaves the test's own log as it was."""

import asyncio
import logging
from collections.abc import Mapping, Sequence

import click
import structlog
from click.testing import CliRunner, Result


async def run_command(
    command: click.Command, arguments: Sequence[str], environment: Mapping[str, str]
) -> Result:
    """What it answers. A command sets its process's log up, and here that is the test's."""
    root, kept = logging.root, structlog.get_config()
    handlers, level = root.handlers[:], root.level
    try:
        return await asyncio.to_thread(CliRunner().invoke, command, arguments, env=environment)
    finally:
        structlog.configure(**kept)
        root.handlers[:] = handlers
        root.setLevel(level)
