"""What a workspace is made of when it opens: its people, its channels, and the one app that is installed in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class PersonSpec:
    """`tz` is an IANA zone. `team_id` None is the workspace's own; another one is a person of another company."""

    id: str
    name: str
    real_name: str
    tz: str = "UTC"
    is_admin: bool = False
    is_owner: bool = False
    is_guest: bool = False
    is_bot: bool = False
    deleted: bool = False
    team_id: str | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class ChannelSpec:
    """`members` are people's ids; `has_app` adds the app's bot user to them."""

    id: str
    name: str
    topic: str = ""
    members: tuple[str, ...] = ()
    is_private: bool = False
    has_app: bool = True
    is_archived: bool = False
    is_ext_shared: bool = False


@dataclass(frozen=True, slots=True)
class GroupSpec:
    """A user group: people under one handle. `members` are their ids. One that `is_disabled` keeps them."""

    id: str
    handle: str
    name: str
    members: tuple[str, ...] = ()
    is_disabled: bool = False


@dataclass(frozen=True, slots=True)
class AppSpec:
    """The app, by its manifest. With a `request_url`, callbacks go there by HTTP while no socket is connected."""

    name: str
    id: str = "A0APP"
    bot_user_id: str = "U0BOT"
    bot_id: str = "B0BOT"
    bot_token: str = "xoxb-playground"  # noqa: S105 - nothing secret: it opens a workspace on this machine alone
    app_token: str = "xapp-playground"  # noqa: S105 - as above
    signing_secret: str = "playground-secret"  # noqa: S105 - as above
    manifest: Mapping[str, Any] = field(default_factory=dict)
    request_url: str | None = None
    declined_scopes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class WorkspaceSpec:
    team_id: str
    team_name: str
    domain: str
    people: tuple[PersonSpec, ...]
    channels: tuple[ChannelSpec, ...]
    app: AppSpec
    groups: tuple[GroupSpec, ...] = ()
    has_groups: bool = True  # Slack's free plan knows no user groups
