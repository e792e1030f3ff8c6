"""files.*: an address to send to, and, once the bytes are there, where the file is shown."""

from typing import Any

from playground.api.args import Args, invalid
from playground.api.checks import postable, require, thread_root
from playground.errors import Refused
from playground.files import LARGEST_FILE, File
from playground.messages import Json
from playground.office import Office

ALT_TEXT_LIMIT = 1000


def get_upload_url(office: Office, args: Args) -> Json:
    require(office, "files:write")
    world, name, length = office.world, args.need("filename"), args.need("length")
    if not length.isdigit() or int(length) == 0:
        raise invalid("must be greater than 0 [json-pointer:/length]")
    if int(length) > LARGEST_FILE:
        raise Refused("file_upload_size_restricted")
    alt_text = args.text("alt_txt") or ""
    if len(alt_text) > ALT_TEXT_LIMIT:
        raise Refused("alt_txt_too_large")
    file = File(name, int(length), world.bot, int(world.now()), alt_text)
    world.files[file.id] = file
    return {"upload_url": f"{world.url}/upload/{file.id}", "file_id": file.id}


def complete_upload(office: Office, args: Args) -> Json:
    """Files whose bytes have arrived, shown in a conversation with a comment, or kept private. Once for each.

    The answer names the files and not the message, as Slack's does.
    """
    require(office, "files:write")
    listed = args.json("files")
    if not isinstance(listed, list) or not listed:
        raise invalid("missing required field: files")
    asked = [(_uploaded(office, each), each) for each in listed]
    channel = postable(office, args.need("channel_id")) if args.text("channel_id") else None
    thread_ts = thread_root(channel, args.text("thread_ts")) if channel is not None else None
    for file, each in asked:
        file.is_complete = True
        file.title = str(each.get("title") or file.name)
    if channel is not None:
        comment = args.text("initial_comment") or ""
        files = [file.shown(office.world.url) for file, _ in asked]
        message = office.talk.post(channel, office.world.bot, comment, thread_ts=thread_ts, files=files)
        for file, _ in asked:
            file.shares.append((channel, message))
    return {"files": [{"id": file.id, "title": file.title} for file, _ in asked]}


def _uploaded(office: Office, asked: Any) -> File:
    file = office.world.files.get(str(asked.get("id"))) if isinstance(asked, dict) else None
    if file is None or file.content is None:
        raise Refused("file_not_found")
    if file.is_complete:
        raise Refused("file_already_completed")
    return file


def info(office: Office, args: Args) -> Json:
    require(office, "files:read")
    file = office.world.files.get(args.need("file"))
    if file is None or not file.is_complete:
        raise Refused("file_not_found")
    before = office.world.now() - office.faults.lag if office.faults.lag > 0 else float("inf")
    return {"file": file.shown(office.world.url) | {"shares": file.shares_object(before)}, "comments": []}
