"""`twig token`: tokens of programs at the hub."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from twig import output, text
from twig.commands import DEFAULT_HUB, HubOption, JSONOption, TokenOption, client_of

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Make, list and revoke tokens of programs."
)


class Scope(StrEnum):
    """What a token may do."""

    READ = "read"
    CONTROL = "control"
    ADMIN = "admin"


Name = Annotated[str, typer.Argument(help="Name of the token.")]
Allowed = Annotated[
    Scope, typer.Option(help="read: values and events; control: set IOs too; admin: everything.")
]


@app.command("create")
def do_create(
    name: Name, scope: Allowed = Scope.READ, hub: HubOption = DEFAULT_HUB, token: TokenOption = ""
) -> None:
    """Make a token and print it; the hub keeps only its hash, so that nobody can show it again."""
    with client_of(hub, token) as client:
        print(client.make_token(name, scope.value))


@app.command("list")
def do_list(as_json: JSONOption = False, hub: HubOption = DEFAULT_HUB, token: TokenOption = "") -> None:
    """List the tokens: name, scope, when made, when used (to the hour, UTC), with tabs between."""
    with client_of(hub, token) as client:
        found = client.tokens()
    output.listed(found, as_json, _line)


def _line(one: dict[str, Any]) -> str:
    times = (moment(one["created_ms"]), moment(one["used_ms"]))
    return "\t".join(map(text.plain, (one["name"], one["scope"], *times)))


@app.command("revoke")
def do_revoke(name: Name, hub: HubOption = DEFAULT_HUB, token: TokenOption = "") -> None:
    """Make a token worthless, at once."""
    with client_of(hub, token) as client:
        client.revoke_token(name)


def moment(milliseconds: int) -> str:
    """A time in words."""
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%Y-%m-%d %H:%M}" if milliseconds else "never"
