"""chat.*: what the app says, changes and takes back."""

from playground.api.args import Args
from playground.api.checks import content, message_at, postable, require, thread_root
from playground.channels import Channel
from playground.errors import Refused
from playground.messages import Json, Message
from playground.office import Office


class TooFast(Exception):
    """Messages come too fast for a channel; `seconds` is how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def post_message(office: Office, args: Args) -> Json:
    require(office, "chat:write")
    channel = postable(office, args.need("channel"))
    text, blocks, metadata = content(args)
    thread_ts = thread_root(channel, args.text("thread_ts"))
    wait = office.pacing.wait_for_post(channel.id)
    if wait is not None:
        raise TooFast(wait)
    message = office.talk.post(
        channel,
        office.world.bot,
        text or "",
        blocks=blocks or (),
        thread_ts=thread_ts,
        broadcast=args.flag("reply_broadcast"),
        metadata=metadata,
    )
    shown = office.world.message_object(channel, message, with_metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": shown}


def update(office: Office, args: Args) -> Json:
    require(office, "chat:write")
    channel, message = _own(office, args, "cant_update_message")
    if channel.is_archived:
        raise Refused("is_archived")
    text, blocks, metadata = content(args)
    office.talk.edit(channel, message, text=text, blocks=blocks, metadata=metadata)
    shown = office.world.message_object(channel, message)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shown}


def delete(office: Office, args: Args) -> Json:
    require(office, "chat:write")
    channel, message = _own(office, args, "cant_delete_message")
    office.talk.remove(channel, message)
    return {"channel": channel.id, "ts": message.ts}


def _own(office: Office, args: Args, error: str) -> tuple[Channel, Message]:
    """A message that the app wrote itself."""
    channel = office.world.channel_for_bot(args.need("channel"))
    message = message_at(channel, args.need("ts"))
    if not message.by_app:
        raise Refused(error)
    return channel, message


def post_ephemeral(office: Office, args: Args) -> Json:
    require(office, "chat:write")
    channel = postable(office, args.need("channel"))
    person = args.need("user")
    if person not in office.world.people:
        raise Refused("user_not_found")
    if person not in channel.members:
        raise Refused("user_not_in_channel")
    text, blocks, _ = content(args)
    thread_ts = thread_root(channel, args.text("thread_ts"))
    message = office.talk.ephemeral(channel, person, text or "", blocks=blocks or (), thread_ts=thread_ts)
    return {"message_ts": message.ts}


def get_permalink(office: Office, args: Args) -> Json:
    channel = office.world.channel_for_bot(args.need("channel"))
    message = message_at(channel, args.need("message_ts"))
    return {"channel": channel.id, "permalink": office.world.permalink(channel, message)}
