"""Files to Slack: an address for the bytes, the bytes, and then the message that shows them.

What rests on reading alone (docs.slack.dev, and what Slack's people say in slackapi/python-slack-sdk#1165, #1277 and
#1363): a file that is not completed is thrown away and seen by nobody; it can be completed once; the message that
shows it may come a moment after the answer, which does not name it; a file that was never completed is not found.
"""

import http.client
import urllib.request
from datetime import datetime
from urllib.error import HTTPError
from urllib.parse import urlsplit

from bot.adapters.slack import Clients, call, failure_from, is_loopback, pages
from bot.domain.errors import ExternalFailure
from bot.domain.workspaces import ConversationId, WorkspaceId
from bot.usecases.ports import Kept, Upload

PAGE, MOST_PAGES = 100, 10
SENDING = "send a file"
LOOKING = "look for a file that I may have sent"
# What Slack may say of a file that it was just given, and whether the file may be shown all the same.
_PASSING = {"file_not_found": False, "file_update_failed": True}
TIMEOUT = 30  # seconds, for each wait while the bytes go


class SlackFiles:
    """Implements ports.Files."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def begin(self, workspace: WorkspaceId, *, name: str, size: int, alt_text: str | None) -> Upload:
        answer = call(
            self._clients.of(workspace),
            "files.getUploadURLExternal",
            doing=SENDING,
            filename=name,
            length=size,
            alt_txt=alt_text,
        )
        file_id, url = answer.get("file_id"), answer.get("upload_url")
        if not isinstance(file_id, str) or not isinstance(url, str) or not _may_be_sent_to(url):
            raise ExternalFailure("Slack named no place for the file.", permanent=False, code="unreadable_answer")
        return Upload(file_id, url)

    def upload(self, upload: Upload, content: bytes) -> None:
        proxies = urllib.request.ProxyHandler({} if is_loopback(upload.url) else None)
        request = urllib.request.Request(  # noqa: S310 - begin() let only https and this machine through
            upload.url, content, {"content-type": "application/octet-stream"}
        )
        try:
            with urllib.request.build_opener(proxies).open(request, timeout=TIMEOUT) as answer:
                answer.read()
        except HTTPError as error:
            error.close()
            raise failure_from(error, SENDING) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise failure_from(error, SENDING) from error

    def share(
        self,
        workspace: WorkspaceId,
        *,
        conversation: ConversationId,
        thread_ts: str | None,
        file_id: str,
        title: str,
        comment: str,
    ) -> str | None:
        try:
            answer = call(
                self._clients.of(workspace),
                "files.completeUploadExternal",
                doing=SENDING,
                files=[{"id": file_id, "title": title}],
                channel_id=conversation,
                thread_ts=thread_ts,
                initial_comment=comment,
            )
        except ExternalFailure as failure:
            if failure.code in _PASSING:
                maybe_done = _PASSING[failure.code]
                raise ExternalFailure(
                    failure.words, permanent=False, code=failure.code, maybe_done=maybe_done
                ) from failure
            raise
        files = answer.get("files")
        return _shared_as(files[0], conversation) if isinstance(files, list) and files else None

    def shown(
        self,
        workspace: WorkspaceId,
        *,
        conversation: ConversationId,
        thread_ts: str | None,
        file_id: str,
        since: datetime,
    ) -> str | None:
        for number, page in enumerate(
            pages(
                self._clients.of(workspace),
                "conversations.replies" if thread_ts else "conversations.history",
                doing=LOOKING,
                channel=conversation,
                ts=thread_ts,
                oldest=f"{since.timestamp():.6f}",
                limit=PAGE,
            )
        ):
            for message in page.get("messages") or ():
                if any(isinstance(file, dict) and file.get("id") == file_id for file in message.get("files") or ()):
                    return str(message["ts"])
            if number + 1 >= MOST_PAGES:
                break
        return None

    def kept(self, workspace: WorkspaceId, file_id: str, *, conversation: ConversationId) -> Kept | None:
        try:
            answer = call(self._clients.of(workspace), "files.info", doing=LOOKING, file=file_id)
        except ExternalFailure as failure:
            if failure.code == "file_not_found":
                return None
            if failure.code == "file_deleted":  # somebody has seen it, then
                return Kept(None)
            raise
        return Kept(_shared_as(answer.get("file"), conversation))


def _shared_as(file: object, conversation: ConversationId) -> str | None:
    """The `ts` that a file object gives for a conversation, whichever kind of conversation that is."""
    shares = file.get("shares") if isinstance(file, dict) else None
    for places in shares.values() if isinstance(shares, dict) else ():
        messages = places.get(conversation) if isinstance(places, dict) else None
        if isinstance(messages, list) and messages and isinstance(messages[0], dict):
            ts = messages[0].get("ts")
            return ts if isinstance(ts, str) else None
    return None


def _may_be_sent_to(url: str) -> bool:
    """What is in the file is nobody's business on the way."""
    return urlsplit(url).scheme == "https" or (urlsplit(url).scheme == "http" and is_loopback(url))
