"""The bytes that everything is measured with: bodies of 600 bytes, distinct entities."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

from intercoop_contracts.attribution import OWN
from intercoop_contracts.envelope import Envelope, source_of
from intercoop_contracts.ids import owner_tag
from intercoop_contracts.streams import Audience
from testkit.ids import new_id
from testkit.things import streams
from testkit.things.streams import ThingView

THINGS: Final = replace(streams.THINGS, key=OWN)
"""The stream that is measured: its subjects are ids of its publisher, as almost all are."""
KEPT: Final = replace(THINGS, name="kept-things", audience=Audience.PRIVATE)
"""The same things for the services of one instance: sealed."""

BODY_BYTES = 600
NAME = "000000"

Message = tuple[bytes, bytes, list[tuple[str, bytes]]]


def view(number: int) -> ThingView:
    return ThingView(name=f"{number % 1_000_000:06}", filling=FILLING)


def body(number: int) -> str:
    """A view as it is published: 600 bytes of JSON."""
    return view(number).model_dump_json()


def messages(owner: str, count: int) -> list[Message]:
    """What the relay would send for this many distinct entities: key, value, headers."""
    source = source_of("bench", owner, "things")
    made = []
    for number in range(count):
        subject = str(new_id(owner))
        envelope = Envelope(
            id=str(uuid4()),
            source=source,
            type="thing-made",
            time=datetime.now(UTC),
            subject=subject,
            sequence=1,
            dataschema=THINGS.schema_id,
        )
        made.append((subject.encode(), body(number).encode(), envelope.headers()))
    return made


def tag(owner: str) -> str:
    """The last eight digits of an owner's ids."""
    return f"{owner_tag(owner):08x}"


FILLING = "x" * (BODY_BYTES - len(ThingView(name=NAME).model_dump_json()))
TEMPLATE = body(0)
"""A body in which PostgreSQL puts a number in the place of `NAME`."""
