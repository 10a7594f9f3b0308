"""Pages for who need not be signed in, with a token that lets them send their form."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from flows.review_app.access import cookies
from flows.review_app.access.gate import is_signed_in, office_of, page, visitor_of


def open_page(
    request: Request, template: str, *, status: int = 200, **values: object
) -> Response:
    """Return a page whose form `gate.form_of` will accept from this browser.

    Args:
        request: Of this browser.
        template: `access/name.html`; it is given `csrf`.
        status: Of HTTP.
        values: For the template.
    """
    if is_signed_in(request):
        csrf = visitor_of(request).csrf
        return page(request, None, template, status=status, csrf=csrf, **values)
    office = office_of(request)
    visit = cookies.sent(office, request, cookies.VISIT) or cookies.new_visit()
    csrf = cookies.form_token(visit)
    answer = page(request, None, template, status=status, csrf=csrf, **values)
    cookies.give(office, answer, cookies.VISIT, visit)
    return answer
