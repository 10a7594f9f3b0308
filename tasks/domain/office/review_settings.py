"""configs/review.yaml: how the review page is reached, how long a sign-in lasts, how it asks."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from tasks.domain.office.entry_rules import EntryRules


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SignInRules(_Settings):
    """How long a sign-in lasts and what guessing a password costs."""

    idle_minutes: Annotated[int, Field(ge=5, le=480)] = 60
    """A session ends after this long without a request."""
    session_hours: Annotated[int, Field(ge=1, le=24)] = 12
    """A session ends this long after the sign-in."""
    first_link_minutes: Annotated[int, Field(ge=5, le=1440)] = 60
    """The link for the first account."""
    invitation_hours: Annotated[int, Field(ge=1, le=336)] = 72
    """Links for invitations and new passwords."""
    free_failures: Annotated[int, Field(ge=2, le=10)] = 5
    """Failures in a row before the first delay, which then doubles."""
    longest_delay_minutes: Annotated[int, Field(ge=1, le=60)] = 15
    password_characters: Annotated[int, Field(ge=12, le=64)] = 12
    """The shortest password."""


class ReviewRules(_Settings):
    """configs/review.yaml."""

    address: str = ""
    """As staff type it, e.g. https://kakunin.city.minato.lg.jp; empty: this PC alone."""
    proxies: tuple[str, ...] = ()
    """Addresses of the reverse proxies that bring TLS; empty: none."""
    sign_in: SignInRules = SignInRules()
    entry: EntryRules = EntryRules()

    @field_validator("address")
    @classmethod
    def _by_tls(cls, value: str) -> str:
        parts = urlsplit(value)
        plain = parts.scheme == "https" and parts.hostname and not parts.username
        if value and (not plain or parts.path.strip("/") or parts.query):
            msg = "https://名前 の形で書きます（例 https://kakunin.example.lg.jp）"
            raise ValueError(msg)
        return value.rstrip("/")

    @field_validator("proxies")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            try:
                ipaddress.ip_address(one)
            except ValueError as error:
                msg = f"{one} はIPアドレスではありません"
                raise ValueError(msg) from error
        return value

    @model_validator(mode="after")
    def _proxies_have_an_address(self) -> Self:
        if self.proxies and not self.address:
            msg = "proxies を書くときは address も書きます"
            raise ValueError(msg)
        return self
