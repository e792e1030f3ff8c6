"""A model behind OpenAI's protocol, on loopback: it gives the answers it was told to, one after the other."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Answer:
    """One answer as it goes over the wire. `drops`: the connection ends after so many bytes of the body."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    drops: int | None = None
    waits: bool = False  # holds the answer back until the server closes


def says(content: Any, *, finish_reason: str = "stop", refusal: str | None = None) -> Answer:
    """A chat completion. What is no text is sent as JSON."""
    text = content if isinstance(content, str) or content is None else json.dumps(content)
    message = {"role": "assistant", "content": text, "refusal": refusal}
    completion = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "test-model",
        "choices": [{"index": 0, "message": message, "finish_reason": finish_reason}],
    }
    return Answer(json.dumps(completion).encode())


def minutes(decided: Any = (), open_: Any = (), todo: Any = ()) -> Answer:
    """A good answer: each point as (text, message numbers)."""
    lists = {"decided": decided, "open": open_, "todo": todo}
    return says(
        {name: [{"text": text, "messages": list(cites)} for text, cites in points] for name, points in lists.items()}
    )


def refuses(refusal: str = "I can't help with that.") -> Answer:
    return says(None, refusal=refusal)


def fails(status: int, *, code: str | None = None, message: str = "No.", **headers: str) -> Answer:
    body = json.dumps({"error": {"message": message, "type": "error", "code": code}}).encode()
    return Answer(body, status, {name.replace("_", "-"): value for name, value in headers.items()})


def drops(after: int = 0) -> Answer:
    """The connection ends within the answer; with 0, before any of it."""
    return Answer(b"x" * (after + 100), drops=after)


def never() -> Answer:
    return Answer(b"", waits=True)


class OpenAIServer:
    """Gives `answers` in their order, the last one again and again, and keeps what it was asked."""

    def __init__(self) -> None:
        self.answers: list[Answer] = [minutes()]
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self._closing = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                server.asked.append(json.loads(self.rfile.read(length)))
                server.keys.append(self.headers.get("authorization"))
                server._give(self)

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def then(self, *answers: Answer) -> None:
        self.answers = list(answers)

    @property
    def question(self) -> str:
        """What the model was last shown of the thread."""
        return str(self.asked[-1]["messages"][-1]["content"])

    def _give(self, request: BaseHTTPRequestHandler) -> None:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer.waits:
            self._closing.wait(30)
            return
        if answer.drops == 0:
            request.close_connection = True
            return
        request.send_response(answer.status)
        for name, value in {"content-type": "application/json", **answer.headers}.items():
            request.send_header(name, value)
        request.send_header("content-length", str(len(answer.body)))
        request.end_headers()
        request.wfile.write(answer.body[: answer.drops])
        request.close_connection = request.close_connection or answer.drops is not None

    def close(self) -> None:
        self._closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


@contextmanager
def openai_server() -> Iterator[OpenAIServer]:
    server = OpenAIServer()
    try:
        yield server
    finally:
        server.close()
