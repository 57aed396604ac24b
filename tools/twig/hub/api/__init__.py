"""The hub's HTTP side: the API under /api/v1, the events and the page."""

from twig.hub.api.app import create_app

__all__ = ["create_app"]
