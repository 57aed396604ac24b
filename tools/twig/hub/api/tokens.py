"""Tokens and the password under /api/v1."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field

from twig.hub.access import OWNER, Scope, scopes
from twig.hub.api.authorise import CallerHere, address_of, open_to
from twig.hub.api.models import MILLISECONDS
from twig.hub.api.needs import HubHere
from twig.hub.api.problems import responses

router = APIRouter(tags=["access"])

ScopeWord = Literal["read", "control", "admin"]
Name = Annotated[str, Path(description="Name of the token.", examples=["grafana"])]


class Token(BaseModel):
    """What is known of a token; the token itself is not kept."""

    model_config = ConfigDict(from_attributes=True)

    name: str = Field(examples=["grafana"])
    scope: ScopeWord = Field(description="read: values and events; control: set IOs too; admin: everything.")
    created_ms: int = Field(description=f"When it was made. {MILLISECONDS}", examples=[1770000000000])
    used_ms: int = Field(description=f"Its last use, to the hour. {MILLISECONDS}", examples=[0])


class NewToken(BaseModel):
    """A token to make."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="1 to 40 letters, digits, dots, dashes, underscores.", examples=["grafana"])
    scope: ScopeWord = Field(examples=["read"])


class Made(BaseModel):
    """A token that was made."""

    name: str
    scope: ScopeWord
    token: str = Field(description="Shown this once.", examples=["twig_…"])


class NewPassword(BaseModel):
    """A password to set."""

    model_config = ConfigDict(extra="forbid")

    password: str = Field(description="10 to 256 characters.", examples=["correct horse battery"])
    current: str = Field("", description="The present one; by a token it is not asked for.")


@router.get("/tokens", summary="All tokens")
@open_to(Scope.ADMIN)
async def list_tokens(hub: HubHere) -> list[Token]:
    """Name, scope and use of every token; the hub does not know the tokens themselves."""
    return [Token.model_validate(token) for token in hub.access.tokens]


@router.post("/tokens", summary="Make a token", status_code=201, responses=responses(400, 409, 422, 503))
@open_to(Scope.ADMIN)
async def make_token(hub: HubHere, new: NewToken) -> Made:
    """A new token for a program. This answer is the only one that shows it."""
    made = await hub.access.tokens.make(new.name, scopes.parse(new.scope))
    return Made(name=new.name, scope=new.scope, token=made)


@router.delete("/tokens/{name}", summary="Revoke a token", status_code=204, responses=responses(404, 503))
@open_to(Scope.ADMIN)
async def revoke_token(hub: HubHere, name: Name) -> None:
    """From now on it opens nothing, and event streams that it opened end."""
    await hub.access.tokens.revoke(name)


@router.put("/password", summary="Set the password", status_code=204, responses=responses(400, 422, 503))
@open_to(Scope.ADMIN)
async def set_password(hub: HubHere, caller: CallerHere, new: NewPassword, request: Request) -> None:
    """Set the password of the page. Sessions end, all but that which asks."""
    if caller.session:
        await hub.access.change_password(caller, new.current, new.password, address_of(request))
    else:
        await hub.access.set_password(OWNER, new.password)
