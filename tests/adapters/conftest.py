"""A small workspace in the playground, for the adapters to talk to as they talk to Slack."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.adapters.slack import Clients, OneToken
from playground.server import Playground
from playground.spec import AppSpec, ChannelSpec, GroupSpec, PersonSpec, WorkspaceSpec

MANIFEST = yaml.safe_load((Path(__file__).parents[2] / "manifest.yml").read_text())
PEOPLE = (
    PersonSpec("U1", "dana", "Dana Reyes", tz="Europe/Lisbon", is_admin=True),
    PersonSpec("U2", "kenji", "Kenji Mori", tz="Asia/Tokyo"),
    PersonSpec("U3", "gwen", "Gwen Guest", is_guest=True),
    PersonSpec("U4", "otto", "Otto Outside", team_id="T2"),
    PersonSpec("U5", "lea", "Lea Left", deleted=True),
)
CHANNELS = (
    ChannelSpec("C1", "platform", members=("U1", "U2")),
    ChannelSpec("C2", "random", members=("U1", "U2"), has_app=False),
    ChannelSpec("G1", "board", members=("U1",), is_private=True),
    ChannelSpec("G2", "secret", members=("U1",), is_private=True, has_app=False),
    ChannelSpec("C9", "with-acme", members=("U1", "U4"), is_ext_shared=True),
)
GROUPS = (
    GroupSpec("S2", "platform", "Platform team", ("U1", "U2")),
    GroupSpec("S1", "finance", "Finance", ("U1",)),
    GroupSpec("S3", "old-hands", "Old hands", ("U5",), is_disabled=True),
)
APP = AppSpec("Backbeat", manifest=MANIFEST)
SPEC = WorkspaceSpec("T1", "Tidewater", "tidewater", PEOPLE, CHANNELS, APP, GROUPS)


@dataclass
class Slack:
    playground: Playground
    clients: Clients

    def asked(self, method: str) -> int:
        """How often Slack was asked for it."""
        return sum(1 for name, _ in self.playground.calls if name == method)


def running(spec: WorkspaceSpec) -> Iterator[Slack]:
    playground = Playground(spec)
    playground.start()
    try:
        yield Slack(playground, Clients(OneToken("T1", spec.app.bot_token), playground.api_url))
    finally:
        playground.stop()


@pytest.fixture
def slack() -> Iterator[Slack]:
    yield from running(SPEC)


@pytest.fixture
def slack_that_declined() -> Iterator[Slack]:
    """Installed without the scopes for private channels and group DMs."""
    declined: Any = frozenset(MANIFEST["oauth_config"]["scopes"]["bot_optional"])
    yield from running(replace(SPEC, app=replace(SPEC.app, declined_scopes=declined)))
