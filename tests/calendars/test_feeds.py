"""Fetching a calendar: every trick of a hostile address is refused, and what was wrong is said in words."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
import ssl
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.calendars import feeds
from app.calendars.addresses import is_public
from app.calendars.feeds import MOST_BYTES, Reach, UnableToFetch, clean_address, fetch

CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"
PUBLIC, OTHER_PUBLIC = "93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"


def says(body: bytes) -> httpx.Response:
    """An answer that comes as it is read, as from a real server."""

    async def parts() -> AsyncIterator[bytes]:
        yield body

    return httpx.Response(200, content=parts())


PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.0.0.7",
    "172.16.3.4",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",  # where clouds keep their keys
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
]


@dataclass
class Net:
    """A network of the test's own: what each name stands for, look-up by look-up, and what is answered."""

    names: dict[str, list[Sequence[str]]] = field(default_factory=dict)
    asked: list[httpx.Request] = field(default_factory=list)
    looked_up: list[str] = field(default_factory=list)
    answer: Callable[[httpx.Request], httpx.Response] = lambda _: says(CALENDAR)

    async def resolve(self, host: str, _: int) -> Sequence[str]:
        self.looked_up.append(host)
        found = self.names.get(host, [[PUBLIC]])
        return found.pop(0) if len(found) > 1 else found[0]

    @property
    def reach(self) -> Reach:
        def handle(request: httpx.Request) -> httpx.Response:
            self.asked.append(request)
            return self.answer(request)

        return Reach(resolve=self.resolve, transport=httpx.MockTransport(handle))


def refused(address: str, net: Net) -> str:
    with pytest.raises(UnableToFetch) as error:
        fetch(address, net.reach)
    assert str(error.value).endswith((".", "?")), "a sentence"
    assert "secret" not in str(error.value).replace("secret address", ""), "the address stays a secret"
    return error.value.code


def test_a_calendar_is_fetched() -> None:
    net = Net()
    assert fetch("webcal://calendar.example/secret.ics?token=secret", net.reach) == CALENDAR
    [request] = net.asked
    assert (request.url.scheme, request.url.host, request.url.path) == ("https", PUBLIC, "/secret.ics")
    assert request.url.query == b"token=secret"


@pytest.mark.parametrize("address", PRIVATE)
def test_SSRF_REQUEST_FORGERY_by_a_name_that_stands_for_a_private_address(address: str) -> None:  # noqa: N802
    net = Net(names={"calendar.example": [[address]]})
    assert refused("https://calendar.example/secret.ics", net) == "not_public"
    assert net.asked == []


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "[::ffff:10.0.0.1]", "2130706433", "0x7f.1", "localhost"]
)
def test_SSRF_REQUEST_FORGERY_by_a_private_address_itself_however_written(host: str) -> None:  # noqa: N802
    reach = Reach(transport=httpx.MockTransport(lambda _: pytest.fail("connected")))
    with pytest.raises(UnableToFetch) as error:
        fetch(f"https://{host}/x.ics", reach)
    assert error.value.code in ("not_public", "not_https", "no_such_place")


def test_SSRF_REQUEST_FORGERY_by_one_private_address_among_public_ones() -> None:  # noqa: N802
    net = Net(names={"calendar.example": [[PUBLIC, "10.0.0.7"]]})
    assert refused("https://calendar.example/", net) == "not_public"


def test_SSRF_REQUEST_FORGERY_by_a_name_that_changes_between_check_and_connection() -> None:  # noqa: N802
    net = Net(names={"calendar.example": [[PUBLIC], ["127.0.0.1"]]})
    fetch("https://calendar.example/x.ics", net.reach)
    [request] = net.asked
    assert net.looked_up == ["calendar.example"], "the name is looked up once"
    assert request.url.host == PUBLIC, "and the address that was checked is the one connected to"
    assert request.headers["Host"] == "calendar.example"
    assert request.extensions["sni_hostname"] == "calendar.example"


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("https://inside.example/x.ics", "not_public"),
        ("https://169.254.169.254/latest/meta-data", "not_public"),
        ("//inside.example/x.ics", "not_public"),
        ("http://calendar.example/x.ics", "not_https"),
        ("file:///etc/passwd", "not_https"),
        ("gopher://calendar.example/", "not_https"),
        ("https://user:secret@calendar.example/", "names_a_password"),
    ],
)
def test_SSRF_REQUEST_FORGERY_by_a_redirect(location: str, code: str) -> None:  # noqa: N802
    private: dict[str, list[Sequence[str]]] = {
        "inside.example": [["10.0.0.7"]],
        "169.254.169.254": [["169.254.169.254"]],
    }
    net = Net(names=private, answer=lambda _: httpx.Response(302, headers={"Location": location}))
    assert refused("https://calendar.example/secret.ics", net) == code
    assert len(net.asked) == 1


def test_SSRF_REQUEST_FORGERY_by_a_name_that_turns_private_at_the_second_hop() -> None:  # noqa: N802
    net = Net(names={"calendar.example": [[PUBLIC], ["127.0.0.1"]]})
    net.answer = lambda _: httpx.Response(307, headers={"Location": "/again"})
    assert refused("https://calendar.example/secret.ics", net) == "not_public"
    assert len(net.asked) == 1


@pytest.mark.parametrize(
    "address",
    [
        "http://calendar.example/x",
        "ftp://calendar.example/x",
        "calendar.example/x",
        "",
        "https://",
        "x" * 5000,
        "https://calendar.example/" + "x" * 2000,
        "javascript:alert(1)",
        "https://[::1",
        "\x00",
    ],
)
def test_SSRF_REQUEST_FORGERY_by_another_scheme_or_no_address_at_all(address: str) -> None:  # noqa: N802
    net = Net()
    assert refused(address, net) == "not_https"
    assert net.looked_up == []


def test_SSRF_REQUEST_FORGERY_by_a_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: N802
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    made: list[dict[str, object]] = []
    real = httpx.AsyncClient
    monkeypatch.setattr(feeds.httpx, "AsyncClient", lambda **given: (made.append(given), real(**given))[1])
    fetch("https://calendar.example/", Net().reach)
    assert [each["trust_env"] for each in made] == [False]


def test_three_redirects_are_followed_and_a_fourth_is_not() -> None:
    def hop(request: httpx.Request) -> httpx.Response:
        left = int(request.url.path[1:])
        if not left:
            return says(CALENDAR)
        return httpx.Response(301, headers={"Location": f"/{left - 1}"})

    assert fetch("https://calendar.example/3", Net(answer=hop).reach) == CALENDAR
    assert refused("https://calendar.example/4", Net(answer=hop)) == "too_many_redirects"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (httpx.Response(401), "not_let_in"),
        (httpx.Response(403), "not_let_in"),
        (httpx.Response(404), "not_there"),
        (httpx.Response(410), "not_there"),
        (httpx.Response(503), "failing"),
        (httpx.Response(204), "failing"),
        (says(b"<!doctype html><title>Sign in</title>"), "no_calendar"),
        (says(b""), "no_calendar"),
    ],
)
def test_what_was_wrong_is_said(answer: httpx.Response, code: str) -> None:
    assert refused("https://calendar.example/secret.ics", Net(answer=lambda _: answer)) == code


def test_a_name_that_nobody_knows_is_said_so() -> None:
    assert (
        refused("https://calendar.example/secret.ics", Net(names={"calendar.example": [[]]}))
        == "no_such_place"
    )


def test_of_two_addresses_the_second_is_tried_where_the_first_takes_no_connection() -> None:
    def only_six(request: httpx.Request) -> httpx.Response:
        if request.url.host == PUBLIC:
            raise httpx.ConnectError("no route")
        return says(CALENDAR)

    net = Net(names={"calendar.example": [[PUBLIC, OTHER_PUBLIC]]}, answer=only_six)
    assert fetch("https://calendar.example/", net.reach) == CALENDAR
    assert [each.url.host for each in net.asked] == [PUBLIC, OTHER_PUBLIC]


def test_a_calendar_after_a_byte_order_mark_is_one() -> None:
    body = b"\xef\xbb\xbf" + CALENDAR
    assert fetch("https://calendar.example/", Net(answer=lambda _: says(body)).reach) == body


@pytest.mark.parametrize(
    ("entered", "kept"), [("webcal://a.example/x", "https://a.example/x"), (" https://a/ ", "https://a/")]
)
def test_webcal_is_https_by_another_name(entered: str, kept: str) -> None:
    assert clean_address(entered) == kept


@pytest.mark.parametrize("address", [PUBLIC, OTHER_PUBLIC, "8.8.8.8", "2a00:1450:4001::200e"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)
    assert not is_public(address, loopback=True), "a test that may reach this machine reaches nothing else"


# Against real sockets, with a certificate of the test's own


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """A certificate for calendar.example with its key, and a context that trusts it alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "calendar.example")])
    begins = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begins)
        .not_valid_after(begins + dt.timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("calendar.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("certificate") / "both.pem"
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(secret + made.public_bytes(pem))
    return file, ssl.create_default_context(cadata=made.public_bytes(pem).decode())


@dataclass
class Server:
    port: int
    paths: list[str]


@pytest.fixture
def server(certificate: tuple[Path, ssl.SSLContext]) -> Iterator[Server]:
    """A calendar's server on this machine, over TLS, that also behaves badly on request."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            if self.path == "/drips":
                self.connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                with_patience(self.connection)
                return
            self.send_response(200)
            if self.path == "/packed":
                self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            self.wfile.write(CALENDAR)
            if self.path == "/endless":
                try:
                    while True:
                        self.wfile.write(b"X-FILL:" + b"x" * 65_536 + b"\r\n")
                except OSError:
                    paths.append("hung up")

        def log_message(self, *_: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate[0])
    listening.socket = context.wrap_socket(listening.socket, server_side=True)
    thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
    thread.start()
    yield Server(listening.server_port, paths)
    listening.shutdown()
    thread.join()
    listening.server_close()


def with_patience(connection: socket.socket) -> None:
    """Say a byte now and then, so that no single wait is ever long, until the other side has gone."""
    try:
        for _ in range(600):
            connection.sendall(b"x")
            time.sleep(0.05)
    except OSError:
        pass


async def to_here(_: str, __: int) -> Sequence[str]:
    return ["127.0.0.1"]


def test_the_certificate_is_checked_against_the_name_though_an_address_is_connected_to(
    server: Server, certificate: tuple[Path, ssl.SSLContext]
) -> None:
    here = Reach(loopback=True, resolve=to_here, trust=certificate[1])
    assert fetch(f"https://calendar.example:{server.port}/x.ics", here) == CALENDAR
    with pytest.raises(UnableToFetch) as error:
        fetch(f"https://another.example:{server.port}/x.ics", here)
    assert error.value.code == "not_itself"
    stranger = Reach(loopback=True, resolve=to_here)
    with pytest.raises(UnableToFetch) as error:
        fetch(f"https://calendar.example:{server.port}/x.ics", stranger)
    assert error.value.code == "not_itself"


def test_a_calendar_that_never_ends_is_let_go_at_five_megabytes(
    server: Server, certificate: tuple[Path, ssl.SSLContext]
) -> None:
    here = Reach(loopback=True, resolve=to_here, trust=certificate[1])
    with pytest.raises(UnableToFetch) as error:
        fetch(f"https://calendar.example:{server.port}/endless", here)
    assert error.value.code == "too_large"
    assert MOST_BYTES == 5 * 1024 * 1024


def test_a_packed_calendar_is_not_unpacked(server: Server, certificate: tuple[Path, ssl.SSLContext]) -> None:
    here = Reach(loopback=True, resolve=to_here, trust=certificate[1])
    with pytest.raises(UnableToFetch) as error:
        fetch(f"https://calendar.example:{server.port}/packed", here)
    assert error.value.code == "packed"


def test_a_server_that_drips_a_byte_at_a_time_is_left_when_the_time_is_over(
    server: Server, certificate: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert feeds.SECONDS == 10
    monkeypatch.setattr(feeds, "SECONDS", 0.5)
    here = Reach(loopback=True, resolve=to_here, trust=certificate[1])
    with pytest.raises(UnableToFetch) as error:
        fetch(f"https://calendar.example:{server.port}/drips", here)
    assert error.value.code == "too_slow"


def test_a_look_up_that_never_ends_is_left_when_the_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "SECONDS", 0.2)

    async def never(_: str, __: int) -> Sequence[str]:
        await asyncio.sleep(60)
        return []

    with pytest.raises(UnableToFetch) as error:
        fetch("https://calendar.example/", Reach(resolve=never))
    assert error.value.code == "too_slow"


def test_this_machine_is_reached_only_where_a_test_says_so(server: Server) -> None:
    with pytest.raises(UnableToFetch) as error:
        fetch(f"https://127.0.0.1:{server.port}/x.ics", Reach())
    assert error.value.code == "not_public"
    assert server.paths == []
