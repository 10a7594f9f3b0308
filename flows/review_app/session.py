"""Who is sitting there: a signed cookie, worthless after a restart of the server."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass

COOKIE = "yakuba_session"


@dataclass(frozen=True, slots=True)
class Session:
    """One browser's session."""

    name: str
    """Of the clerk, as typed at the start; empty until then."""
    csrf: str
    """Must come back with everything that changes something."""


class Signer:
    """Seals short texts with a secret that lives as long as the process."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 32:
            msg = "the secret must have 32 bytes or more"
            raise ValueError(msg)
        self._secret = secret

    def sign(self, text: str, purpose: str) -> str:
        """Return the text with its seal, safe in cookies and forms."""
        body = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
        return f"{body}.{self._seal(body, purpose)}"

    def open(self, token: str, purpose: str) -> str | None:
        """Return the text of a token, or None when it was not sealed here for this."""
        body, _, seal = token.partition(".")
        wanted = self._seal(body, purpose)
        if not hmac.compare_digest(seal.encode(), wanted.encode()):
            return None
        padding = "=" * (-len(body) % 4)
        return base64.urlsafe_b64decode(body + padding).decode()

    def _seal(self, body: str, purpose: str) -> str:
        message = f"{purpose}\x1f{body}".encode(errors="replace")
        return hmac.new(self._secret, message, hashlib.sha256).hexdigest()


def new_session(name: str = "") -> Session:
    """Return a session with a fresh token against forged requests."""
    return Session(name, secrets.token_urlsafe(24))


def seal_session(session: Session, signer: Signer) -> str:
    """Return the cookie's value."""
    return signer.sign(json.dumps([session.name, session.csrf]), COOKIE)


def open_session(cookie: str | None, signer: Signer) -> Session | None:
    """Return the session of a cookie, or None when it is not one of ours."""
    text = signer.open(cookie, COOKIE) if cookie else None
    if text is None:
        return None
    name, csrf = json.loads(text)
    return Session(name, csrf)


def same_token(given: object, session: Session) -> bool:
    """Return whether the token that came with a request is the session's."""
    return isinstance(given, str) and hmac.compare_digest(
        given.encode(), session.csrf.encode()
    )
