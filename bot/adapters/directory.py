"""The directory: people, conversations and threads as Slack knows them."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from slack_sdk import WebClient

from bot.adapters.remembered import Remembered
from bot.adapters.slack import PAGE, Clients, call, pages
from bot.domain.errors import ExternalFailure
from bot.domain.rights import GroupId
from bot.domain.updates import ThreadMessage
from bot.domain.workspaces import ConversationId, Person, UserId, WorkspaceId
from bot.usecases.ports import Clock, ConversationInfo, UserGroup

MINUTE, HOUR = 60.0, 3600.0
SLACKBOT = "USLACKBOT"
MOST_NAMES = 40  # authors of one thread whose names are looked up; the others are shown by their id
# What each kind of conversation needs: an installer may decline the optional ones.
KINDS = {"public_channel": "channels:read", "private_channel": "groups:read", "mpim": "mpim:read", "im": "im:read"}

_Place = tuple[WorkspaceId, str]


class SlackDirectory:
    """Implements ports.Directory. Who is where is remembered for a minute, names for an hour."""

    def __init__(self, clients: Clients, clock: Clock, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._clients = clients
        self._clock = clock
        self._memberships: Remembered[_Place, frozenset[ConversationId]] = Remembered(MINUTE, monotonic=monotonic)
        self._conversations: Remembered[_Place, ConversationInfo] = Remembered(MINUTE, monotonic=monotonic)
        self._groups: Remembered[WorkspaceId, tuple[UserGroup, ...]] = Remembered(MINUTE, monotonic=monotonic)
        self._group_members: Remembered[_Place, frozenset[UserId]] = Remembered(MINUTE, monotonic=monotonic)
        self._names: Remembered[_Place, str] = Remembered(HOUR, monotonic=monotonic)
        self._kinds: Remembered[WorkspaceId, tuple[str, ...]] = Remembered(HOUR, monotonic=monotonic)

    def person(self, workspace: WorkspaceId, person: UserId) -> Person:
        answer = call(self._clients.of(workspace), "users.info", doing="look up who you are", user=person)
        found = _person(workspace, answer.get("user") or {}, self._clock.now())
        self._names.put((workspace, person), found.name)
        return found

    def members(self, workspace: WorkspaceId, conversation: ConversationId) -> frozenset[UserId]:
        return frozenset(
            member
            for page in pages(
                self._clients.of(workspace),
                "conversations.members",
                doing="see who is in that channel",
                channel=conversation,
                limit=PAGE,
            )
            for member in page.get("members") or ()
        )

    def user_groups(self, workspace: WorkspaceId) -> tuple[UserGroup, ...]:
        known = self._groups.get(workspace)
        if known is None:
            answer = call(self._clients.of(workspace), "usergroups.list", doing="look up the user groups here")
            known = tuple(sorted(_groups(answer.get("usergroups") or ()), key=lambda group: group.handle.casefold()))
            self._groups.put(workspace, known)
        return known

    def group_members(self, workspace: WorkspaceId, group: GroupId) -> frozenset[UserId]:
        known = self._group_members.get((workspace, group))
        if known is None:
            answer = call(
                self._clients.of(workspace),
                "usergroups.users.list",
                doing="see who is in that user group",
                usergroup=group,
            )
            known = frozenset(str(each) for each in answer.get("users") or ())
            self._group_members.put((workspace, group), known)
        return known

    def conversations_of(self, workspace: WorkspaceId, person: UserId) -> frozenset[ConversationId]:
        known = self._memberships.get((workspace, person))
        if known is None:
            known = self._ask_memberships(workspace, person)
            self._memberships.put((workspace, person), known)
        return known

    def remembered(self, workspace: WorkspaceId, conversation: ConversationId) -> ConversationInfo | None:
        return self._conversations.get((workspace, conversation))

    def conversation(self, workspace: WorkspaceId, conversation: ConversationId) -> ConversationInfo:
        known = self.remembered(workspace, conversation)
        if known is None:
            answer = call(
                self._clients.of(workspace), "conversations.info", doing="look at that channel", channel=conversation
            )
            known = _conversation(conversation, answer.get("channel") or {})
            self._conversations.put((workspace, conversation), known)
        return known

    def thread(
        self, workspace: WorkspaceId, conversation: ConversationId, ts: str, *, limit: int
    ) -> tuple[list[ThreadMessage], int]:
        client = self._clients.of(workspace)
        found: list[Mapping[str, Any]] = []
        for page in pages(
            client,
            "conversations.replies",
            doing="read that thread",
            channel=conversation,
            ts=ts,
            limit=min(limit, PAGE),
        ):
            known = {message["ts"] for message in found}
            found += [message for message in page.get("messages") or () if message.get("ts") not in known]
            if len(found) >= limit:
                break
        total = max(len(found), 1 + int(found[0].get("reply_count") or 0)) if found else 0
        found = found[:limit]
        names = self._names_of(workspace, (str(message.get("user") or "") for message in found))
        link = self.permalink(workspace, conversation, str(found[0]["ts"])) if found else None
        return [_message(each, names, conversation, root=str(found[0]["ts"]), link=link) for each in found], total

    def message(
        self, workspace: WorkspaceId, conversation: ConversationId, ts: str
    ) -> tuple[ThreadMessage, str] | None:
        """Asked of `reactions.get`: a reply's own words are in no history, and its link alone tells its thread."""
        try:
            answer = call(
                self._clients.of(workspace),
                "reactions.get",
                doing="read that message",
                channel=conversation,
                timestamp=ts,
            )
        except ExternalFailure as failure:
            if failure.permanent:
                return None
            raise
        found = answer.get("message")
        if not isinstance(found, Mapping) or found.get("ts") != ts:
            return None
        link = self.permalink(workspace, conversation, ts)
        root = str(found.get("thread_ts") or _root_in(link) or ts)
        names = self._names_of(workspace, [str(found.get("user") or "")])
        return _message(found, names, conversation, root=ts, link=link), root

    def permalink(self, workspace: WorkspaceId, conversation: ConversationId, ts: str) -> str | None:
        """None where Slack has no such message. Raises ExternalFailure where trying again may help."""
        try:
            answer = call(
                self._clients.of(workspace),
                "chat.getPermalink",
                doing="link to that message",
                channel=conversation,
                message_ts=ts,
            )
        except ExternalFailure as failure:
            if failure.permanent:
                return None
            raise
        link = answer.get("permalink")
        return link if isinstance(link, str) else None

    def forget(self, workspace: WorkspaceId, person: UserId) -> None:
        self._memberships.drop((workspace, person))
        self._names.drop((workspace, person))

    def forget_conversation(self, workspace: WorkspaceId, conversation: ConversationId) -> None:
        """Somebody joined or left it, perhaps Backbeat itself."""
        self._conversations.drop((workspace, conversation))

    def _ask_memberships(self, workspace: WorkspaceId, person: UserId) -> frozenset[ConversationId]:
        """Each kind of conversation that Backbeat may read: one that an installer declined is left out."""
        client = self._clients.of(workspace)
        kinds = self._kinds.get(workspace) or tuple(KINDS)
        while kinds:
            try:
                found = self._memberships_among(client, person, kinds)
            except ExternalFailure as failure:
                declined = _declined(failure, kinds)
                if declined is None:
                    raise
                kinds = tuple(kind for kind in kinds if kind != declined)
            else:
                self._kinds.put(workspace, kinds)
                return found
        return frozenset()

    def _memberships_among(
        self, client: WebClient, person: UserId, kinds: tuple[str, ...]
    ) -> frozenset[ConversationId]:
        return frozenset(
            str(channel["id"])
            for page in pages(
                client,
                "users.conversations",
                doing="see which channels you are in",
                user=person,
                types=",".join(kinds),
                limit=PAGE,
            )
            for channel in page.get("channels") or ()
        )

    def _names_of(self, workspace: WorkspaceId, people: Iterable[UserId]) -> dict[UserId, str]:
        names: dict[UserId, str] = {}
        for person in dict.fromkeys(people):
            if not person or len(names) >= MOST_NAMES:
                continue
            known = self._names.get((workspace, person))
            if known is None:
                try:
                    known = self.person(workspace, person).name
                except ExternalFailure:
                    known = person  # a thread is worth reading without one author's name
            names[person] = known
        return names


def _declined(failure: ExternalFailure, kinds: tuple[str, ...]) -> str | None:
    """Which kind to leave out: the one whose scope Slack names, else the last of those left."""
    if failure.code != "missing_scope":
        return None
    return next((kind for kind in kinds if f"({KINDS[kind]})" in failure.words), kinds[-1])


def _person(workspace: WorkspaceId, user: Mapping[str, Any], at: datetime) -> Person:
    profile = user.get("profile") or {}
    # In an organisation one account belongs to several workspaces: it is ours if ours is among them.
    teams = (user.get("enterprise_user") or {}).get("teams") or ()
    home = str(user.get("team_id") or profile.get("team") or "")
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"), user.get("name"))
    return Person(
        workspace_id=workspace,
        id=str(user.get("id") or ""),
        name=next((name for name in names if name), str(user.get("id") or "")),
        team_id=workspace if workspace in teams else home,
        zone=_zone(user.get("tz")),
        is_slack_admin=bool(user.get("is_admin") or user.get("is_owner") or user.get("is_primary_owner")),
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_bot=bool(user.get("is_bot")) or user.get("id") == SLACKBOT,
        is_deactivated=bool(user.get("deleted")),
        seen_at=at,
    )


def _zone(name: Any) -> str:
    """The IANA zone that Slack names, UTC where it names none that this machine knows."""
    if isinstance(name, str) and name:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return "UTC"
        return name
    return "UTC"


def _groups(found: Iterable[Mapping[str, Any]]) -> Iterator[UserGroup]:
    """Those that are in use: a group that was switched off has the time when that was."""
    for each in found:
        if each.get("id") and not each.get("date_delete"):
            handle = str(each.get("handle") or each["id"])
            yield UserGroup(str(each["id"]), handle, str(each.get("name") or handle))


def _conversation(conversation: ConversationId, channel: Mapping[str, Any]) -> ConversationInfo:
    is_im = bool(channel.get("is_im"))
    is_dm = is_im or bool(channel.get("is_mpim"))
    return ConversationInfo(
        id=conversation,
        name=channel.get("name") if not is_dm else None,
        is_private=bool(channel.get("is_private")) or is_dm,
        is_dm=is_dm,
        is_member=is_im or bool(channel.get("is_member")),  # Slack shows a bot only its own DMs
        is_shared=bool(channel.get("is_ext_shared")),
    )


def _message(
    message: Mapping[str, Any],
    names: Mapping[UserId, str],
    conversation: ConversationId,
    *,
    root: str,
    link: str | None,
) -> ThreadMessage:
    author = str(message.get("user") or message.get("bot_id") or "")
    bot = message.get("username") or (message.get("bot_profile") or {}).get("name")
    ts = str(message["ts"])
    return ThreadMessage(
        ts=ts,
        author_id=author,
        author_name=str(names.get(author) or bot or author),
        text=str(message.get("text") or ""),
        permalink=_reply_link(link, conversation, ts, root),
        files=len(message.get("files") or ()),
        is_bot=bool(message.get("bot_id")),
        reactions=sum(
            int(each.get("count") or len(each.get("users") or ())) for each in message.get("reactions") or ()
        ),
    )


def _root_in(link: str | None) -> str | None:
    """Which thread a reply's link says that it is in."""
    return next(iter(parse_qs(urlsplit(link or "").query).get("thread_ts", [])), None)


def _reply_link(link: str | None, conversation: ConversationId, ts: str, root: str) -> str | None:
    """A reply's link, made from its thread's as Slack makes them: asking for each would be a call a message."""
    mark = f"/archives/{conversation}/p"
    if link is None or mark not in link or ts == root:
        return link
    base = link[: link.index(mark)]
    return f"{base}{mark}{ts.replace('.', '')}?thread_ts={root}&cid={conversation}"
