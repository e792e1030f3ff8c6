"""A Slack that answers on the wire exactly as it is told, however wrong that is."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from slack_sdk import WebClient

from bot.adapters.slack import web_client


@dataclass(frozen=True)
class Raw:
    """`data` None: the connection is closed once the request has come. `keeps`: it is held open and nothing is said."""

    data: bytes | None
    keeps: bool = False


def answers(status: str = "200 OK", body: Any = None, **headers: str) -> Raw:
    """A whole answer. What is no bytes goes as JSON."""
    payload = body if isinstance(body, bytes) else json.dumps(body if body is not None else {"ok": True}).encode()
    given = {"content-type": "application/json", "content-length": str(len(payload)), "connection": "close"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return Raw(f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + payload)


HANGS_UP = Raw(None)
SAYS_NOTHING = Raw(b"", keeps=True)
BREAKS_OFF = Raw(b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"ok": tr')
GIBBERISH = Raw(b"SSH-2.0-OpenSSH_9.7\r\n\r\n")


@dataclass
class Wire:
    """Gives `script` in its order, the last one again and again, and counts the requests that came whole."""

    script: list[Raw] = field(default_factory=lambda: [answers()])
    requests: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._closing = threading.Event()
        self._held: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/api/"

    def client(self, timeout: float = 5) -> WebClient:
        return web_client("xoxb-test", self.url, timeout)  # type: ignore[arg-type] # tests wait for less than a second

    def _serve(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        request = _whole_request(connection)
        if not request:
            connection.close()
            return
        self.requests.append(request)
        raw = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if raw.keeps:
            self._held.append(connection)
            return
        if raw.data:
            connection.sendall(raw.data)
        connection.close()

    def close(self) -> None:
        self._closing.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        for connection in self._held:
            connection.close()


def _whole_request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    while len(body) < int(lengths[0] if lengths else 0):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def wire(*script: Raw) -> Iterator[Wire]:
    running = Wire(list(script)) if script else Wire()
    try:
        yield running
    finally:
        running.close()
