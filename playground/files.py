"""A file: expected first, then its bytes, and then shown in conversations."""

import secrets
from dataclasses import dataclass, field

from playground.channels import Channel
from playground.messages import Json, Message

LARGEST_FILE = 20_000_000  # bytes that the playground keeps in memory; Slack takes a gigabyte
_KINDS = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "pdf": "application/pdf",
    "zip": "application/zip",
    "json": "application/json",
    "txt": "text/plain",
    "md": "text/markdown",
    "csv": "text/csv",
    "ics": "text/calendar",
}


@dataclass(slots=True)
class File:
    """`size` is what was announced. Nobody but the playground knows of it until it is complete."""

    name: str
    size: int
    user: str
    created: int
    alt_text: str = ""
    title: str = ""
    content: bytes | None = None
    is_complete: bool = False
    shares: list[tuple[Channel, Message]] = field(default_factory=list)
    id: str = field(default_factory=lambda: f"F{secrets.token_hex(5).upper()}")

    @property
    def mimetype(self) -> str:
        return _KINDS.get(self.name.rpartition(".")[2].lower(), "application/octet-stream")

    @property
    def is_image(self) -> bool:
        return self.mimetype.startswith("image/")

    def shown(self, url: str) -> Json:
        """As a message shows it. `url` is the workspace's."""
        link = f"{url}/files/{self.id}"
        made: Json = {
            "id": self.id, "created": self.created, "timestamp": self.created, "name": self.name, "title": self.title,
            "mimetype": self.mimetype, "filetype": self.name.rpartition(".")[2].lower(), "user": self.user,
            "size": self.size, "mode": "hosted", "is_external": False, "is_public": False, "url_private": link,
            "url_private_download": link, "permalink": link,
        }  # fmt: skip
        return made | ({"alt_txt": self.alt_text} if self.alt_text else {})

    def shares_object(self, before: float) -> Json:
        """Where it is shown, by the messages that are older than `before`: Slack takes a moment to know."""
        made: Json = {}
        for channel, message in self.shares:
            if message.is_deleted or float(message.ts) > before:
                continue
            kind = "public" if channel.kind == "public" else "private"
            share = {"ts": message.ts, "channel_name": channel.name, "reply_count": 0, "share_user_id": self.user}
            if message.is_reply:
                share["thread_ts"] = message.thread_ts
            made.setdefault(kind, {}).setdefault(channel.id, []).append(share)
        return made
