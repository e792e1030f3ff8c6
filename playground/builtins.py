"""Slack's own commands, as far as a demo needs them. An app cannot have these names."""

import re

from playground.channels import Channel
from playground.errors import Declined
from playground.office import Office
from playground.people import Person

# Names that Slack keeps for itself.
RESERVED = frozenset(
    {
        "/active", "/archive", "/away", "/call", "/collapse", "/dm", "/dnd", "/expand", "/feed", "/feedback", "/invite",
        "/join", "/kick", "/leave", "/me", "/msg", "/mute", "/open", "/part", "/people", "/prefs", "/remind", "/remove",
        "/rename", "/search", "/shortcuts", "/shrug", "/star", "/status", "/topic", "/unarchive", "/who",
    }
)  # fmt: skip
_WHO = re.compile(r"<@(\w+)(?:\|[^>]*)?>|@([\w.-]*\w)")
_WHERE = re.compile(r"<#(\w+)(?:\|[^>]*)?>|#([\w-]+)")


def run(office: Office, person: Person, channel: Channel, word: str, text: str) -> None:
    """Raises Declined with Slack's words, or this workspace's where it has not got the command."""
    match word:
        case "/invite":
            _invite(office, person, channel, text)
        case "/join" | "/open":
            join(office, person, _channel_named(office, person, text))
        case "/leave" | "/part":
            leave(office, person, channel)
        case "/topic":
            channel.topic = text.strip()
            office.world.changed()
        case "/me":
            office.talk.post(channel, person.id, f"_{text}_", subtype="me_message")
        case "/kick" | "/remove":
            for name in _people_named(office, text):
                leave(office, office.world.people[name], channel)
        case _:
            raise Declined(f"{word} is Slack's own command; this workspace has no {word[1:]}.")


def _invite(office: Office, person: Person, channel: Channel, text: str) -> None:
    where = _WHERE.search(text)
    target = _channel_named(office, person, text) if where else channel
    names = _people_named(office, text)
    if not names:
        raise Declined("Who should be invited? Try /invite @name")
    for name in names:
        invite(office, person, target, office.world.people[name])


def invite(office: Office, person: Person, channel: Channel, guest: Person) -> None:
    if channel.is_dm:
        raise Declined("/invite works in channels, not in direct messages.")
    if person.id not in channel.members:
        raise Declined(f"You are not in #{channel.name}.")
    if not office.talk.join(channel, guest.id, inviter=person.id):
        raise Declined(f"{guest.real_name} is already in #{channel.name}.")


def join(office: Office, person: Person, channel: Channel) -> None:
    if channel.kind != "public":
        raise Declined("You can't join that one by yourself: somebody has to invite you.")
    if channel.is_archived:
        raise Declined(f"#{channel.name} is archived.")
    office.talk.join(channel, person.id)


def leave(office: Office, person: Person, channel: Channel) -> None:
    if channel.is_dm:
        raise Declined("You can't leave a direct message.")
    if channel.name == "general":
        raise Declined("Nobody can leave #general.")
    if not office.talk.leave(channel, person.id):
        raise Declined(f"{person.real_name} is not in #{channel.name}.")


def _people_named(office: Office, text: str) -> list[str]:
    people = office.world.people
    found = []
    for person_id, name in _WHO.findall(text):
        match = person_id if person_id in people else None
        match = match or next((each.id for each in people.values() if each.name.lower() == name.lower()), None)
        if match is None:
            raise Declined(f"There is nobody called {name or person_id} here.")
        found.append(match)
    return found


def _channel_named(office: Office, person: Person, text: str) -> Channel:
    found = _WHERE.search(text)
    name = text.strip().lstrip("#")
    for channel in office.world.seen_by(person.id):
        if found is not None and channel.id == found[1]:
            return channel
        if not channel.is_dm and channel.name == (found[2] if found and found[2] else name):
            return channel
    raise Declined(f"There is no channel called {name}.")
