"""Releases and the keys that sign them under /api/v1."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from twig.hub.access import Scope
from twig.hub.api.authorise import open_to
from twig.hub.api.models import MILLISECONDS
from twig.hub.api.needs import HubHere
from twig.hub.api.problems import responses
from twig.hub.releases import index

router = APIRouter(tags=["releases"])

DIGEST = "a3" * 32
Fingerprint = Annotated[
    str, Path(description="The key's fingerprint in hex, without spaces.", examples=[DIGEST])
]
Older = Annotated[bool, Query(description="Take it even though a newer one is published.")]
# The body is the bytes of a .twig file (docs/protocol.md, section 7), which no schema describes.
UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class Release(BaseModel):
    """A release that plugs of its boards may fetch."""

    manifest: str = Field(description="SHA-256 of the manifest; names the release.", examples=[DIGEST])
    image: str = Field(description="SHA-256 of the image.", examples=[DIGEST])
    version: str = Field(examples=["0.2.0"])
    sequence: int = Field(examples=[7])
    boards: list[str] = Field(examples=[["s26"]])
    min_micropython: str = Field(examples=["1.25.0"])
    size: int = Field(description="Bytes of the image.", examples=[104_516])
    signers: list[str] = Field(
        description="Fingerprints of the keys that have signed it.", examples=[[DIGEST]]
    )
    published_ms: int = Field(description=f"When. {MILLISECONDS}", examples=[1770000000000])


class ReleaseKey(BaseModel):
    """A key by which the hub takes releases."""

    model_config = ConfigDict(from_attributes=True)

    fingerprint: str = Field(
        description="SHA-256 of its modulus, as the file trust has it.", examples=[DIGEST]
    )
    added_ms: int = Field(description=f"When. {MILLISECONDS}", examples=[1770000000000])


class NewReleaseKey(BaseModel):
    """A key to trust."""

    model_config = ConfigDict(extra="forbid")

    key: str = Field(
        description="RSA public key of 3,072 bits, PEM.", examples=["-----BEGIN PUBLIC KEY-----…"]
    )


def shown(release: index.Release) -> Release:
    """A release without its signatures, which plugs get at their own port."""
    return Release(**{name: getattr(release, name) for name in SAME}, signers=list(release.signatures))


SAME = [name for name in Release.model_fields if name != "signers"]


@router.get("/releases", summary="All releases")
@open_to(Scope.READ)
async def list_releases(hub: HubHere) -> list[Release]:
    """What is published, of each board the newest first."""
    return [shown(each) for each in hub.releases.all()]


@router.post(
    "/releases",
    summary="Publish a release",
    status_code=201,
    responses=responses(400, 403, 409, 413, 422, 500),
    openapi_extra=UPLOAD,
)
@open_to(Scope.ADMIN)
async def publish(hub: HubHere, request: Request, older: Older = False) -> Release:
    """The body is a .twig file. It is taken when a trusted key has signed it; once more changes nothing.

    409: nobody who is trusted has signed it, its sequence is another's, a newer one is published, or it would
    have more than four signatures.
    """
    return shown(await hub.releases.publish(await request.body(), older))


@router.get("/release-keys", summary="Keys that sign releases")
@open_to(Scope.READ)
async def list_keys(hub: HubHere) -> list[ReleaseKey]:
    """The keys by which releases are taken here. Which ones a plug trusts is written in the plug."""
    return [ReleaseKey.model_validate(each) for each in hub.releases.keys]


@router.post(
    "/release-keys", summary="Trust a key", status_code=201, responses=responses(400, 403, 409, 413, 422, 500)
)
@open_to(Scope.ADMIN)
async def trust(hub: HubHere, new: NewReleaseKey) -> ReleaseKey:
    """Releases that it has signed are taken from now on. Plugs trust the keys that they were flashed with."""
    return ReleaseKey.model_validate(await hub.releases.trust(new.key))


@router.delete(
    "/release-keys/{fingerprint}",
    summary="Trust a key no longer",
    status_code=204,
    responses=responses(403, 404, 500),
)
@open_to(Scope.ADMIN)
async def drop(hub: HubHere, fingerprint: Fingerprint) -> None:
    """Releases that only this key has signed go, too."""
    await hub.releases.drop(fingerprint)
