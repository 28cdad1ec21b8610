"""A load of bounded size from processes on this machine, over kept connections, with every latency noted."""

from __future__ import annotations

import multiprocessing
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figures:
    """What a load met: requests a second, and the latencies' median and 99th percentile in milliseconds."""

    rate: float
    p50: float
    p99: float
    statuses: dict[int, int]


def load(port: int, requests: Sequence[bytes], *, seconds: float, connections: int = 8) -> Figures:
    """This function will send the requests round and round for some seconds and say what came of it."""
    context = multiprocessing.get_context("fork")
    results: Any = context.Queue()
    parts = [requests[start::connections] for start in range(connections)]
    senders = [
        context.Process(target=_send, args=(port, part, seconds, results), daemon=True) for part in parts
    ]
    for sender in senders:
        sender.start()
    answers = [results.get(timeout=seconds + 30) for _ in senders]
    for sender in senders:
        sender.join()
    latencies = sorted(latency for latencies, _ in answers for latency in latencies)
    statuses: dict[int, int] = {}
    for _, counted in answers:
        for status, n in counted.items():
            statuses[status] = statuses.get(status, 0) + n
    return Figures(
        rate=len(latencies) / seconds,
        p50=latencies[len(latencies) // 2] * 1000,
        p99=latencies[len(latencies) * 99 // 100] * 1000,
        statuses=statuses,
    )


def _send(port: int, requests: Sequence[bytes], seconds: float, results: Any) -> None:
    latencies: list[float] = []
    statuses: dict[int, int] = {}
    deadline = time.perf_counter() + seconds
    at = 0
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while (began := time.perf_counter()) < deadline:
            connection.sendall(requests[at % len(requests)])
            status = _status(connection)
            latencies.append(time.perf_counter() - began)
            statuses[status] = statuses.get(status, 0) + 1
            at += 1
    results.put((latencies, statuses))


def _status(connection: socket.socket) -> int:
    """Read one answer; all answers here are small and say their length or have no body."""
    head = b""
    while b"\r\n\r\n" not in head:
        part = connection.recv(4096)
        if not part:
            raise ConnectionError("the server closed the connection")
        head += part
    head, body = head.split(b"\r\n\r\n", 1)
    length = next(
        (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    while len(body) < length:
        body += connection.recv(4096)
    return int(head[9:12])
