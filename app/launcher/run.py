"""The whole house on one machine: servers, demo, web, worker, scheduler and the sandbox Shopify."""

from __future__ import annotations

import hashlib
import shutil
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import click
import httpx
from honcho.manager import Manager

from app.config import Settings
from app.launcher.embedded import child_environment, embedded

DEMO_SHOP = "maison-alder.myshopify.com"
READY_WITHIN_SECONDS = 60


class UnableToRun(Exception):
    """The house cannot be started here; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where things are once they run. The sandbox's ports follow the app's."""

    app: str
    sandbox: str
    sandbox_port: int
    smtp_port: int


def run(settings: Settings) -> int:
    """This function will start everything, say where to look, and stop everything on Ctrl-C.

    Answers the exit code. Raises UnableToRun where a port is taken.
    """
    at = _addresses(settings)
    click.echo("Starting the stores …")
    with embedded(settings) as settings:
        environment = child_environment(DATABASE_URL=settings.database_url, REDIS_URL=settings.redis_url)
        environment |= {"PORT": str(settings.port), "STEWARD_DATA": str(settings.data)}
        if not settings.is_production:
            environment |= _sandbox_environment(settings, at)
            _furnish(settings, environment)
        manager = _processes(settings, environment)
        threading.Thread(target=_say_when_ready, args=(settings, at), daemon=True).start()
        manager.loop()
        return 0 if manager.returncode in (130, 143) else int(manager.returncode or 0)


def _addresses(settings: Settings) -> Addresses:
    ports = [settings.port, settings.port + 1, settings.port + 2]
    for port in ports[: 1 if settings.is_production else 3]:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise UnableToRun(f"port {port} is in use: choose another with PORT=… make run") from None
    sandbox = f"http://127.0.0.1:{ports[1]}"
    return Addresses(app=settings.url, sandbox=sandbox, sandbox_port=ports[1], smtp_port=ports[2])


def _sandbox_environment(settings: Settings, at: Addresses) -> dict[str, str]:
    return {
        "SANDBOX_URL": at.sandbox,
        "APP_BRIDGE_URL": f"{at.sandbox}/app-bridge.js",
        "SMTP_URL": f"smtp://127.0.0.1:{at.smtp_port}",
        "SANDBOX_PORT": str(at.sandbox_port),
        "SANDBOX_SMTP_PORT": str(at.smtp_port),
        "SANDBOX_APP_URL": at.app,
        "SANDBOX_SHOP": DEMO_SHOP,
        "SANDBOX_DATA": str(settings.data / "sandbox"),
        "SANDBOX_HOUSE": str(settings.data / "house"),
        "SHOPIFY_API_KEY": settings.api_key,
        "SHOPIFY_API_SECRET": settings.api_secret,
    }


def _furnish(settings: Settings, environment: dict[str, str]) -> None:
    """Load the demo house, once per database: drawn by the sandbox, read by the product's own import."""
    house = settings.data / "house"
    furnished = house / f"furnished-{hashlib.sha256(settings.database_url.encode()).hexdigest()[:12]}"
    if furnished.exists():
        return
    click.echo("Furnishing the demo house, Maison Alder …")
    for command in (
        ["-m", "app.sandbox", "house", "--out", str(house)],
        ["-m", "app.cli", "furnish", str(house), "--shop", DEMO_SHOP],
    ):
        subprocess.run([sys.executable, *command], env=environment, check=True)  # noqa: S603 - words of our own
    furnished.touch()


def _processes(settings: Settings, environment: dict[str, str]) -> Manager:
    python = sys.executable
    web = (
        f"{python} -m gunicorn --bind 127.0.0.1:{settings.port} --workers {settings.web_workers}"
        " --worker-class gthread --threads 8 --reuse-port --access-logfile /dev/null --log-level warning"
        " 'app.factory:create_app()'"
    )
    commands = {
        "web": web,
        "worker": f"{python} -m app.cli worker --quick",
        "long": f"{python} -m app.cli worker",
        "scheduler": f"{python} -m app.cli scheduler",
    }
    if not settings.is_production:
        commands["sandbox"] = f"{python} -m app.sandbox serve"
    manager = Manager()
    own = {"web": environment | _figures(settings)}
    for name, command in commands.items():
        manager.add_process(name, command, env=own.get(name, environment), cwd=str(Path(__file__).parents[2]))
    return manager


def _figures(settings: Settings) -> dict[str, str]:
    """Where the web processes add up their figures (app/factory.py); each start counts from nothing."""
    if not settings.metrics_token:
        return {}
    folder = settings.data / "figures"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return {"PROMETHEUS_MULTIPROC_DIR": str(folder)}


def _say_when_ready(settings: Settings, at: Addresses) -> None:
    pages = [f"{at.app}/health"] + ([] if settings.is_production else [f"{at.sandbox}/ready"])
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < deadline and not all(_answers(page) for page in pages):
        time.sleep(0.2)
    if settings.is_production:
        click.echo(f"\n  Steward serves at {at.app}\n")
        return
    click.echo(
        f"""
  The house is open. Start here:

    {at.sandbox}/sandbox     who is who, and where to go

    storefront   {at.sandbox}/
    admin        {at.sandbox}/admin
    desk         {at.app}/desk
    mailbox      {at.sandbox}/mailbox

  Ctrl-C closes it; the next `make run` finds everything as it was.
"""
    )


def _answers(page: str) -> bool:
    try:
        return httpx.get(page, timeout=1).status_code == 200
    except httpx.HTTPError:
        return False
