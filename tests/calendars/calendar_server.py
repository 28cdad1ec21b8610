"""A calendar's server on this machine, that says what a test tells it to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class CalendarServer:
    """Answers each path with what was put there; `down` answers 503 to all."""

    def __init__(self) -> None:
        self.calendars: dict[str, bytes] = {}
        self.down = False
        self.asked = 0
        self.port = 0

    def address(self, path: str = "/ines.ics") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def says(self, *times: tuple[str, str], path: str = "/ines.ics", uid: str = "") -> None:
        """Put a calendar there that is taken from each first to each second, in UTC ("20261123T100000")."""
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Elsewhere//EN"]
        for number, (begins, ends) in enumerate(times):
            lines += ["BEGIN:VEVENT", f"UID:{uid or number}", "SUMMARY:Dentist", "DTSTAMP:20261101T000000Z"]
            lines += [f"DTSTART:{begins}Z", f"DTEND:{ends}Z", "END:VEVENT"]
        self.calendars[path] = "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


@contextmanager
def open_calendar_server() -> Iterator[CalendarServer]:
    """This function will run a calendar's server on a free port of this machine."""
    calendars = CalendarServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            calendars.asked += 1
            body = calendars.calendars.get(self.path)
            self.send_response(503 if calendars.down else 404 if body is None else 200)
            self.end_headers()
            if body is not None and not calendars.down:
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    calendars.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield calendars
    server.shutdown()
    thread.join()
    server.server_close()
