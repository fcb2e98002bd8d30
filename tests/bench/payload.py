"""The bytes that everything is measured with: bodies of 600 bytes, distinct entities."""

from datetime import UTC, datetime
from uuid import uuid4

from intercoop_contracts.envelope import Envelope, source_of
from testkit.things.streams import THINGS, ThingView

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
        subject = str(uuid4())
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


FILLING = "x" * (BODY_BYTES - len(ThingView(name=NAME).model_dump_json()))
TEMPLATE = body(0)
"""A body in which PostgreSQL puts a number in the place of `NAME`."""
