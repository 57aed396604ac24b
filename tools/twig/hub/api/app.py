"""The web application around a hub: API, events and page behind one guard."""

import asyncio
from typing import Any

from fastapi import Depends, FastAPI

from twig.hub.access import Scope
from twig.hub.api import devices, events, keys, problems, releases, rollouts, tokens, updates
from twig.hub.api.authorise import authorise, open_to
from twig.hub.api.bodies import BodyLimit
from twig.hub.api.guard import Guard
from twig.hub.api.needs import Hub
from twig.hub.certificate import own_names
from twig.web import join, pages
from twig.web import rollouts as web_rollouts

PREFIX = "/api/v1"
DESCRIPTION = "Devices of a Twig hub: what they are, what they measure, and how to switch them."


def create_app(hub: Hub) -> FastAPI:
    """The application for `hub`; set `app.state.stopping` to end the event streams before the server stops.

    Every route passes `authorise`. There is no docs page: FastAPI's fetches its assets from elsewhere.
    """
    app = FastAPI(
        title="Twig hub",
        version="1",
        description=DESCRIPTION,
        openapi_url=None,
        dependencies=[Depends(authorise)],
        docs_url=None,
        redoc_url=None,
    )
    app.state.hub = hub
    app.state.stopping = asyncio.Event()
    app.include_router(devices.router, prefix=PREFIX)
    app.include_router(keys.router, prefix=PREFIX)
    app.include_router(tokens.router, prefix=PREFIX)
    app.include_router(releases.router, prefix=PREFIX)
    app.include_router(updates.router, prefix=PREFIX)
    app.include_router(rollouts.router, prefix=PREFIX)
    app.include_router(events.router, prefix=PREFIX)
    app.include_router(events.router, include_in_schema=False)

    @app.get(f"{PREFIX}/openapi.json", include_in_schema=False)
    @open_to(Scope.PUBLIC)
    async def description() -> dict[str, Any]:
        return app.openapi()

    app.include_router(join.router)
    app.include_router(web_rollouts.router)
    pages.install(app)
    problems.install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(Guard, own_names=own_names(hub.settings))
    return app
