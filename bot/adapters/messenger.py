"""The messenger: typed messages out to Slack, drawn when they are sent. It never tries again by itself."""

from datetime import datetime

from slack_sdk.web import SlackResponse

from bot.adapters.files import SlackFiles
from bot.adapters.slack import Clients, call, pages
from bot.blocks.messages import draw
from bot.domain.errors import ExternalFailure
from bot.domain.messages import Message
from bot.domain.workspaces import ConversationId, UserId, WorkspaceId
from bot.usecases.ports import Posted

EVENT_TYPE = "backbeat_message"  # what our metadata is called; its payload names the outbox row
PAGE = 100
MOST_PAGES = 10  # a thousand messages: further back than any lost answer is looked for


class SlackMessenger:
    """Implements ports.Messenger."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self.files = SlackFiles(clients)

    def post(
        self,
        workspace: WorkspaceId,
        *,
        conversation: ConversationId,
        thread_ts: str | None,
        message: Message,
        row_id: str,
    ) -> Posted:
        drawn = draw(message)
        answer = call(
            self._clients.of(workspace),
            "chat.postMessage",
            doing="post a message",
            channel=conversation,
            thread_ts=thread_ts,
            text=drawn.text,
            blocks=drawn.blocks,
            metadata={"event_type": EVENT_TYPE, "event_payload": {"id": row_id}},
            unfurl_links=False,
            unfurl_media=False,
        )
        return Posted(str(answer.get("channel") or conversation), _ts(answer))

    def update(
        self, workspace: WorkspaceId, *, conversation: ConversationId, ts: str, message: Message, row_id: str
    ) -> None:
        """Without metadata, so that the message keeps the row that it was posted for."""
        drawn = draw(message)
        call(
            self._clients.of(workspace),
            "chat.update",
            doing=f"bring a message up to date ({row_id})",
            channel=conversation,
            ts=ts,
            text=drawn.text,
            blocks=drawn.blocks,
        )

    def open_dm(self, workspace: WorkspaceId, person: UserId) -> ConversationId:
        answer = call(self._clients.of(workspace), "conversations.open", doing="write to you", users=person)
        channel = answer.get("channel")
        conversation = channel.get("id") if isinstance(channel, dict) else None
        if not isinstance(conversation, str):
            raise ExternalFailure("Slack opened no conversation.", permanent=False, code="unreadable_answer")
        return conversation

    def find(
        self,
        workspace: WorkspaceId,
        *,
        conversation: ConversationId,
        thread_ts: str | None,
        row_ids: frozenset[str],
        since: datetime,
    ) -> dict[str, str]:
        found: dict[str, str] = {}
        for number, page in enumerate(
            pages(
                self._clients.of(workspace),
                "conversations.replies" if thread_ts else "conversations.history",
                doing="look for a message that I may have posted",
                channel=conversation,
                ts=thread_ts,
                oldest=f"{since.timestamp():.6f}",
                include_all_metadata=True,
                limit=PAGE,
            )
        ):
            for message in page.get("messages") or ():
                metadata = message.get("metadata") or {}
                row_id = (metadata.get("event_payload") or {}).get("id")
                if metadata.get("event_type") == EVENT_TYPE and row_id in row_ids:
                    found[row_id] = str(message["ts"])
            if found.keys() == row_ids:
                break
            if number + 1 >= MOST_PAGES:
                raise ExternalFailure("The history is too long to look through.", permanent=True, code="history_long")
        return found


def _ts(answer: SlackResponse) -> str:
    ts = answer.get("ts")
    if not isinstance(ts, str):
        raise ExternalFailure(
            "Slack didn't say where the message is.", permanent=False, code="unreadable_answer", maybe_done=True
        )
    return ts
