"""The settings: read from the environment, `.env` and secret files, each with what it is for and how to mend it."""

import difflib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import AliasChoices, BeforeValidator, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

REAL_SLACK = "https://slack.com/api/"
# Names that Slack keeps for itself: a command of that name would never reach us.
RESERVED = frozenset(
    f"/{name}"
    for names in (
        "active apps archive away call collapse dm dnd expand feed feedback focus invite join keys leave me mention",
        "msg mute open part prefs pro-tip remind remove rename search shortcuts shrug star status topic unarchive who",
    )
    for name in names.split()
)
_COMMAND = re.compile(r"/[a-z0-9_-]{1,31}")
_POSTGRES = ("postgresql://", "postgres://", "postgresql+psycopg://")


class SettingsProblem(Exception):
    """The settings cannot be used. `lines` say what is wrong and how to mend it, and never hold a secret."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def _listed(value: Any) -> Any:
    """People's ids, as "U1, U2"."""
    return [part for part in re.split(r"[\s,]+", value) if part] if isinstance(value, str) else value


def _blank(value: Any) -> Any:
    """An empty variable is one that is not set."""
    return None if isinstance(value, str) and not value.strip() else value


Secret = Annotated[SecretStr | None, BeforeValidator(_blank)]
Text = Annotated[str | None, BeforeValidator(_blank)]


def _port_is_good(url: str) -> bool:
    """Whether the port is one, or left out."""
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def _command(ours: str) -> Any:
    name = ours.removeprefix("/")
    return Field(
        default=ours,
        validation_alias=f"BACKBEAT_COMMAND_{name.upper()}",
        title=f"Name of {ours}",
        description=f"What {ours} is called here. Change it where another app has the name, and in Slack's app "
        "settings too (`backbeat manifest` prints them).",
    )


class Settings(BaseSettings):
    """What an operator can say. `load()` reads them."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True, hide_input_in_errors=True)

    slack_bot_token: Secret = Field(
        default=None,
        validation_alias="SLACK_BOT_TOKEN",
        title="Bot token",
        description="The bot's token, xoxb-…: Slack's app settings, OAuth & Permissions, after installing the app.",
    )
    slack_app_token: Secret = Field(
        default=None,
        validation_alias="SLACK_APP_TOKEN",
        title="App token",
        description="The app-level token, xapp-…, with connections:write. Where it is set Backbeat uses Socket Mode, "
        "else HTTP.",
    )
    slack_signing_secret: Secret = Field(
        default=None,
        validation_alias="SLACK_SIGNING_SECRET",
        title="Signing secret",
        description="Proves that an HTTP request comes from Slack: Slack's app settings, Basic Information. Needed "
        "without an app token.",
    )
    slack_api_url: str = Field(
        default=REAL_SLACK,
        validation_alias="SLACK_API_URL",
        title="Slack's Web API",
        description="Where the Web API is. Anything that speaks it will do.",
    )
    database_url: SecretStr = Field(
        default=SecretStr("sqlite:///backbeat.db"),
        validation_alias="DATABASE_URL",
        title="Database",
        description="A SQLite file (sqlite:///backbeat.db) or PostgreSQL (postgresql://user:password@host/name).",
    )
    openai_api_key: Secret = Field(
        default=None,
        validation_alias="OPENAI_API_KEY",
        title="Model key",
        description="The key for the model that drafts summaries.",
    )
    openai_base_url: Text = Field(
        default=None,
        validation_alias="OPENAI_BASE_URL",
        title="Model address",
        description="Any endpoint that speaks OpenAI's API. Not set: OpenAI's own.",
    )
    openai_model: Text = Field(
        default=None,
        validation_alias="OPENAI_MODEL",
        title="Model",
        description="Which model drafts summaries. Not set: none is asked, and key messages are picked by rule.",
    )
    host: str = Field(
        default="127.0.0.1",
        validation_alias="BACKBEAT_HOST",
        title="Host",
        description="Where the HTTP server listens. Loopback alone unless you say otherwise.",
    )
    port: int = Field(
        default=3000,
        ge=0,
        le=65535,
        validation_alias="BACKBEAT_PORT",
        title="Port",
        description="The HTTP server's port, for /slack/events, /healthz, /readyz and /metrics. 0 takes a free one.",
    )
    public_url: Text = Field(
        default=None,
        validation_alias="BACKBEAT_PUBLIC_URL",
        title="Public address",
        description="Where Slack reaches this server from outside, https://…: `backbeat manifest` then prints a "
        "manifest for HTTP.",
    )
    admins: Annotated[frozenset[str], NoDecode, BeforeValidator(_listed)] = Field(
        default=frozenset(),
        validation_alias="BACKBEAT_ADMINS",
        title="Admins",
        description="Ids of people who may set Backbeat up although they are no Slack admins: U012AB3CD,U045EF6GH.",
    )
    slack_timeout: int = Field(
        default=10,
        ge=1,
        le=60,
        validation_alias="BACKBEAT_SLACK_TIMEOUT",
        title="Slack's deadline",
        description="Seconds to wait for Slack's answer to a call.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info",
        validation_alias="BACKBEAT_LOG_LEVEL",
        title="Log level",
        description="The least important thing to log: debug, info, warning or error.",
    )
    log_format: Literal["auto", "console", "json"] = Field(
        default="auto",
        validation_alias="BACKBEAT_LOG_FORMAT",
        title="Log format",
        description="json, console, or auto: console in a terminal, JSON elsewhere.",
    )
    clock_offset_file: Annotated[Path | None, BeforeValidator(_blank)] = Field(
        default=None,
        validation_alias="BACKBEAT_CLOCK_OFFSET_FILE",
        title="Clock offset",
        description="For the demo: a file that moves the clock. Looked at only when SLACK_API_URL is on this machine.",
    )
    reaction: str = Field(
        default="scales",
        validation_alias="BACKBEAT_REACTION",
        title="Reaction that suggests logging",
        description="The reaction on a message that suggests logging it, by its name without colons. Nothing is "
        "suggested until setup says so.",
    )
    command_decide: str = _command("/decide")
    command_decisions: str = _command("/decisions")
    command_agenda: str = _command("/agenda")
    command_standup: str = _command("/standup")
    command_backbeat: str = _command("/backbeat")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic names it
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, SecretFiles(settings_cls), dotenv_settings

    @field_validator("reaction")
    @classmethod
    def _is_a_reaction(cls, value: str) -> str:
        name = value.strip().strip(":").lower()
        if not re.fullmatch(r"[\w+'-]{1,100}", name):
            raise ValueError("write the name of one emoji without its colons, such as scales")
        return name

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _is_token(cls, value: SecretStr | None, info: Any) -> SecretStr | None:
        if value is None:
            return None
        begins, what = ("xoxb-", "bot token") if info.field_name == "slack_bot_token" else ("xapp-", "app-level token")
        token = value.get_secret_value().strip()
        if not token.startswith((begins, "xoxe.xoxb-") if begins == "xoxb-" else begins):
            raise ValueError(f"is not a {what}: those begin with {begins}")
        return SecretStr(token)

    @field_validator("slack_api_url")
    @classmethod
    def _ends_with_slash(cls, value: str) -> str:
        if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", value):
            raise ValueError(f"must be an address such as {REAL_SLACK}")
        return value.rstrip("/") + "/"

    @field_validator("openai_base_url", "public_url")
    @classmethod
    def _is_address(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"https?://[^\s/]+(/\S*)?", value):
            raise ValueError("must be an address that begins with https:// (or http://)")
        return value.rstrip("/") if value else None

    @field_validator("database_url")
    @classmethod
    def _is_database(cls, value: SecretStr) -> SecretStr:
        url = value.get_secret_value().strip()
        is_file = url.startswith("sqlite:///") and url not in {"sqlite:///", "sqlite:///:memory:"}
        if not is_file and not url.startswith(_POSTGRES):
            raise ValueError("must name a SQLite file (sqlite:///backbeat.db) or PostgreSQL (postgresql://…)")
        if not is_file and not _port_is_good(url):
            raise ValueError("names a port that is no number: in a password, write @ as %40, : as %3A and / as %2F")
        return SecretStr(url)

    @field_validator("log_level", "log_format", mode="before")
    @classmethod
    def _any_case(cls, value: Any) -> Any:
        return value.strip().lower() if isinstance(value, str) else value

    @model_validator(mode="after")
    def _commands_differ(self) -> Self:
        names = self.commands
        for ours, name in names.items():
            variable = f"BACKBEAT_COMMAND_{ours[1:].upper()}"
            if not _COMMAND.fullmatch(name):
                raise ValueError(f"{variable} must be a slash and at most 31 lower-case letters, digits, - or _")
            if name in RESERVED:
                raise ValueError(f"{variable} is {name}, a name that Slack keeps for itself: choose another")
        if len(set(names.values())) < len(names):
            raise ValueError("two commands have the same name (BACKBEAT_COMMAND_…): give each its own")
        return self

    @property
    def commands(self) -> dict[str, str]:
        """Our name of each command, and what it is called here."""
        return {
            "/decide": self.command_decide,
            "/decisions": self.command_decisions,
            "/agenda": self.command_agenda,
            "/standup": self.command_standup,
            "/backbeat": self.command_backbeat,
        }

    @property
    def uses_sockets(self) -> bool:
        return self.slack_app_token is not None

    @property
    def secrets(self) -> list[str]:
        """Every secret's value, so that the log can hide them wherever they turn up."""
        held = [getattr(self, name) for name in type(self).model_fields]
        found = [value.get_secret_value() for value in held if isinstance(value, SecretStr)]
        password = re.search(r"://[^:/@]*:([^@/]+)@", self.database_url.get_secret_value())
        if self.database_url.get_secret_value() in found:
            found.remove(self.database_url.get_secret_value())
        return found + ([password[1]] if password else [])


class SecretFiles(PydanticBaseSettingsSource):
    """`SLACK_BOT_TOKEN_FILE=/run/secrets/token`: a secret from a file, as containers are given them."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002 - its shape
        return None, variable_of(field), False

    def __call__(self) -> dict[str, Any]:
        environment = {**dotenv_values(str(self.config.get("env_file") or "")), **os.environ}
        found: dict[str, Any] = {}
        for field in self.settings_cls.model_fields.values():
            name = variable_of(field)
            path = environment.get(f"{name}_FILE")
            if not path or not is_secret(field):
                continue
            if os.environ.get(name):
                raise SettingsProblem([f"{name} and {name}_FILE are both set: keep one of them"])
            try:
                found[name] = Path(path).read_text().strip()
            except (OSError, UnicodeDecodeError) as error:
                reason = error.strerror if isinstance(error, OSError) else "it is no text"
                raise SettingsProblem([f"{name}_FILE: can't read {path}: {reason}"]) from error
        return found


def load(**given: Any) -> Settings:
    """The settings. `given` are by variable (SLACK_BOT_TOKEN="…"), before all else. Raises SettingsProblem."""
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsProblem([_line(problem) for problem in error.errors(include_input=False)]) from None


def missing_for_run(settings: Settings) -> list[str]:
    """What `backbeat run` still needs, as lines for the operator."""
    lines = []
    if settings.slack_bot_token is None:
        lines.append(
            "SLACK_BOT_TOKEN is not set: create the app from `backbeat manifest` at https://api.slack.com/apps, "
            "install it, and copy the token from OAuth & Permissions"
        )
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        lines.append(
            "neither SLACK_APP_TOKEN (Socket Mode: Basic Information, App-Level Tokens, connections:write) nor "
            "SLACK_SIGNING_SECRET (HTTP: Basic Information, App Credentials) is set: one of them is needed"
        )
    return lines


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """Variables that look like ours and are not, with what may have been meant."""
    known = {variable_of(field) for field in Settings.model_fields.values()}
    known |= {f"{variable_of(field)}_FILE" for field in Settings.model_fields.values() if is_secret(field)}
    lines = []
    for name in sorted(environment):
        if name.startswith("BACKBEAT_") and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            lines.append(f"{name} is not a setting" + (f": did you mean {near[0]}?" if near else ""))
    return lines


def variable_of(field: FieldInfo) -> str:
    """The environment variable of a field."""
    alias = field.validation_alias
    return str(alias.choices[0] if isinstance(alias, AliasChoices) else alias)


def is_secret(field: FieldInfo) -> bool:
    return "SecretStr" in str(field.annotation)


def _line(problem: Mapping[str, Any]) -> str:
    words = str(problem["msg"]).removeprefix("Value error, ")
    where = ".".join(str(part) for part in problem["loc"])
    return f"{where} {words[:1].lower()}{words[1:]}" if where else words
