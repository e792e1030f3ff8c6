"""Logging: structured, JSON or for the eye, to standard error; a secret that turns up anywhere in a line is hidden."""

import logging
import re
import sys
from collections.abc import Callable, Iterable
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

HIDDEN = "[hidden]"
_SECRET = re.compile(
    r"xox[a-z](?:\.xox[a-z])?-[\w-]{6,}|xapp-[\w-]{6,}|sk-[\w-]{12,}|(?<=://)[^/\s:@\"']*:[^/\s@\"']+(?=@)"
    r"|(?<=Bearer )[\w.~+/-]{6,}|(?<=ticket=)[\w-]{6,}"
)
# Libraries that say at "info", or with a request's whole body, what is ours to say.
_QUIET = {
    "slack_bolt": logging.ERROR,
    "slack_sdk": logging.ERROR,
    "uvicorn": logging.WARNING,
    "uvicorn.access": logging.CRITICAL,
    "apscheduler": logging.WARNING,
    "alembic": logging.WARNING,
    "sqlalchemy": logging.WARNING,
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "openai": logging.WARNING,
    "websockets": logging.WARNING,
}
_names: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]


def set_up(*, level: str, form: str, secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Route structlog and the standard library to one place. `form`: json, console, or auto (by the terminal)."""
    out = stream or sys.stderr
    as_json = form == "json" or (form == "auto" and not out.isatty())
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_names,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *([structlog.processors.format_exc_info] if as_json else []),
                hiding(_renderer(as_json=as_json, colours=out.isatty()), secrets),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(max(least, root.level))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_names,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def hiding(render: Processor, secrets: Iterable[str]) -> Callable[[WrappedLogger, str, EventDict], str]:
    """Render, then hide whatever is a secret or looks like one: also in tracebacks and in libraries' own lines."""
    exact = sorted({secret for secret in secrets if len(secret) >= 6}, key=len, reverse=True)

    def rendered(logger: WrappedLogger, name: str, event: EventDict) -> str:
        return hide(str(render(logger, name, event)), exact)

    return rendered


def hide(text: str, secrets: Iterable[str] = ()) -> str:
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return _SECRET.sub(HIDDEN, text)


def _renderer(*, as_json: bool, colours: bool) -> Any:
    if as_json:
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(
        colors=colours, pad_event_to=28, exception_formatter=structlog.dev.plain_traceback
    )
