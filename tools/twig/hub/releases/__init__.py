"""The hub's releases: what is published, by whose signature, and the port at which it is to be had."""

from twig.hub.releases.releases import Releases

__all__ = ["Releases"]
