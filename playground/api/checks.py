"""Checks that several methods share: scopes, what the bot may see and where it may post, and what Slack calls valid."""

from collections.abc import Mapping
from typing import Any

from playground.api.args import Args
from playground.channels import FAMILY, Channel, is_ts
from playground.errors import Refused
from playground.messages import Json, Message
from playground.office import Office
from playground.rules import Refusal, message_problem, view_problem
from playground.views import Kind


def require(office: Office, *scopes: str) -> None:
    """Any one of these scopes."""
    granted = office.world.grants.scopes
    if not granted & set(scopes):
        raise Refused("missing_scope", needed=",".join(scopes), provided=",".join(sorted(granted)))


def require_for(office: Office, channel: Channel, what: str) -> None:
    """The scope of this kind of conversation: channels:read, im:history …"""
    require(office, f"{FAMILY[channel.kind]}:{what}")


def readable(office: Office, args: Args) -> Channel:
    """A conversation whose messages the bot may read: one that it is in."""
    channel = office.world.channel_for_bot(args.need("channel"))
    require_for(office, channel, "history")
    if not office.world.is_in(channel, office.world.bot):
        raise Refused("not_in_channel")
    return channel


def postable(office: Office, name: str) -> Channel:
    """Where the bot may post: a conversation it is in, or somebody's id for the direct message with them."""
    world = office.world
    person = world.people.get(name)
    if person is not None and person.is_human and not person.deleted:
        return world.direct(name, world.bot)
    channel = world.channel_for_bot(name)
    anywhere = channel.kind == "public" and "chat:write.public" in world.grants.scopes
    if not world.is_in(channel, world.bot) and not anywhere:
        raise Refused("not_in_channel")
    if channel.is_archived:
        raise Refused("is_archived")
    return channel


def thread_root(channel: Channel, thread_ts: str | None) -> str | None:
    """The thread to post in. It must begin at a message that is there and is no reply itself."""
    if not thread_ts:
        return None
    root = channel.get(thread_ts)
    if not is_ts(thread_ts):
        raise Refused("invalid_thread_ts")
    if root is None or root.is_reply:
        raise Refused("thread_not_found")
    return thread_ts


def message_at(channel: Channel, ts: str) -> Message:
    message = channel.get(ts)
    if message is None or message.is_deleted:
        raise Refused("message_not_found")
    return message


def refuse(problem: Refusal | None) -> None:
    if problem is not None:
        raise Refused(problem.error, messages=problem.messages)


def content(args: Args) -> tuple[str | None, list[Json] | None, Json | None]:
    """Text, blocks and metadata of a message, checked by Slack's rules. None: not given; empty: to be taken away."""
    blocks = args.json("blocks", "invalid_blocks_format")
    metadata = args.json("metadata", "invalid_metadata_format")
    payload = {"text": args.raw().get("text"), "blocks": blocks, "attachments": args.json("attachments")}
    if metadata != {}:
        payload["metadata"] = metadata
    refuse(message_problem({name: value for name, value in payload.items() if value is not None}))
    return args.text("text"), blocks, metadata


def valid_view(args: Args, kind: Kind) -> Json:
    """The view that is to be shown, checked by Slack's rules."""
    if not args.has("view"):
        raise Refused("invalid_arguments", messages=["[ERROR] missing required field: view"])
    return check_view(args.json("view"), kind)


def check_view(view: Any, kind: Kind) -> Json:
    if not isinstance(view, Mapping):
        raise Refused("invalid_arguments", messages=["[ERROR] must provide an object [json-pointer:/view]"])
    refuse(view_problem(view, kind=kind))
    return dict(view)
