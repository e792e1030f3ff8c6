"""A model behind any endpoint that speaks OpenAI's API, asked about a thread with the secrets taken out.

Where its answer cannot be used that is said in words (Unusable); where trying again may help, an ExternalFailure is
raised.
"""

import json
import math
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError

from bot.adapters import prompts
from bot.adapters.masking import mask
from bot.adapters.slack import is_loopback
from bot.domain.errors import ExternalFailure
from bot.domain.updates import ThreadMessage

if TYPE_CHECKING:
    from openai import OpenAI

A = TypeVar("A", bound=BaseModel)

OPENAI = "https://api.openai.com/v1"
TIMEOUT = 60.0  # seconds, for each wait on the network
DEADLINE = 180.0  # seconds, for the whole answer: one that comes in drops would hold a worker for ever
LARGEST = 1024 * 1024  # bytes of an answer
BUDGET = 60_000  # characters of messages in one question: about 15,000 tokens
LEAST_BUDGET = 4_000
MESSAGE_LIMIT = 2_000  # characters of one message
BUSY = timedelta(seconds=20)  # what a 429 without Retry-After means
MOST_STARTS = 50  # places in a model's talk where its JSON is looked for

_KEY = "The model refused my key. Whoever runs me can find out more with `backbeat doctor`."
_CREDIT = "The model's account has no credit left. Whoever runs me can add some."
_GONE = "The model I was told to ask isn't there. Whoever runs me can find out more with `backbeat doctor`."
_REFUSED = "The model refused to read this thread."
_REQUEST = "The model doesn't take what I send. Whoever runs me can find out more with `backbeat doctor`."
UNREADABLE = "The model's answer made no sense to me."
UNCITED = "The model's answer did not say which messages it rests on."


class Unusable(Exception):
    """The model answered, or refused for good: asking it again would end the same way. `words` say so to a person."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class _TooLong(Exception):
    """The question does not fit the model."""


class _FormatRefused(Exception):
    """The endpoint takes no response format, or something else in the question."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What of a thread the model is shown: `lines` as they are sent, `numbers` of the messages in them."""

    lines: list[str]
    numbers: frozenset[int]
    masked: int
    shortened: int


class Model:
    """One model. The client is imported and made when the first question is asked."""

    def __init__(
        self,
        *,
        name: str,
        api_key: str | None,
        base_url: str | None = None,
        timeout: float = TIMEOUT,
        deadline: float = DEADLINE,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self._api_key = api_key
        self._base_url = base_url or OPENAI
        self._timeout = timeout
        self._deadline = deadline
        self._monotonic = monotonic
        self.host = urlsplit(self._base_url).hostname or self._base_url

    def ask(self, task: prompts.Task[A], messages: Sequence[ThreadMessage], said: Sequence[str]) -> tuple[Shown, A]:
        """What it answers about a thread, and how much of the thread it was shown. `said`: each message's words.

        With less of the thread where it does not fit, and without a format where the endpoint takes none. Raises
        Unusable, ExternalFailure.
        """
        budget, formatted = BUDGET, True
        while True:
            shown = show(messages, said, budget=budget)
            left_out = len(messages) - len(shown.numbers)
            try:
                text = self._answer(task, prompts.question(shown.lines, left_out=left_out), formatted=formatted)
                return shown, read_answer(text, task.answer)
            except _TooLong:
                budget //= 2
                if budget < LEAST_BUDGET:
                    raise Unusable(_REQUEST) from None
            except _FormatRefused:
                if not formatted:
                    raise Unusable(_REQUEST) from None
                formatted = False

    def _answer(self, task: prompts.Task[A], question: str, *, formatted: bool) -> str:
        """What the model said. Raises ExternalFailure where it cannot be reached, Unusable where it will not."""
        import openai  # noqa: PLC0415 - half a second and 50 MB that nobody needs before the first question

        try:
            with self._client() as client:
                return _content(self._body(client, task, question, formatted=formatted))
        except openai.APIStatusError as error:
            raise _refused(error.status_code, error.code, error.message, error.response.headers) from error
        except openai.APIConnectionError as error:
            never_left = type(error.__cause__).__name__ == "ConnectError"  # httpx's or httpx2's, whichever it uses
            code = "model_timeout" if isinstance(error, openai.APITimeoutError) else "model_unreachable"
            raise _transient(code, maybe_done=not never_left) from error
        except openai.OpenAIError as error:
            raise Unusable(UNREADABLE) from error

    def _client(self) -> "OpenAI":
        import openai  # noqa: PLC0415 - as above

        # A model on this machine is never asked through a proxy.
        direct = openai.DefaultHttpxClient(trust_env=False) if is_loopback(self._base_url) else None
        return openai.OpenAI(
            api_key=self._api_key or "none",
            base_url=self._base_url,
            timeout=self._timeout,
            max_retries=0,  # the job is tried again, with the pause that the model asks for
            http_client=direct,
        )

    def _body(self, client: "OpenAI", task: prompts.Task[A], question: str, *, formatted: bool) -> bytes:
        """The answer as it came, within bounds of size and time."""
        extra: dict[str, Any] = {"response_format": task.response_format} if formatted else {}
        ends = self._monotonic() + self._deadline
        body = bytearray()
        with client.chat.completions.with_streaming_response.create(
            model=self.name,
            messages=[{"role": "system", "content": task.system}, {"role": "user", "content": question}],
            **extra,
        ) as response:
            for chunk in _chunks(response.iter_bytes()):
                body += chunk
                if len(body) > LARGEST:
                    raise Unusable(UNREADABLE)
                if self._monotonic() > ends:
                    raise _transient("model_timeout", maybe_done=True)
        return bytes(body)


def model_for(*, api_key: str | None, base_url: str | None, model: str | None) -> Model | None:
    """The model to run with; None where none is named: everything works without."""
    return Model(name=model, api_key=api_key, base_url=base_url) if model else None


def show(messages: Sequence[ThreadMessage], said: Sequence[str], *, budget: int = BUDGET) -> Shown:
    """The first message and the newest ones, as many as fit `budget` characters, with their secrets hidden.

    They keep their numbers in the thread, so that a citation means the same to everybody.
    """
    lines: dict[int, str] = {}
    masked = shortened = 0
    for index in _from_root_then_newest(len(messages)):
        hidden, count = mask(said[index])
        author, in_name = mask(messages[index].author_name or "somebody")
        text = hidden[:MESSAGE_LIMIT]
        line = prompts.line(index + 1, author, text)
        if lines and len(line) > budget:
            break
        budget -= len(line)
        lines[index + 1] = line
        masked += count + in_name
        shortened += len(text) < len(hidden)
    return Shown([lines[number] for number in sorted(lines)], frozenset(lines), masked, shortened)


def _from_root_then_newest(count: int) -> list[int]:
    return [0, *range(count - 1, 0, -1)] if count else []


def read_answer(text: str, kind: type[A]) -> A:
    """The object in a model's talk: alone, fenced, or after it thought aloud. Raises Unusable."""
    for value in _objects(text.rpartition("</think>")[2]):
        try:
            return kind.model_validate(value)
        except (ValidationError, RecursionError):
            continue
    raise Unusable(UNREADABLE)


def _objects(text: str) -> Iterator[Any]:
    decoder = json.JSONDecoder()
    for start in [found.start() for found in re.finditer(r"\{", text)][:MOST_STARTS]:
        try:
            yield decoder.raw_decode(text, start)[0]
        except (ValueError, RecursionError):
            continue


def _chunks(source: Iterator[bytes]) -> Iterator[bytes]:
    try:
        yield from source
    except Exception as error:
        # Past the headers the client lets its HTTP library's errors through, and which library depends on its version.
        raise _transient("model_connection_lost", maybe_done=True) from error


def _content(body: bytes) -> str:
    """The text of a chat completion. Raises Unusable for a refusal and for anything else."""
    try:
        choice = json.loads(body)["choices"][0]
        message = choice["message"]
        content, refusal = message.get("content"), message.get("refusal")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise Unusable(UNREADABLE) from error
    if refusal or choice.get("finish_reason") == "content_filter":
        raise Unusable(_REFUSED)
    if isinstance(content, list):  # some endpoints answer in parts
        content = "".join(str(part.get("text") or "") for part in content if isinstance(part, dict))
    if not isinstance(content, str) or not content.strip():
        raise Unusable(UNREADABLE)
    return content


def _refused(status: int, code: str | None, message: str, headers: Mapping[str, str]) -> Exception:
    """What an answer other than 200 means for the question that was asked."""
    if status in {401, 403}:
        return Unusable(_KEY)
    if status == 429 and code == "insufficient_quota":
        return Unusable(_CREDIT)
    if status == 404:
        return Unusable(_GONE)
    if status == 413 or code == "context_length_exceeded" or (status == 400 and "context length" in message.lower()):
        return _TooLong()
    if status in {400, 422}:
        return _FormatRefused()
    if status in {408, 409, 425, 429} or status >= 500:
        pause = _retry_after(headers) or (BUSY if status == 429 else None)
        return _transient(f"model_http_{status}", maybe_done=True, retry_after=pause)
    return Unusable(_REQUEST)


def _retry_after(headers: Mapping[str, str]) -> timedelta | None:
    try:
        seconds = float(headers.get("retry-after", ""))
    except ValueError:
        return None
    return timedelta(seconds=min(max(math.ceil(seconds), 1), 3600)) if math.isfinite(seconds) else None


def _transient(code: str, *, maybe_done: bool, retry_after: timedelta | None = None) -> ExternalFailure:
    return ExternalFailure(
        "The model can't be reached just now.",
        permanent=False,
        code=code,
        retry_after=retry_after,
        maybe_done=maybe_done,
    )
