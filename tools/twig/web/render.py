"""What all pages share: templates, headers, and what the templates know of who looks at them."""

from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.templating import Jinja2Templates

from twig.hub.access import Caller, Scope
from twig.hub.api.authorise import CSRF_FIELD
from twig.hub.clock import now_ms
from twig.web import show, show_rollouts

HERE = Path(__file__).parent
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def caller_of(request: Request) -> dict[str, Any]:
    """Context of every template: the caller, and what makes a form one of ours."""
    caller: Caller | None = request.state.caller
    return {
        "caller": caller,
        "is_admin": caller is not None and caller.scope >= Scope.ADMIN,
        "csrf": caller.csrf if caller else "",
        "csrf_field": CSRF_FIELD,
    }


templates = Jinja2Templates(HERE / "templates", context_processors=[caller_of])
templates.env.globals.update(show=show, rollouts_of=show_rollouts, now_ms=now_ms)


def render(request: Request, template: str, status: int = 200, **context: Any) -> Response:
    """A template with these values."""
    return templates.TemplateResponse(request, template, context, status_code=status, headers=HEADERS)
