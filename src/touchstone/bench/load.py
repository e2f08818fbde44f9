"""Sends requests at moments that are fixed beforehand, whatever the server does, and times each from its moment.

So the time a request waits because the server is behind is counted, and a slow answer slows nothing else down. One
thread, plain sockets that stay open, requests made beforehand: the sender takes some hundredths of a millisecond of
processor time a request.
"""

from __future__ import annotations

import heapq
import random
import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

CONNECTIONS = 128
# How long is waited for answers after the last request was sent.
_PATIENCE = 30.0
_HEAD_ENDS = b"\r\n\r\n"
_LENGTH = b"content-length:"


@dataclass
class Outcome:
    """What became of the requests, in their order: seconds from the moment of each to its whole answer, its status (0
    for none) and its body. `late`: seconds that the sender itself was behind at worst. `lasted`: seconds in all."""

    seconds: list[float]
    status: list[int]
    body: list[bytes]
    late: float = 0.0
    lasted: float = 0.0
    cpu: float = 0.0


@dataclass(eq=False)
class _Line:
    """An open connection and the request that is under way on it."""

    socket: socket.socket
    request: int = -1
    received: bytearray = field(default_factory=bytearray)
    whole: int = 0


def moments(count: int, rate: float, seed: int) -> list[float]:
    """Seconds from the start at which requests come: independent callers, `rate` a second on average."""
    pick = random.Random(seed)  # noqa: S311 - not for secrets
    at, found = 0.0, []
    for _ in range(count):
        at += pick.expovariate(rate)
        found.append(at)
    return found


def send(address: tuple[str, int], requests: Sequence[bytes], due: Sequence[float]) -> Outcome:
    """Send `requests`, each a whole HTTP/1.1 request, at the seconds `due` from now. Returns when all are answered."""
    count = len(requests)
    outcome = Outcome([0.0] * count, [0] * count, [b""] * count)
    cpu = time.process_time()
    with selectors.DefaultSelector() as selector:
        idle = [_open(selector, address) for _ in range(CONNECTIONS)]
        start, sent, answered = time.perf_counter(), 0, 0
        ends = start + due[-1] + _PATIENCE
        while answered < count and (now := time.perf_counter()) < ends:
            while sent < count and idle and start + due[sent] <= now:
                line = idle.pop()
                line.request = sent
                outcome.late = max(outcome.late, now - start - due[sent])
                line.socket.sendall(requests[sent])
                sent += 1
            pause = start + due[sent] - now if sent < count and idle else 1.0
            for key, _ in selector.select(max(pause, 0.0)):
                if _take(key.data, outcome, start, due):
                    idle.append(key.data)
                    answered += 1
        outcome.lasted = time.perf_counter() - start
        for key in list(selector.get_map().values()):
            key.data.socket.close()
    outcome.cpu = time.process_time() - cpu
    return outcome


def _open(selector: selectors.BaseSelector, address: tuple[str, int]) -> _Line:
    line = _Line(socket.create_connection(address))
    line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    selector.register(line.socket, selectors.EVENT_READ, line)
    return line


def _take(line: _Line, outcome: Outcome, start: float, due: Sequence[float]) -> bool:
    """Read what has come; whether the answer is whole. A line that breaks answers with status 0."""
    data = line.socket.recv(65536)
    if line.request < 0:
        raise ConnectionError("the server closed a connection that was idle")
    line.received += data
    if not line.whole and (head := line.received.find(_HEAD_ENDS)) >= 0:
        line.whole = head + len(_HEAD_ENDS) + _length(bytes(line.received[:head]).lower())
    if data and not (line.whole and len(line.received) >= line.whole):
        return False
    number = line.request
    outcome.seconds[number] = time.perf_counter() - start - due[number]
    if data:
        outcome.status[number] = int(line.received[9:12])
        outcome.body[number] = bytes(line.received[line.received.find(_HEAD_ENDS) + 4 :])
    line.request, line.whole = -1, 0
    line.received.clear()
    return True


def _length(head: bytes) -> int:
    return next(int(row[len(_LENGTH) :]) for row in head.split(b"\r\n") if row.startswith(_LENGTH))


def quantile(seconds: Sequence[float], share: float) -> float:
    """The value that `share` of the sorted values do not exceed."""
    return heapq.nsmallest(max(1, -(-len(seconds) * int(share * 1000) // 1000)), seconds)[-1]
