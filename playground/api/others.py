"""reactions.*, files.*, blocks.validate and apps.connections.open."""

import secrets

from playground.api.args import Args, invalid
from playground.api.checks import message_at, postable, refuse, require, thread_root
from playground.errors import Refused
from playground.messages import Json, reactions_of
from playground.office import Office
from playground.rules import message_problem, view_problem

LARGEST_FILE = 20_000_000  # bytes that the playground keeps in memory; Slack takes a gigabyte


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


# --- files: an address to send to, the bytes, and then where they are shown -------------------------------------------


def get_upload_url(office: Office, args: Args) -> Json:
    require(office, "files:write")
    name, length = args.need("filename"), args.need("length")
    if not length.isdigit() or int(length) == 0:
        raise invalid("must be greater than 0 [json-pointer:/length]")
    if int(length) > LARGEST_FILE:
        raise Refused("file_upload_size_restricted")
    file_id = f"F{secrets.token_hex(5).upper()}"
    office.world.files[file_id] = {
        "id": file_id, "name": name, "title": name, "size": int(length), "user": office.world.bot,
        "mimetype": _mimetype(name), "url_private": f"{office.world.url}/files/{file_id}", "is_complete": False,
    }  # fmt: skip
    return {"upload_url": f"{office.world.url}/upload/{file_id}", "file_id": file_id}


def _mimetype(name: str) -> str:
    ending = name.rpartition(".")[2].lower()
    known = {
        "png": "image/png",
        "jpg": "image/jpeg",
        "jpeg": "image/jpeg",
        "gif": "image/gif",
        "pdf": "application/pdf",
    }
    text = {"txt": "text/plain", "md": "text/markdown", "csv": "text/csv", "ics": "text/calendar"}
    return (known | text).get(ending, "application/octet-stream")


def complete_upload(office: Office, args: Args) -> Json:
    """Files whose bytes have arrived, shown in a conversation with a comment, or kept private."""
    require(office, "files:write")
    listed = args.json("files")
    if not isinstance(listed, list) or not listed:
        raise invalid("missing required field: files")
    files = [_completed(office, each) for each in listed]
    if args.text("channel_id"):
        channel = postable(office, args.need("channel_id"))
        thread_ts = thread_root(channel, args.text("thread_ts"))
        comment = args.text("initial_comment") or ""
        office.talk.post(channel, office.world.bot, comment, thread_ts=thread_ts, files=files)
    return {"files": files}


def _completed(office: Office, asked: object) -> Json:
    file_id = asked.get("id") if isinstance(asked, dict) else None
    file = office.world.files.get(file_id) if isinstance(file_id, str) else None
    if file is None or file_id not in office.world.blobs or not isinstance(asked, dict):
        raise Refused("file_not_found")
    if file.pop("is_complete", None) is None:
        raise Refused("file_already_completed")
    file["title"] = asked.get("title") or file["name"]
    file["permalink"] = file["url_private"]
    return file


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
