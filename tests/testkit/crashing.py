"""A relay or a worker in a process of its own that kills itself at a named step."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from intercoop_chassis.consumer import apply as consumer_apply, offsets
from intercoop_chassis.kafka import broker as kafka_broker
from intercoop_chassis.relay import rounds as relay_rounds
from intercoop_chassis.settings import Settings
from testkit.nodes import Node
from testkit.things.service import things_service

_TESTS = Path(__file__).parents[1]


def start(role: str, settings: Settings, *, dies_at: str = "never") -> subprocess.Popen[bytes]:
    """Start `relay` or `worker` of the test service; it ends by SIGKILL when it reaches the step.

    Steps: `after-claim`, `in-kafka-transaction`, `between-commits` of a relay;
    `before-commit`, `after-commit` of a worker.
    """
    known = settings.model_dump(mode="json", exclude_defaults=True)
    known["database"] = settings.database.get_secret_value()
    return subprocess.Popen(
        [sys.executable, "-m", "testkit.crashing", role, dies_at, json.dumps(known)],
        cwd=_TESTS,
        stdout=subprocess.DEVNULL,
    )


def _die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _dying(call: Callable[..., Any], *, first: bool) -> Callable[..., Any]:
    """The call, with death before (`first`) or after it."""

    async def wrapped(*arguments: Any, **named: Any) -> Any:
        if first:
            _die()
        result = await call(*arguments, **named)
        _die()
        return result

    return wrapped


def _arm(step: str) -> None:
    match step:
        case "after-claim":
            relay_rounds.Rounds._send = _dying(relay_rounds.Rounds._send, first=True)
        case "in-kafka-transaction":
            producer = relay_rounds.AIOKafkaProducer
            producer.commit_transaction = _dying(producer.commit_transaction, first=True)
        case "between-commits":
            producer = relay_rounds.AIOKafkaProducer
            producer.commit_transaction = _dying(producer.commit_transaction, first=False)
        case "before-commit":
            offsets.write = _dying(offsets.write, first=False)
        case "after-commit":
            applier = consumer_apply.Applier
            applier.apply = _dying(applier.apply, first=False)
        case _:
            assert step == "never"


async def _run(role: str, settings: Settings) -> None:
    node = Node(things_service(), settings)
    if role == "relay":
        node.start_relay()
    else:
        node.start_worker()
    await asyncio.Event().wait()


if __name__ == "__main__":
    assert kafka_broker
    _arm(sys.argv[2])
    asyncio.run(_run(sys.argv[1], Settings.model_validate_json(sys.argv[3])))
