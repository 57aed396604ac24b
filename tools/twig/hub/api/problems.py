"""Errors as problem details (RFC 9457): which error of the hub is which status."""

from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from twig.hub import errors
from twig.hub.api import authorise
from twig.hub.errors import HubError

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:twig:problem:"

# name, status and title of each kind of error; the first one that fits is taken, so special ones stand first.
# A read-only IO is 422 and not 409: no later moment makes the request possible.
KINDS: list[tuple[type[HubError], str, int, str]] = [
    (errors.DeviceUnknown, "device-unknown", 404, "No such device"),
    (errors.IOUnknown, "io-unknown", 404, "No such IO"),
    (errors.CodeUnknown, "code-unknown", 404, "No such join code"),
    (errors.NoKey, "no-key", 409, "The device has no key"),
    (errors.DeviceOffline, "device-offline", 409, "The device is offline"),
    (errors.WrongType, "wrong-type", 422, "The value has the wrong type"),
    (errors.OutOfRange, "out-of-range", 422, "The value is out of range"),
    (errors.BadSetting, "bad-setting", 422, "The device does not take this setting"),
    (errors.NotWritable, "not-writable", 422, "The IO cannot be written"),
    (errors.NoAnswer, "no-answer", 504, "The device did not answer"),
    (errors.Busy, "busy", 503, "The device is busy"),
    (errors.Refused, "refused", 502, "The device refused"),
    (errors.LoginNeeded, "login-needed", 401, "Login needed"),
    (errors.WrongLogin, "wrong-login", 401, "Wrong name or password"),
    (errors.TooManyAttempts, "too-many-attempts", 429, "Too many wrong attempts"),
    (errors.ScopeTooSmall, "scope", 403, "The token is not for this"),
    (errors.FormTooOld, "form-too-old", 403, "The page is of another login"),
    (errors.BadPassword, "bad-password", 422, "The password cannot be one"),
    (errors.BadTokenName, "bad-name", 422, "The name cannot be one"),
    (errors.TokenUnknown, "token-unknown", 404, "No such token"),
    (errors.TokenExists, "token-exists", 409, "The token exists"),
    (errors.TooManyTokens, "too-many-tokens", 409, "Too many tokens"),
    (errors.BadRelease, "bad-release", 422, "This is no whole release"),
    (errors.ReleaseUntrusted, "release-untrusted", 409, "Nobody who is trusted has signed the release"),
    (errors.ReleaseOlder, "release-older", 409, "A newer release is published"),
    (errors.SequenceTaken, "sequence-taken", 409, "Another release has this sequence"),
    (errors.TooManySignatures, "too-many-signatures", 409, "Too many signatures"),
    (errors.BadReleaseKey, "bad-key", 422, "The key cannot be used"),
    (errors.KeyUnknown, "key-unknown", 404, "No such key"),
    (errors.TooManyKeys, "too-many-keys", 409, "Too many keys"),
    (errors.ReleaseUnknown, "release-unknown", 404, "No such release"),
    (errors.ReleaseUnclear, "release-unclear", 409, "Several releases fit"),
    (errors.UpdateUnderWay, "update-under-way", 409, "The device is under way to another release"),
    (errors.HasRolledBack, "rolled-back", 409, "The device has rolled back from this release"),
    (errors.NoOffer, "no-offer", 409, "No offer waits for the device"),
    (errors.NobodyToUpdate, "nobody-to-update", 409, "No device would get the release"),
    (errors.NotInRollout, "not-in-rollout", 422, "A wave names a device that would not get the release"),
    (errors.RolloutUnknown, "rollout-unknown", 404, "No such rollout"),
    (errors.RolloutGoing, "rollout-going", 409, "Another rollout is not over"),
    (errors.RolloutOver, "rollout-over", 409, "The rollout is over"),
    (HubError, "hub-error", 500, "The hub could not do it"),
]

# The same for what the framework refuses.
HTTP_KINDS = {
    400: ("invalid-request", "The request is not understood"),
    413: ("too-large", "The request is too large"),
}


class Problem(BaseModel):
    """What went wrong, as RFC 9457 says it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": TYPE_PREFIX + "device-offline",
                "title": "The device is offline",
                "status": 409,
                "detail": "Kitchen is offline since 2026-01-31 12:00 UTC.",
            }
        }
    )

    type: str = Field(description="Names the kind of problem; stable, for programs.")
    title: str = Field(description="The kind of problem in words.")
    status: int = Field(description="The HTTP status, repeated.")
    detail: str = Field(description="What is wrong with this request, for people.")


def problem(status: int, name: str, title: str, detail: str) -> JSONResponse:
    """A response with one problem."""
    body = Problem(type=TYPE_PREFIX + name, title=title, status=status, detail=detail)
    return JSONResponse(body.model_dump(), status_code=status, media_type=MEDIA_TYPE)


def kind_of(error: HubError) -> tuple[str, int, str]:
    """Name, status and title for an error of the hub."""
    return next(rest for kind, *rest in KINDS if isinstance(error, kind))  # type: ignore[return-value]


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI description of the problems that a route can answer with."""
    schema = {"$ref": "#/components/schemas/Problem"}
    titles = {
        401: "Login or token needed",
        403: "The token is not for this, or a foreign page asks",
        404: "No such device, IO, join code, token, key, release or rollout",
        409: "Not possible now: the device is offline or has no key, or what is there already forbids it",
        422: "The value does not fit",
    }
    titles |= {status: title for status, (_, title) in HTTP_KINDS.items()}
    titles |= {status: title for _, _, status, title in KINDS if status not in titles}
    content = {MEDIA_TYPE: {"schema": schema}}
    return {status: {"description": titles[status], "content": content} for status in statuses}


async def on_hub_error(request: Request, error: Exception) -> Response:
    """Answer for an error that the hub raised."""
    assert isinstance(error, HubError)
    name, status, title = kind_of(error)
    if isinstance(error, errors.LoginNeeded) and wants_page(request):
        return RedirectResponse("/login", status_code=303)
    response = problem(status, name, title, error.text)
    response.headers.update(headers_of(error))
    return response


def headers_of(error: HubError) -> dict[str, str]:
    """What HTTP wants beside the status of an error."""
    if isinstance(error, errors.TooManyAttempts):
        return {"Retry-After": str(error.seconds)}
    if isinstance(error, errors.LoginNeeded | errors.WrongLogin):
        return {"WWW-Authenticate": "Bearer"}
    return {}


def wants_page(request: Request) -> bool:
    """Whether a person's browser opens a page: programs and scripts ask for other things."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")


async def on_invalid_request(request: Request, error: Exception) -> Response:
    """Answer for a body or parameter that does not fit; each mistake with its place."""
    assert isinstance(error, RequestValidationError)
    mistakes = [f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors()]
    if any(one["loc"][0] == "path" for one in error.errors()):
        return problem(404, "not-found", "No such thing", "; ".join(mistakes))
    return problem(422, "invalid-request", "The request is not understood", "; ".join(mistakes))


async def on_http_error(request: Request, error: Exception) -> Response:
    """Answer for what the framework refuses, such as an unknown path or method."""
    assert isinstance(error, HTTPException)
    name, title = HTTP_KINDS.get(error.status_code, ("http", "The request is not possible"))
    response = problem(error.status_code, name, title, str(error.detail))
    response.headers.update(error.headers or {})
    return response


async def on_crash(request: Request, error: Exception) -> Response:
    """Answer for a bug; the server's log has the traceback, the client learns nothing of it."""
    return problem(500, "internal", "The hub failed", "The hub's log says more.")


def description(app: FastAPI) -> dict[str, Any]:
    """The app's OpenAPI document, with problems in place of FastAPI's own form of errors."""
    document = FastAPI.openapi(app)
    schemas = document["components"]["schemas"]
    for replaced in ("HTTPValidationError", "ValidationError"):
        schemas.pop(replaced, None)
    schemas["Problem"] = Problem.model_json_schema()
    for operation in (one for path in document["paths"].values() for one in path.values()):
        if "HTTPValidationError" in str(operation["responses"].get("422")):
            del operation["responses"]["422"]
    authorise.describe(app, document)
    return document


def install(app: FastAPI) -> None:
    """Make every error of `app` a problem, and describe it so."""
    app.openapi = lambda: description(app)  # type: ignore[method-assign]
    app.add_exception_handler(HubError, on_hub_error)
    app.add_exception_handler(RequestValidationError, on_invalid_request)
    app.add_exception_handler(HTTPException, on_http_error)
    app.add_exception_handler(Exception, on_crash)
