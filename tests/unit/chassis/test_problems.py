import json
from typing import Annotated, Any

import asyncpg
import pytest
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, BaseModel, Field, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from intercoop_chassis.errors import (
    ConflictError,
    InvalidError,
    NotFoundError,
    StaleVersionError,
    UnauthenticatedError,
    UnavailableError,
)
from intercoop_chassis.http.problems import Problem, answer_error
from intercoop_chassis.tracing import bind_trace


async def answered(error: Exception) -> tuple[Response, dict[str, Any]]:
    response = await answer_error(Request({"type": "http"}), error)
    body = json.loads(bytes(response.body))
    assert Problem.model_validate(body).status == response.status_code
    return response, body


def validation_error(shape: Any, value: object, place: str = "body") -> RequestValidationError:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(shape).validate_python(value)
    return RequestValidationError(
        [{**one, "loc": (place, *one["loc"])} for one in caught.value.errors()]
    )


class Body(BaseModel, extra="forbid"):
    name: Annotated[str, Field(min_length=2)]
    headcount: Annotated[int, Field(ge=0)] = 0


async def test_an_error_for_the_caller_is_a_problem_with_its_code_and_words() -> None:
    with bind_trace(None) as trace:
        response, body = await answered(NotFoundError("No such thing: list them"))

    assert response.headers["content-type"] == "application/problem+json"
    assert body == {
        "type": "urn:intercoop:problem:not-found",
        "title": "Not found",
        "status": 404,
        "detail": "No such thing: list them",
        "code": "not-found",
        "trace_id": trace.trace_id,
        "errors": [],
    }


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (ConflictError("taken"), 409, "conflict"),
        (StaleVersionError("changed"), 412, "stale-version"),
        (HTTPException(404), 404, "not-found"),
        (HTTPException(405), 405, "method-not-allowed"),
        (HTTPException(400, "There was an error parsing the body"), 400, "bad-request"),
        (HTTPException(418, "I am a teapot"), 418, "http-418"),
    ],
)
async def test_each_error_has_a_stable_code(error: Exception, status: int, code: str) -> None:
    _, body = await answered(error)

    assert (body["status"], body["code"]) == (status, code)
    assert body["detail"]


async def test_who_is_not_known_is_told_how_to_say_who_they_are() -> None:
    response, _ = await answered(UnauthenticatedError("sign in"))

    assert response.headers["www-authenticate"] == "Bearer"


async def test_what_passes_by_itself_says_when_to_try_again() -> None:
    response, _ = await answered(UnavailableError("the issuer is down"))

    assert response.headers["retry-after"] == "2"


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        TimeoutError(),
        asyncpg.CannotConnectNowError(),
        asyncpg.ConnectionDoesNotExistError(),
        asyncpg.DiskFullError(),
        asyncpg.DeadlockDetectedError(),
    ],
)
async def test_a_database_that_is_down_is_unavailable(error: Exception) -> None:
    response, body = await answered(error)

    assert (body["status"], body["code"]) == (503, "database-unavailable")
    assert "retry-after" in response.headers


async def test_a_fault_of_ours_says_nothing_of_its_inside() -> None:
    _, body = await answered(KeyError("Jeanne"))

    assert (body["status"], body["code"]) == (500, "internal-error")
    assert "Jeanne" not in json.dumps(body)


async def test_a_text_that_cannot_be_stored_is_the_senders_fault() -> None:
    _, body = await answered(asyncpg.CharacterNotInRepertoireError())

    assert (body["status"], body["code"]) == (422, "unstorable-text")


async def test_an_invalid_value_is_named_with_its_remedy() -> None:
    _, body = await answered(InvalidError("siren", "has 8 digits", "Send all 9"))

    assert body["errors"] == [{"field": "siren", "message": "has 8 digits", "remedy": "Send all 9"}]


async def test_every_invalid_field_of_a_request_is_named() -> None:
    error = validation_error(Body, {"name": "x", "headcount": -1, "nmae": "y"})

    _, body = await answered(error)

    assert body["status"] == 422
    assert [one["field"] for one in body["errors"]] == ["name", "headcount", "nmae"]
    assert [one["remedy"] for one in body["errors"]] == [
        "Send a text of this length or longer",
        "Send 0 or more",
        "Leave it out: there is no such field",
    ]


async def test_a_validator_may_give_its_own_remedy() -> None:
    error = RequestValidationError(
        [
            {
                "type": "siren",
                "loc": ("body", "siren"),
                "msg": "The check digit is wrong",
                "ctx": {"remedy": "Compare it with the register"},
            }
        ]
    )

    _, body = await answered(error)

    assert body["errors"][0]["remedy"] == "Compare it with the register"


async def test_what_a_custom_error_of_pydantic_carries_arrives() -> None:
    def refuse(_: object) -> object:
        raise PydanticCustomError("siren", "Wrong", {"remedy": "Look {it} up"})

    _, body = await answered(validation_error(Annotated[str, AfterValidator(refuse)], "1"))

    assert body["errors"] == [{"field": "body", "message": "Wrong", "remedy": "Look {it} up"}]


async def test_malformed_json_is_said_to_be_so_and_where() -> None:
    error = RequestValidationError(
        [
            {
                "type": "json_invalid",
                "loc": ("body", 8),
                "msg": "JSON decode error",
                "ctx": {"error": "Expecting value"},
            }
        ]
    )

    _, body = await answered(error)

    assert body["errors"] == [
        {
            "field": "body",
            "message": "Not JSON: Expecting value at character 8",
            "remedy": "Send well-formed JSON",
        }
    ]


async def test_a_name_without_end_is_cut() -> None:
    _, body = await answered(validation_error(Body, {"name": "saw", "x" * 999: 1}))

    assert body["errors"][0]["field"] == "x" * 100


async def test_of_endless_errors_the_first_are_shown_and_the_rest_counted() -> None:
    _, body = await answered(validation_error(list[int], ["x"] * 1000))

    assert len(body["errors"]) == 20
    assert "and 980 more" in body["detail"]
