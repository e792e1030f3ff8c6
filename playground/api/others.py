"""reactions.*, blocks.validate and apps.connections.open."""

from playground.api.args import Args, invalid
from playground.api.checks import message_at, refuse, require
from playground.errors import Refused
from playground.messages import Json, reactions_of
from playground.office import Office
from playground.rules import message_problem, view_problem


def react(office: Office, args: Args) -> Json:
    require(office, "reactions:write")
    name = args.need("name").strip(":")
    channel = office.world.channel_for_bot(args.need("channel"))
    message = message_at(channel, args.need("timestamp"))
    if not name or not all(letter.isalnum() or letter in "_-+'" for letter in name):
        raise Refused("invalid_name")
    if office.world.bot not in channel.members:
        raise Refused("not_in_channel")
    if channel.is_archived:
        raise Refused("is_archived")
    if not office.talk.react(channel, message, office.world.bot, name):
        raise Refused("already_reacted")
    return {}


def get_reactions(office: Office, args: Args) -> Json:
    require(office, "reactions:read")
    channel = office.world.channel_for_bot(args.need("channel"))
    message = message_at(channel, args.need("timestamp"))
    shown: Json = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text}
    if message.reactions:
        shown["reactions"] = reactions_of(message)
    return {"type": "message", "channel": channel.id, "message": shown}


# --- the rest ---------------------------------------------------------------------------------------------------------


def validate_blocks(_: Office, args: Args) -> Json:
    """Checks blocks or a view. A missing text is no business of it."""
    if args.has("view"):
        view = args.json("view")
        if not isinstance(view, dict):
            raise invalid("must provide an object [json-pointer:/view]")
        refuse(view_problem(view, kind="home" if view.get("type") == "home" else "modal"))
        return {}
    blocks = args.json("blocks", "invalid_blocks_format")
    if blocks is None:
        raise invalid("missing required field: blocks")
    refuse(message_problem({"text": "-", "blocks": blocks}))
    return {}


def open_connection(office: Office, _: Args) -> Json:
    if not office.world.grants.uses_sockets:
        raise Refused("socket_mode_not_enabled")
    address = office.world.url.replace("http://", "ws://", 1)
    return {"url": f"{address}/link?ticket={office.sockets.new_ticket()}&app_id={office.world.app.id}"}
