"""Views at the bounds of their contracts, and beyond: drawn from the streams' own JSON Schemas.

Well-formed JSON of the right types. Whose an id is, is as the contract declares it, so that nothing
is wrong with a view but where it says so.
"""

from typing import Any

from pydantic import BaseModel

from intercoop_contracts.attribution import Issuer
from intercoop_contracts.streams import Stream
from testkit.extremes.drawing import Drawing, Extreme
from testkit.extremes.scalars import FILLERS, Json
from testkit.ids import new_id

__all__ = [
    "FILLERS",
    "Extreme",
    "at_the_bounds",
    "beyond_the_bounds",
    "bodies_at_the_bounds",
    "subject_of",
]


def at_the_bounds(
    stream: Stream[Any], publisher: str = "auvergne", addressee: str = "midi-pyrenees"
) -> list[Extreme]:
    """Views that everybody takes: each field at each of its bounds, and all at once."""
    drawing = Drawing.of(stream, publisher, addressee)
    every = [Extreme("all least", drawing.least), Extreme("all most", drawing.most)]
    extremes = map(drawing.in_period, (*every, *drawing.at_the_bounds()))
    return [drawing.settled(extreme) for extreme in (*extremes, *drawing.longest())]


def beyond_the_bounds(
    stream: Stream[Any], publisher: str = "auvergne", addressee: str = "midi-pyrenees"
) -> list[Extreme]:
    """Views that nobody takes: one field of each is beyond one of its bounds."""
    drawing = Drawing.of(stream, publisher, addressee)
    return [drawing.settled(extreme) for extreme in drawing.beyond_the_bounds()]


def bodies_at_the_bounds(body: type[BaseModel], **usual: Any) -> list[Extreme]:
    """Bodies of requests, each field at each of its bounds; `usual` is what the others say."""
    schema = body.model_json_schema()
    drawing = Drawing(schema, schema.get("$defs", {}), "midi-pyrenees", "auvergne")
    extremes = [
        Extreme(where, view | {name: usual[name] for name in usual if not _is_about(where, name)})
        for where, view in drawing.at_the_bounds()
    ]
    return [drawing.settled(extreme) for extreme in extremes]


def _is_about(where: str, name: str) -> bool:
    return where.split("=", maxsplit=1)[0].split(".", maxsplit=1)[0] == name


def subject_of(stream: Stream[Any], view: Json, publisher: str = "auvergne") -> str:
    """A new subject of a view, as the stream says whose it is."""
    match stream.key.issuer:
        case Issuer.PUBLISHER:
            return str(new_id(publisher))
        case Issuer.ANYBODY:
            return f"{view['request_id']}/{view['organisation_id']}"
        case field:
            return str(new_id(view[field]))
