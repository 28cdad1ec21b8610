"""Every setting, read once from the environment, by composition alone."""

from __future__ import annotations

import base64
import ipaddress
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from typing import Literal, cast, get_args
from urllib.parse import urlsplit

Environment = Literal["development", "test", "production"]

# What the sandbox Shopify and the app agree on when nobody has said anything; refused in production.
SANDBOX_KEY = "sandbox-client-id"
SANDBOX_SECRET = "sandbox-client-secret-for-loopback-only"  # noqa: S105 - it protects nothing


class UnableToConfigure(Exception):
    """A setting is missing or contradicts another; the message names it and says what to set."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process; `.env.example` describes each. What opens a door is not in its `repr`."""

    environment: Environment
    port: int
    data: Path
    url: str
    database_url: str = field(repr=False)
    database_owner_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    api_key: str
    api_secret: str = field(repr=False)
    old_api_secret: str = field(repr=False)
    secret_key: str = field(repr=False)
    encryption_keys: tuple[str, ...] = field(repr=False)
    app_bridge_url: str
    smtp_url: str = field(repr=False)
    mail_from: str
    web_workers: int
    lease_seconds: int
    batches_per_second: int
    sandbox_url: str
    metrics_token: str
    calendar_loopback: bool
    trusted_proxies: int

    @property
    def is_production(self) -> bool:
        return self.environment == "production"


def read_settings(env: Mapping[str, str] = os.environ) -> Settings:
    """This function will read and check the settings.

    Raises UnableToConfigure where production lacks a secret or address of its own, or is given the sandbox.
    """
    environment = _environment(env.get("STEWARD_ENV", "development"))
    port = int(env.get("PORT", "9100"))
    data = Path(env.get("STEWARD_DATA", ".data")).resolve()
    database_url = env.get("DATABASE_URL", "")
    settings = Settings(
        environment=environment,
        port=port,
        data=data,
        url=env.get("STEWARD_URL", f"http://127.0.0.1:{port}").rstrip("/"),
        database_url=database_url,
        database_owner_url=env.get("DATABASE_OWNER_URL", database_url),
        redis_url=env.get("REDIS_URL", ""),
        api_key=env.get("SHOPIFY_API_KEY", SANDBOX_KEY),
        api_secret=env.get("SHOPIFY_API_SECRET", SANDBOX_SECRET),
        old_api_secret=env.get("SHOPIFY_API_SECRET_OLD", ""),
        secret_key=env.get("SECRET_KEY", "") or _own_secret(data, environment),
        encryption_keys=_encryption_keys(env.get("ENCRYPTION_KEYS", ""), data, environment),
        app_bridge_url=env.get("APP_BRIDGE_URL", "https://cdn.shopify.com/shopifycloud/app-bridge.js"),
        smtp_url=env.get("SMTP_URL", ""),
        mail_from=env.get("MAIL_FROM", "Steward <steward@localhost>"),
        web_workers=int(env.get("WEB_WORKERS", "2")),
        lease_seconds=int(env.get("LEASE_SECONDS", "60")),
        batches_per_second=int(env.get("BATCHES_PER_SECOND", "500")),
        sandbox_url=env.get("SANDBOX_URL", "").rstrip("/"),
        metrics_token=env.get("METRICS_TOKEN", ""),
        calendar_loopback=env.get("CALENDAR_LOOPBACK", "") == "1",
        trusted_proxies=int(env.get("TRUSTED_PROXIES", "0")),
    )
    if settings.is_production:
        _refuse_sandbox(settings)
        _refuse_this_machine(settings)
    return settings


def _environment(named: str) -> Environment:
    if named in get_args(Environment):
        return cast(Environment, named)
    raise UnableToConfigure(f"STEWARD_ENV is {named!r}: use development, test or production")


def _own_secret(data: Path, environment: str) -> str:
    """A secret of this machine's own, made at the first start, so that links outlive a restart."""
    if environment == "production":
        raise UnableToConfigure("SECRET_KEY is not set: make one with `openssl rand -hex 32`")
    return _made_once(data / "secret-key", lambda: secrets.token_hex(32))


def _encryption_keys(named: str, data: Path, environment: str) -> tuple[str, ...]:
    """The keys that tokens are sealed with, newest first; one of this machine's own where none is named."""
    keys = tuple(key.strip() for key in named.split(",") if key.strip())
    if not keys and environment == "production":
        raise UnableToConfigure(f"ENCRYPTION_KEYS is not set: make one with {_HOW_TO_MAKE_A_KEY}")
    if not all(map(_is_key, keys)):
        raise UnableToConfigure(f"ENCRYPTION_KEYS has one that is no key: make it with {_HOW_TO_MAKE_A_KEY}")
    return keys or (_made_once(data / "encryption-key", _new_key),)


# A Fernet key: 32 bytes, spelled so that addresses could carry them.
_HOW_TO_MAKE_A_KEY = "`openssl rand -base64 32 | tr '+/' '-_'`"


def _new_key() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def _is_key(key: str) -> bool:
    try:
        return len(base64.urlsafe_b64decode(key.encode("ascii"))) == 32
    except ValueError:
        return False


def _made_once(file: Path, make: Callable[[], str]) -> str:
    """Read what the first start has made and kept on this machine, readable by its owner alone."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(make())
    return file.read_text()


def _refuse_sandbox(settings: Settings) -> None:
    if settings.sandbox_url:
        raise UnableToConfigure("SANDBOX_URL is set: the sandbox Shopify must not be used in production")
    if settings.calendar_loopback:
        raise UnableToConfigure("CALENDAR_LOOPBACK is set: only tests read calendars from their own machine")
    if settings.api_key in ("", SANDBOX_KEY):
        raise UnableToConfigure("SHOPIFY_API_KEY is not set: copy it from the app's page at Shopify")
    if not settings.api_secret or SANDBOX_SECRET in (settings.api_secret, settings.old_api_secret):
        raise UnableToConfigure("SHOPIFY_API_SECRET is not set: copy it from the app's page at Shopify")


def _refuse_this_machine(settings: Settings) -> None:
    """Nobody's letter could be answered, nor its links be opened, and nothing else would say so."""
    if _leads_nowhere(urlsplit(settings.url).hostname):
        raise UnableToConfigure("STEWARD_URL is not set: links in letters begin with the address it names")
    if _leads_nowhere(parseaddr(settings.mail_from)[1].partition("@")[2]):
        raise UnableToConfigure("MAIL_FROM is not set: name an address that letters may come from")


def _leads_nowhere(host: str | None) -> bool:
    """Whether nobody but this machine itself would get there."""
    if not host or host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name
        return False
