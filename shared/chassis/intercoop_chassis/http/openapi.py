"""The OpenAPI document, in which every operation says which problems it may answer."""

from collections.abc import Iterator
from functools import cached_property
from importlib.metadata import version
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, iter_route_contexts

from intercoop_chassis.http.capabilities import grouped
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
    "414": "The address is too long",
    "415": "The body is of another media type, or compressed",
    "422": "A value is wrong; `errors` names each with its remedy",
    "428": "The header If-Match is missing",
    "429": "You ask too often; Retry-After says when to ask again",
    "431": "The headers are too large",
    "503": "Something this needs is down; try again",
}
_ANY: Final = ("400", "422", "429", "431", "503")
_SCHEMAS: Final = "#/components/schemas/"
_CHANGING: Final = frozenset({"post", "put", "patch", "delete"})


class Description:
    """The OpenAPI document of an application, generated at the first request for it."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def document(self, prefix: str, title: str) -> JsonObject:
        """The document of the operations whose address begins with `prefix`."""
        paths = {path: of for path, of in self._whole["paths"].items() if path.startswith(prefix)}
        shown = {tag for item in paths.values() for of in item.values() for tag in of["tags"]}
        return self._whole | {
            "info": {"title": title, "version": version("intercoop-chassis")},
            "tags": [tag for tag in self._whole["tags"] if tag["name"] in shown],
            "paths": paths,
        }

    def methods(self, path: str) -> list[str]:
        """The methods that an address takes, e.g. `["GET", "HEAD", "PUT"]`."""
        routes = [context.original_route for context in iter_route_contexts(self._app.routes)]
        methods = {
            method
            for route in routes
            if isinstance(route, APIRoute) and route.path_regex.match(path)
            for method in route.methods or ()
        }
        return sorted(methods | ({"HEAD"} if "GET" in methods else set()))

    @cached_property
    def _whole(self) -> JsonObject:
        document = get_openapi(title="", version="", routes=self._app.routes)
        components = document.setdefault("components", {})
        schemas = components.setdefault("schemas", {})
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        schemas.update(_problem_schemas())
        components["responses"] = {
            f"Problem{status}": problem_response(text) for status, text in _DESCRIPTIONS.items()
        }
        for path, item in document["paths"].items():
            for method, operation in item.items():
                _require_version(operation)
                _fill_in(operation)
                _add_problems(path, method, operation)
        document["tags"] = _grouped(document["paths"], self._app)
        return document


def _grouped(paths: JsonObject, app: FastAPI) -> list[JsonObject]:
    """Tag each operation with its group; returns the tags, those for operators last."""
    groups = set()
    for one in grouped(app):
        paths[one.path][one.method]["tags"] = [one.group.name]
        groups.add(one.group)
    return [{"name": group.name, "description": group.about} for group in sorted(groups)]


def _problem_schemas() -> JsonObject:
    schema = Problem.model_json_schema(ref_template=_SCHEMAS + "{model}", mode="serialization")
    return {**schema.pop("$defs"), "Problem": schema}


def problem_response(description: str) -> JsonObject:
    """What an operation's `responses={415: …}` holds for one more problem that it may answer."""
    content = {MEDIA_TYPE: {"schema": {"$ref": _SCHEMAS + "Problem"}}}
    return {"description": description, "content": content}


def _require_version(operation: JsonObject) -> None:
    """`If-Match` is optional to the framework, so that its absence can be answered with 428."""
    for parameter in operation.get("parameters", []):
        if parameter["name"] == "If-Match":
            parameter["required"] = True
            parameter["schema"] = {"type": "string", "pattern": '^"[0-9]{1,18}"$'}
            parameter["example"] = '"1"'


def _fill_in(operation: JsonObject) -> None:
    """Give what has to be there an `example`, which is what the page fills in (not `examples`)."""
    for parameter in operation.get("parameters", []):
        examples = parameter.get("schema", {}).get("examples")
        if parameter.get("required") and examples:
            parameter.setdefault("example", examples[0])


def _add_problems(path: str, method: str, operation: JsonObject) -> None:
    answers = operation["responses"]
    answers.pop("422", None)  # the framework's own shape, which is not ours
    for status in _problems(path, method, operation):
        answers.setdefault(status, {"$ref": f"#/components/responses/Problem{status}"})


def _problems(path: str, method: str, operation: JsonObject) -> Iterator[str]:
    parameters = {parameter["name"] for parameter in operation.get("parameters", [])}
    yield from ("400", "503") if operation["tags"] == ["operation"] else _ANY
    if operation.get("security"):
        yield from ("401", "403")
    if "{" in path:
        yield "404"
    if method in _CHANGING:
        yield from ("404", "409", "413", "415")
    if parameters:
        yield "414"
    if "If-Match" in parameters:
        yield from ("412", "428")
