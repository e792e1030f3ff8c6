"""Tidewater as a local workspace: its people, its channels, and the app as its manifest describes it."""

from bot import manifest
from bot.demo import tidewater
from playground.spec import AppSpec, ChannelSpec, GroupSpec, PersonSpec, WorkspaceSpec

BOT_TOKEN, APP_TOKEN = "xoxb-tidewater", "xapp-tidewater"


def workspace() -> WorkspaceSpec:
    return WorkspaceSpec(
        team_id=tidewater.TEAM_ID,
        team_name=tidewater.TEAM_NAME,
        domain="tidewater",
        people=tuple(
            PersonSpec(each.id, each.name, each.real_name, each.zone, is_admin=each.is_admin, title=each.title)
            for each in tidewater.PEOPLE
        ),
        channels=tuple(
            ChannelSpec(
                each.id, each.name, each.topic, each.members, is_private=each.is_private, has_app=each.has_backbeat
            )
            for each in tidewater.ROOMS
        ),
        app=AppSpec(name="Backbeat", bot_token=BOT_TOKEN, app_token=APP_TOKEN, manifest=manifest.load()),
        groups=(GroupSpec("S0ENGINEERS", "engineers", "Engineers", (tidewater.PRIYA, tidewater.KENJI)),),
    )
