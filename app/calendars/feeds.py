"""Fetching a calendar from the address somebody gave us, without being sent anywhere we should not go.

Whoever gives the address chooses where we connect to, so each hop is checked: its scheme, and every address
its name stands for. We connect to an address that was checked, not to the name, so that the name cannot
mean another one a moment later; the certificate is still checked against the name.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import anyio
import httpx

from app.calendars.addresses import is_public

SECONDS = 10.0  # in all: names, connections, redirects and the calendar itself
MOST_BYTES = 5 * 1024 * 1024
MOST_REDIRECTS = 3
LONGEST_ADDRESS = 2000  # characters; beyond it servers begin to refuse
_FIRST_LINE = b"BEGIN:VCALENDAR"

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


class UnableToFetch(Exception):
    """The calendar could not be read; `code` names why, the message says it to a person and names no secret.

    Another address, or the same one later, may work.
    """

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


@dataclass(frozen=True, slots=True)
class Reach:
    """How we reach out: how names are looked up, what is trusted, and whether to this machine alone."""

    loopback: bool = False
    resolve: Resolve | None = None
    trust: ssl.SSLContext | None = None
    transport: httpx.AsyncBaseTransport | None = None


def clean_address(entered: str) -> str:
    """This function will write an address as it is kept: webcal:// is https:// by another name."""
    entered = entered.strip()
    scheme, slashes, rest = entered.partition("://")
    return f"https://{rest}" if slashes and scheme.lower() in ("webcal", "webcals") else entered


def fetch(address: str, reach: Reach) -> bytes:
    """This function will fetch a calendar's bytes, within ten seconds in all. Raises UnableToFetch.

    It runs an event loop of its own, because only that can end a server that drips a byte at a time.
    """
    return asyncio.run(_within_time(address, reach))


async def _within_time(address: str, reach: Reach) -> bytes:
    try:
        async with asyncio.timeout(SECONDS):
            return await _follow(clean_address(address), reach)
    except (TimeoutError, httpx.TimeoutException):
        raise UnableToFetch("too_slow", "The calendar took longer than ten seconds to answer.") from None


async def _follow(address: str, reach: Reach) -> bytes:
    for _ in range(MOST_REDIRECTS + 1):
        url = _checked_url(address, reach)
        answer = await _ask(url, reach)
        if isinstance(answer, bytes):
            return answer
        address = str(url.join(answer))
    raise UnableToFetch("too_many_redirects", "The address sends us on from one place to the next too often.")


def _checked_url(address: str, reach: Reach) -> httpx.URL:
    schemes = ("https", "http") if reach.loopback else ("https",)
    try:
        url = httpx.URL(address) if len(address) <= LONGEST_ADDRESS else None
    except (httpx.InvalidURL, UnicodeError):
        url = None
    if url is None or url.scheme not in schemes or not url.host:
        raise UnableToFetch("not_https", "Give an address that begins with https:// or webcal://.")
    if url.userinfo:
        raise UnableToFetch("names_a_password", "Leave the name and the password out of the address.")
    return url


async def _ask(url: httpx.URL, reach: Reach) -> bytes | str:
    """The calendar, or where else to look for it. Of several addresses the first that takes a connection."""
    addresses = await _checked_addresses(url, reach)
    for place, to in enumerate(addresses, 1):
        try:
            return await _ask_at(to, url, reach)
        except httpx.ConnectError as error:
            if place == len(addresses):
                raise _unreachable(url, error) from None
        except httpx.TransportError as error:
            raise _unreachable(url, error) from None
    raise AssertionError("a name without an address is refused before")


async def _checked_addresses(url: httpx.URL, reach: Reach) -> Sequence[str]:
    port = url.port or {"https": 443, "http": 80}[url.scheme]
    try:
        found = await (reach.resolve or _resolve)(url.host, port)
    except (OSError, UnicodeError):
        found = ()
    if not found:
        raise UnableToFetch("no_such_place", f"We could not find {url.host}. Is the address complete?")
    if not all(is_public(each, loopback=reach.loopback) for each in found):
        raise UnableToFetch("not_public", f"{url.host} is in a private network, where we do not look.")
    return list(dict.fromkeys(found))


async def _resolve(host: str, port: int) -> Sequence[str]:
    """Look a name up in a thread that is left behind when time is over: a look-up cannot be ended."""

    def look_up() -> list[str]:
        return [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]

    return await anyio.to_thread.run_sync(look_up, abandon_on_cancel=True)


async def _ask_at(to: str, url: httpx.URL, reach: Reach) -> bytes | str:
    """Ask the address `to` as if it were the name: Host and the certificate's check keep the name."""
    headers = {
        "Host": url.netloc.decode("ascii"),
        "Accept": "text/calendar",
        # Five megabytes are counted as they come; what is packed could be a thousand times as much.
        "Accept-Encoding": "identity",
        "User-Agent": "Steward (reads when an advisor is busy)",
    }
    # trust_env: a proxy would look the name up for itself, and anywhere.
    async with httpx.AsyncClient(
        verify=reach.trust or ssl.create_default_context(),
        timeout=SECONDS,
        trust_env=False,
        transport=reach.transport,
    ) as client:
        request = client.build_request(
            "GET", url.copy_with(host=to), headers=headers, extensions={"sni_hostname": url.host}
        )
        answer = await client.send(request, stream=True)
        try:
            return await _read(answer)
        finally:
            await answer.aclose()


async def _read(answer: httpx.Response) -> bytes | str:
    if answer.is_redirect:
        return answer.headers["location"]
    _refuse_status(answer.status_code)
    if answer.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnableToFetch("packed", "The calendar's server packs it in a way we did not ask for.")
    body = bytearray()
    async for part in answer.aiter_raw():
        body += part
        if len(body) > MOST_BYTES:
            raise UnableToFetch("too_large", "The calendar is larger than five megabytes.")
    if not bytes(body[:64]).lstrip(b"\xef\xbb\xbf \r\n\t").upper().startswith(_FIRST_LINE):
        raise UnableToFetch("no_calendar", "The address answers, but not with a calendar.")
    return bytes(body)


def _refuse_status(status: int) -> None:
    if status in (401, 403):
        words = "The calendar's server does not let us in. Use its secret address, or share the calendar."
        raise UnableToFetch("not_let_in", words)
    if status in (404, 410):
        raise UnableToFetch("not_there", "There is no calendar at this address any more.")
    if status != 200:
        raise UnableToFetch("failing", f"The calendar's server has trouble just now (it said {status}).")


def _unreachable(url: httpx.URL, error: httpx.TransportError) -> UnableToFetch:
    if isinstance(error, httpx.TimeoutException):
        return UnableToFetch("too_slow", "The calendar took longer than ten seconds to answer.")
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return UnableToFetch("not_itself", f"{url.host} could not prove that it is {url.host}.")
    return UnableToFetch("unreachable", f"{url.host} did not answer us.")
