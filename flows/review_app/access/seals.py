"""Seals short texts, so that what comes back in a form is known to be ours."""

from __future__ import annotations

import base64
import hashlib
import hmac


class Signer:
    """Seals with a secret of the installation: a restart of the server changes nothing."""

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
