"""Completes the OpenAPI document: every operation says which problems it may answer."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from fastapi.openapi.utils import get_openapi
from starlette.routing import BaseRoute

from intercoop_chassis.http.problems import MEDIA_TYPE, Problem

JsonObject = dict[str, Any]  # Any: JSON

_DESCRIPTIONS: Final = {
    "400": "The request cannot be read",
    "401": "The token is missing or not valid",
    "403": "The caller may not do this",
    "404": "There is no such thing",
    "409": "It contradicts what is there",
    "412": "It has changed since it was read",
    "413": "The body is too large",
    "422": "A value is wrong; `errors` names each with its remedy",
    "428": "The header If-Match is missing",
    "503": "Something this needs is down; try again",
}
_SCHEMAS: Final = "#/components/schemas/"
_CHANGING: Final = frozenset({"post", "put", "patch", "delete"})


def describe(title: str, version: str, routes: Sequence[BaseRoute]) -> JsonObject:
    """The OpenAPI document of `routes`, problems included."""
    document = get_openapi(title=title, version=version, routes=routes)
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas.update(_problem_schemas())
    components["responses"] = {
        f"Problem{status}": _response(text) for status, text in _DESCRIPTIONS.items()
    }
    for path, item in document["paths"].items():
        for method, operation in item.items():
            _complete(path, method, operation)
    return document


def _problem_schemas() -> JsonObject:
    schema = Problem.model_json_schema(ref_template=_SCHEMAS + "{model}", mode="serialization")
    return {**schema.pop("$defs"), "Problem": schema}


def _response(description: str) -> JsonObject:
    content = {MEDIA_TYPE: {"schema": {"$ref": _SCHEMAS + "Problem"}}}
    return {"description": description, "content": content}


def _complete(path: str, method: str, operation: JsonObject) -> None:
    answers = operation["responses"]
    answers.pop("422", None)  # the framework's own shape, which is not ours
    for status in _problems(path, method, operation):
        answers.setdefault(status, {"$ref": f"#/components/responses/Problem{status}"})


def _problems(path: str, method: str, operation: JsonObject) -> Iterator[str]:
    parameters = {one["name"].lower() for one in operation.get("parameters", [])}
    yield from ("400", "503")
    if operation.get("security"):
        yield from ("401", "403")
    if "{" in path:
        yield "404"
    if method in _CHANGING:
        yield from ("404", "409", "413", "422")
    if parameters:
        yield "422"
    if "if-match" in parameters:
        yield from ("412", "428")
