"""The one HTTP client of a process: connections are kept, every wait has its end, and nobody is followed."""

from __future__ import annotations

from functools import cache
from ssl import SSLContext
from urllib.parse import urlsplit

import httpx

# A document of the admin may wait for this, so: long enough for a slow answer, short enough for a person.
TIMEOUT = httpx.Timeout(10.0, connect=3.0)


def open_client(sandbox_url: str) -> httpx.Client:
    """This function will open the client; with the address of a sandbox, every shop is found there.

    Redirects are not followed: a shop's domain is the one address we may be sent to.
    """
    transport = SandboxTransport(sandbox_url) if sandbox_url else None
    # The sandbox is on this machine: no proxy of the environment leads there.
    from_env = not sandbox_url
    return httpx.Client(
        timeout=TIMEOUT,
        transport=transport,
        follow_redirects=False,
        trust_env=from_env,
        verify=certificates(),
    )


@cache
def certificates() -> SSLContext:
    """This function will read whom to trust, once: it takes 0.1 s, and the worker forks for each job."""
    return httpx.create_ssl_context()


class SandboxTransport(httpx.HTTPTransport):
    """Sends what is meant for a shop to the sandbox, which reads from `Host` whom it was meant for."""

    def __init__(self, sandbox_url: str) -> None:
        super().__init__(verify=certificates())
        self._sandbox = urlsplit(sandbox_url)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """This method will send one request; what was written for its shop stays as it is."""
        if (request.url.host or "").endswith(".myshopify.com"):
            port = self._sandbox.port
            request.url = request.url.copy_with(
                scheme=self._sandbox.scheme, host=self._sandbox.hostname, port=port
            )
        return super().handle_request(request)
