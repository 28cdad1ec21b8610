"""What the sandbox is told from outside, read once, at the door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


class UnableToStart(Exception):
    """The sandbox must not run here; the message says why and what to do."""


@dataclass(frozen=True)
class Settings:
    """Everything the sandbox needs to know about the app and about itself."""

    port: int = 9101
    smtp_port: int = 9102
    app_url: str = "http://127.0.0.1:9100"
    api_key: str = "sandbox-client-id"
    api_secret: str = "sandbox-client-secret-for-loopback-only"  # noqa: S105  a toy's default
    shop: str = "maison-alder.myshopify.com"
    data: Path = Path(".data/sandbox")
    house: Path = Path(".data/house")
    extension: Path = Path("theme_extension")
    standard_events: bool = True

    @property
    def app_origin(self) -> str:
        """Scheme and authority of the app, as a browser would name it in ``Origin``."""
        parts = urlsplit(self.app_url)
        return f"{parts.scheme}://{parts.netloc}"


def refuse_production(environ: Mapping[str, str]) -> None:
    """Stop before anything listens: whoever opens the sandbox may act as any customer or merchant."""
    if environ.get("STEWARD_ENV", "").strip().lower() == "production":
        raise UnableToStart(
            "The sandbox plays Shopify and lets anyone act as any customer. STEWARD_ENV is 'production': "
            "it does not start here. Unset STEWARD_ENV on a laptop, or leave the sandbox out of this server."
        )


def read(environ: Mapping[str, str]) -> Settings:
    """Translate the environment into settings; an unset or empty variable means the default."""
    refuse_production(environ)

    def said(name: str, default: str) -> str:
        return environ.get(name, "").strip() or default

    plain = Settings()
    return Settings(
        port=int(said("SANDBOX_PORT", str(plain.port))),
        smtp_port=int(said("SANDBOX_SMTP_PORT", str(plain.smtp_port))),
        app_url=said("SANDBOX_APP_URL", plain.app_url).rstrip("/"),
        api_key=said("SHOPIFY_API_KEY", plain.api_key),
        api_secret=said("SHOPIFY_API_SECRET", plain.api_secret),
        shop=said("SANDBOX_SHOP", plain.shop),
        data=Path(said("SANDBOX_DATA", str(plain.data))),
        house=Path(said("SANDBOX_HOUSE", str(plain.house))),
        extension=Path(said("SANDBOX_EXTENSION", str(plain.extension))),
        standard_events=said("SANDBOX_STANDARD_EVENTS", "on").lower() != "off",
    )
