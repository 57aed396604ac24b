"""`twig hub`: run a hub until it is told to stop."""

import asyncio
import ipaddress
import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from twig.hub import log
from twig.hub.settings import HubSettings

# What a hub writes is for its owner, also in a directory that was there before and that others may read.
OWNER_ONLY = 0o077

app = typer.Typer(add_completion=False)


class Role(StrEnum):
    """Which rank the beacon announces (protocol, section 1)."""

    STANDARD = "standard"
    BACKUP = "backup"


def port(help: str) -> Any:
    """An option that takes a TCP or UDP port."""
    return typer.Option(min=0, max=65535, metavar="PORT", help=f"{help}; 0 takes any free one.")


def ipv4(text: str) -> str:
    """`text`, which must be an IPv4 address."""
    try:
        return str(ipaddress.IPv4Address(text))
    except ValueError:
        raise typer.BadParameter(f"'{text}' is not an IPv4 address such as 192.168.1.5.") from None


def address(help: str) -> Any:
    """An option that takes an IPv4 address of this computer."""
    return typer.Option(parser=ipv4, metavar="ADDR", help=help)


def pem(help: str) -> Any:
    """An option that takes a PEM file."""
    return typer.Option(exists=True, dir_okay=False, metavar="FILE", help=help)


@app.command()
def hub(
    data: Annotated[Path, typer.Option(help="Directory for the database and hub.json; made when missing.")],
    host: Annotated[str, address("Where devices connect to.")] = "0.0.0.0",
    device_port: Annotated[int, port("TCP, devices without TLS (--insecure)")] = 7261,
    tls_port: Annotated[int, port("TCP, devices with TLS")] = 7262,
    release_port: Annotated[int, port("TCP, releases, read-only")] = 7264,
    http_port: Annotated[int, port("TCP, page and API")] = 8080,
    http_host: Annotated[
        str, address("Where page and API listen; 0.0.0.0 opens them to the network.")
    ] = "127.0.0.1",
    https_cert: Annotated[Path | None, pem("Certificate: page and API by HTTPS; with --https-key.")] = None,
    https_key: Annotated[Path | None, pem("Private key of that certificate, without password.")] = None,
    discovery_port: Annotated[int, port("UDP, beacons")] = 7260,
    interface: Annotated[str, address("Address of the interface for beacons.")] = "0.0.0.0",
    role: Annotated[Role, typer.Option(help="Devices prefer a standard hub.")] = Role.STANDARD,
    development: Annotated[
        bool, typer.Option("--development", help="Be heard by development plugs only.")
    ] = False,
    insecure: Annotated[
        bool,
        typer.Option("--insecure", help="Listen for devices without TLS: anybody in the network can switch."),
    ] = False,
) -> None:
    """Run the hub: devices, API and page, until Ctrl-C."""
    from twig.hub.serve import serve  # the database and the web server; --help does without

    if (https_cert is None) != (https_key is None):
        raise typer.BadParameter("--https-cert and --https-key belong together; give both or none.")
    settings = HubSettings(
        data=data,
        host=host,
        device_port=device_port,
        tls_port=tls_port,
        release_port=release_port,
        http_port=http_port,
        http_host=http_host,
        https_cert=https_cert,
        https_key=https_key,
        discovery_port=discovery_port,
        interface=interface,
        role=role.value,
        development=development,
        insecure=insecure,
    )
    log.setup()
    os.umask(OWNER_ONLY)
    asyncio.run(serve(settings))
