"""People, as they are now and as `users.info` shows them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from playground.spec import PersonSpec

COLOURS = ("0d6b63", "8a3ffc", "b3541e", "1f5fbf", "a3225c", "4a7016", "6b4fa0", "8a6100")


@dataclass(slots=True)
class Person:
    id: str
    name: str
    real_name: str
    tz: str
    team_id: str
    title: str = ""
    is_admin: bool = False
    is_owner: bool = False
    is_guest: bool = False
    is_bot: bool = False
    deleted: bool = False
    bot_id: str | None = None
    status_text: str = ""
    status_emoji: str = ""
    status_expiration: int = 0
    dnd_until: float = 0.0
    updated: int = 0

    @property
    def is_human(self) -> bool:
        return not self.is_bot and self.id != SLACKBOT

    @property
    def colour(self) -> str:
        return COLOURS[sum(map(ord, self.id)) % len(COLOURS)]


SLACKBOT = "USLACKBOT"
# What an act may change of a person, with the type that it must have.
CHANGEABLE: dict[str, type] = {
    "name": str, "real_name": str, "tz": str, "title": str, "is_admin": bool, "is_owner": bool, "is_guest": bool,
    "deleted": bool, "status_text": str, "status_emoji": str, "status_expiration": int,
}  # fmt: skip


def person_from(spec: PersonSpec, team_id: str) -> Person:
    return Person(
        spec.id,
        spec.name,
        spec.real_name,
        spec.tz,
        spec.team_id or team_id,
        spec.title,
        is_admin=spec.is_admin,
        is_owner=spec.is_owner,
        is_guest=spec.is_guest,
        is_bot=spec.is_bot,
        deleted=spec.deleted,
    )


def zone_of(person: Person) -> ZoneInfo:
    """The person's zone; UTC where the name is unknown."""
    try:
        return ZoneInfo(person.tz)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def local_time(person: Person, now: float) -> datetime:
    return datetime.fromtimestamp(now, UTC).astimezone(zone_of(person))


def user_object(person: Person, *, team_id: str, now: float) -> dict[str, Any]:
    """Slack's user object. One who is deactivated has no zone in it."""
    shown = "" if person.is_bot else person.name  # an app's name is its real name
    profile: dict[str, Any] = {
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": shown,
        "display_name_normalized": shown,
        "title": person.title,
        "status_text": person.status_text,
        "status_emoji": person.status_emoji,
        "status_expiration": person.status_expiration,
        "team": person.team_id,
    }
    user: dict[str, Any] = {
        "id": person.id,
        "team_id": person.team_id,
        "name": person.name,
        "deleted": person.deleted,
        "profile": profile,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": person.updated,
    }
    if person.bot_id is not None:
        profile["bot_id"] = person.bot_id
    if person.team_id != team_id:
        user["is_stranger"] = True
    if person.deleted:
        return user
    local = local_time(person, now)
    offset = local.utcoffset()
    return user | {
        "color": person.colour,
        "real_name": person.real_name,
        "tz": person.tz,
        "tz_label": local.tzname() or person.tz,
        "tz_offset": int(offset.total_seconds()) if offset is not None else 0,
        "is_admin": person.is_admin,
        "is_owner": person.is_owner,
        "is_primary_owner": False,
        "is_restricted": person.is_guest,
        "is_ultra_restricted": False,
        "is_email_confirmed": True,
        "who_can_share_contact_card": "EVERYONE",
    }
