"""Callbacks by HTTP: signed requests to the app's request URL, as Slack makes them where there is no Socket Mode."""

import asyncio
import hashlib
import hmac
import http.client
import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode, urlsplit

from playground.acks import Ack
from playground.messages import Json

WORKERS = 16
LARGEST_ANSWER = 1_000_000


class Callbacks:
    """Requests carry the machine's own time: a signature is good for five minutes of it, whatever the demo's clock."""

    def __init__(self, url: str | None, signing_secret: str) -> None:
        self.url = url
        self._secret = signing_secret.encode()
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="callback")

    def stop(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    async def ask(self, kind: str, payload: Json, *, seconds: float, retry: int = 0, reason: str = "") -> Ack:
        headers = {"x-slack-retry-num": str(retry), "x-slack-retry-reason": reason} if retry else {}
        if kind == "events_api":
            body, content_type = json.dumps(payload), "application/json"
        else:
            form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            body, content_type = urlencode(form), "application/x-www-form-urlencoded"
        headers["content-type"] = content_type
        return await self._post(body.encode(), headers, seconds)

    async def verify(self, challenge: str, *, seconds: float) -> bool:
        """The handshake that Slack makes when a request URL is entered."""
        body = json.dumps({"token": "playground", "challenge": challenge, "type": "url_verification"})
        ack = await self._post(body.encode(), {"content-type": "application/json"}, seconds)
        given = ack.payload
        return (
            ack.ok and (given.get("challenge") or given.get("text") if isinstance(given, dict) else None) == challenge
        )

    async def _post(self, body: bytes, headers: dict[str, str], seconds: float) -> Ack:
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(self._pool, self._send, body, headers, seconds)
        try:
            return await asyncio.wait_for(asyncio.shield(work), seconds)
        except TimeoutError:
            return Ack(reason="timeout")

    def _send(self, body: bytes, headers: dict[str, str], seconds: float) -> Ack:
        parts = urlsplit(self.url or "")
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=seconds)
        try:
            connection.request("POST", parts.path or "/", body, self._signed(body) | headers)
            answer = connection.getresponse()
            raw = answer.read(LARGEST_ANSWER)
            no_retry = answer.headers.get("x-slack-no-retry") == "1"
            if not 200 <= answer.status < 300:
                return Ack(reason="http_error", may_retry=not no_retry)
            return Ack(_payload(raw))
        except TimeoutError:
            return Ack(reason="timeout")
        except (OSError, http.client.HTTPException):
            return Ack(reason="connection_failed")
        finally:
            connection.close()

    def _signed(self, body: bytes) -> dict[str, str]:
        stamp = str(int(time.time()))
        digest = hmac.new(self._secret, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        return {
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": f"v0={digest}",
            "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "accept": "*/*",
        }


def _payload(raw: bytes) -> Any:
    """The answer's JSON, or its plain text as a message's."""
    text = raw.decode("utf-8", "replace").strip()
    if not text:
        return None
    try:
        found = json.loads(text)
    except ValueError:
        return {"text": text}
    return found if isinstance(found, dict) else {"text": text}
