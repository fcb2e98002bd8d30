"""What nobody sees is removed from every text that a request of any service brings."""

from collections.abc import Iterator

import pytest
from pydantic import Field, ValidationError

from intercoop_chassis.http.texts import Body, LongText, Name, Tag, Text
from intercoop_local.openapi import document

FORMS = {"multipart/form-data", "application/x-www-form-urlencoded", "text/csv"}


class Everything(Body):
    name: Name
    text: Text | None = None
    tags: list[Tag] = Field(default=[])
    lines: LongText = ""


def every_body(kind: type[Body] = Body) -> Iterator[str]:
    for body in kind.__subclasses__():
        yield body.__name__
        yield from every_body(body)


def test_every_json_that_a_service_takes_is_such_a_body() -> None:
    taken = {
        content["schema"]["$ref"].rpartition("/")[2].rpartition("__")[2]
        for path in document()["paths"].values()
        for operation in path.values()
        if isinstance(operation, dict) and "requestBody" in operation
        for media_type, content in operation["requestBody"]["content"].items()
        if media_type not in FORMS
    }

    assert len(taken) > 8
    assert taken <= set(every_body())


def test_every_text_of_a_body_is_visible() -> None:
    body = Everything(
        name="\ufeffAte\u00adlier\u200b",
        text="05\u202c 61",
        tags=["lo\u2060caux"],
        lines="un\u2028deux\u200e",
    )

    assert (body.name, body.text, body.tags) == ("Atelier", "05 61", ["locaux"])
    assert body.lines == "un\ndeux"


def test_bounds_are_those_of_what_is_seen() -> None:
    assert len(Everything(name="a" * 200 + "\u200b" * 300).name) == 200
    with pytest.raises(ValidationError, match="at least 1 character"):
        Everything(name="\u200b\u00ad\u2060")
    with pytest.raises(ValidationError, match="at most 200 characters"):
        Everything(name="\u0958" * 101)  # composed as Unicode wants it, it has 202


def test_what_turns_letters_round_is_refused() -> None:
    with pytest.raises(ValidationError, match="reads as another text than it is"):
        Everything(name="Atelier", tags=["locaux", "\u202exuacol"])
