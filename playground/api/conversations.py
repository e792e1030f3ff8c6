"""conversations.* and users.conversations: rooms, who is in them, and what was said there."""

from collections.abc import Iterable

from playground.api.args import Args, invalid
from playground.api.checks import readable, require, require_for
from playground.api.paging import page
from playground.channels import FAMILY, TYPES, Channel, channel_object, order
from playground.errors import Refused
from playground.messages import Json, Message
from playground.office import Office

KIND_OF = {name: kind for kind, name in TYPES.items()}


def info(office: Office, args: Args) -> Json:
    world = office.world
    channel = world.channel_for_bot(args.need("channel"))
    require_for(office, channel, "read")
    shown = channel_object(channel, world.bot)
    if args.flag("include_num_members"):
        shown["num_members"] = len(channel.members)
    return {"channel": shown}


def list_all(office: Office, args: Args) -> Json:
    """Public channels, and the private ones and direct messages that the bot is in."""
    world = office.world
    found = _of_types(office, args, world.channels.values())
    return _listed(
        office, args, [channel for channel in found if not channel.is_private or world.bot in channel.members]
    )


def of_person(office: Office, args: Args) -> Json:
    """What a person is in, as far as the bot may know of it. Without a person: what the bot itself is in."""
    world = office.world
    person = args.text("user") or world.bot
    if person not in world.people:
        raise Refused("user_not_found")
    found = [channel for channel in _of_types(office, args, world.channels.values()) if person in channel.members]
    return _listed(
        office, args, [channel for channel in found if not channel.is_private or world.bot in channel.members]
    )


def _of_types(office: Office, args: Args, channels: Iterable[Channel]) -> list[Channel]:
    types = [name.strip() for name in (args.text("types") or "public_channel").split(",") if name.strip()]
    if not types or any(name not in KIND_OF for name in types):
        raise Refused("invalid_types")
    for name in types:
        require(office, f"{FAMILY[KIND_OF[name]]}:read")
    skips_archived = args.flag("exclude_archived")
    return [each for each in channels if TYPES[each.kind] in types and not (skips_archived and each.is_archived)]


def _listed(office: Office, args: Args, channels: list[Channel]) -> Json:
    shown, metadata = page(channels, args, "channels", most=1000)
    return {
        "channels": [channel_object(each, office.world.bot) | {"num_members": len(each.members)} for each in shown],
        "response_metadata": metadata,
    }


def members(office: Office, args: Args) -> Json:
    channel = office.world.channel_for_bot(args.need("channel"))
    require_for(office, channel, "read")
    shown, metadata = page(channel.members, args, f"members:{channel.id}", most=1000)
    return {"members": shown, "response_metadata": metadata}


# --- what was said ----------------------------------------------------------------------------------------------------


def history(office: Office, args: Args) -> Json:
    """Newest first."""
    channel = readable(office, args)
    found = [message for message in reversed(channel.roots()) if _is_between(office, message, args)]
    shown, metadata = page(found, args, f"history:{channel.id}", most=999)
    return {
        "messages": _shown(office, channel, shown, args),
        "has_more": bool(metadata["next_cursor"]),
        "pin_count": 0,
        "response_metadata": metadata,
    }


def replies(office: Office, args: Args) -> Json:
    """The root, then its replies from the oldest on. A reply's own ts gives that reply alone, as Slack does."""
    channel = readable(office, args)
    ts = args.need("ts")
    message = channel.get(ts)
    if message is None or _is_too_young(office, message):
        raise Refused("thread_not_found")
    thread = [message] if message.is_reply else channel.thread(ts)
    root, later = thread[0], [each for each in thread[1:] if _is_between(office, each, args)]
    shown, metadata = page([root, *later], args, f"replies:{channel.id}:{ts}", default=999, most=1000)
    if root not in shown:
        shown = [root, *shown]  # every page begins with the message that the thread hangs on
    return {
        "messages": _shown(office, channel, shown, args),
        "has_more": bool(metadata["next_cursor"]),
        "response_metadata": metadata,
    }


def _shown(office: Office, channel: Channel, messages: list[Message], args: Args) -> list[Json]:
    """Files only where the app may read them: it is not documented what else Slack would show of them."""
    with_metadata = args.flag("include_all_metadata")
    shown = [office.world.message_object(channel, each, with_metadata=with_metadata) for each in messages]
    if "files:read" in office.world.grants.scopes:
        return shown
    return [{name: value for name, value in each.items() if name != "files"} for each in shown]


def _is_too_young(office: Office, message: Message) -> bool:
    lag = office.faults.lag
    return lag > 0 and float(message.ts) > office.world.now() - lag


def _is_between(office: Office, message: Message, args: Args) -> bool:
    if _is_too_young(office, message):
        return False
    at, oldest, latest = order(message.ts), args.ts("oldest"), args.ts("latest")
    if args.flag("inclusive") and message.ts in {oldest, latest}:
        return True
    return (oldest is None or at > order(oldest)) and (latest is None or at < order(latest))


# --- coming together --------------------------------------------------------------------------------------------------


def open_direct(office: Office, args: Args) -> Json:
    """The direct message with somebody, or with several."""
    world = office.world
    if args.text("channel"):
        channel = world.channel_for_bot(args.need("channel"))
        return {"channel": {"id": channel.id}, "no_op": True, "already_open": True}
    people = [name.strip() for name in (args.text("users") or "").split(",") if name.strip()]
    if not people:
        raise Refused("users_list_not_supplied")
    require(office, "im:write" if len(people) == 1 else "mpim:write")
    if len(people) > 8:
        raise Refused("too_many_users")
    for name in people:
        _check_open(office, name)
    known = set(world.channels)
    channel = world.direct(world.bot, *people)
    is_known = channel.id in known
    shown = channel_object(channel, world.bot) if args.flag("return_im") else {"id": channel.id}
    return {"channel": shown, "no_op": is_known, "already_open": is_known}


def _check_open(office: Office, name: str) -> None:
    person = office.world.people.get(name)
    if person is None:
        raise Refused("user_not_found")
    if person.deleted:
        raise Refused("user_disabled")
    if person.is_bot:
        raise Refused("cannot_dm_bot")


def join(office: Office, args: Args) -> Json:
    world = office.world
    require(office, "channels:join")
    channel = world.channels.get(args.need("channel"))
    if channel is None or (channel.is_private and world.bot not in channel.members):
        raise Refused("channel_not_found")
    if channel.kind != "public":
        raise Refused("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise Refused("is_archived")
    came = office.talk.join(channel, world.bot)
    answer: Json = {"channel": channel_object(channel, world.bot)}
    return answer if came else answer | {"warning": "already_in_channel"}


def leave(office: Office, args: Args) -> Json:
    world = office.world
    require(office, "channels:manage", "groups:write", "channels:write")
    channel = world.channel_for_bot(args.need("channel"))
    if channel.is_dm:
        raise invalid("method_not_supported_for_channel_type")
    return {} if office.talk.leave(channel, world.bot) else {"not_in_channel": True}
