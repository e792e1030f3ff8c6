"""How often an app may call: per method and minute by Slack's tiers, and about one message a second per channel."""

import math
from collections import defaultdict, deque
from collections.abc import Callable

MINUTE = 60.0
TIERS = {1: 1, 2: 20, 3: 50, 4: 100}  # calls a minute
_BY_TIER = {
    2: ("users.list", "conversations.list"),
    3: (
        "conversations.history", "conversations.replies", "conversations.info", "conversations.open",
        "conversations.join", "users.conversations", "chat.update", "chat.delete", "dnd.info", "team.info",
        "bots.info", "reactions.add", "reactions.get",
    ),
    4: (
        "views.open", "views.push", "views.update", "views.publish", "users.info", "chat.postEphemeral",
        "conversations.members", "files.getUploadURLExternal", "files.completeUploadExternal",
        "files.info",
    ),
}  # fmt: skip
TIER_OF = {method: tier for tier, methods in _BY_TIER.items() for method in methods}
POSTS_A_SECOND = 1.0
BURST = 3  # messages that a channel takes at once: Slack allows short bursts without saying how short


class Pacing:
    """Counts calls by the playground's clock."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._calls: dict[str, deque[float]] = defaultdict(deque)
        self._posts: dict[str, tuple[float, float]] = {}  # channel: (what is left of the burst, when)

    def wait_for_call(self, method: str) -> int | None:
        """Count a call. Seconds to wait where there were too many in the last minute."""
        tier = TIER_OF.get(method)
        if tier is None:
            return None
        now, calls = self._now(), self._calls[method]
        while calls and not 0 <= now - calls[0] < MINUTE:
            calls.popleft()
        if len(calls) >= TIERS[tier]:
            return max(1, math.ceil(calls[0] + MINUTE - now))
        calls.append(now)
        return None

    def wait_for_post(self, channel: str) -> int | None:
        """Count a message in a channel. Seconds to wait where they come too fast."""
        now = self._now()
        left, since = self._posts.get(channel, (float(BURST), now))
        left = min(BURST, left + max(0.0, now - since) * POSTS_A_SECOND)
        if left < 1:
            self._posts[channel] = (left, now)
            return max(1, math.ceil((1 - left) / POSTS_A_SECOND))
        self._posts[channel] = (left - 1, now)
        return None
