"""The two buttons at the bottom of the demo: *Skip ahead* and *Pull the plug*."""

import threading
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import cycle
from typing import Any

from bot.demo import tidewater as story
from bot.demo.child import BotDied, Child
from bot.demo.clock import DemoClock
from bot.demo.others import Others
from bot.demo.upcoming import Moment, upcoming
from bot.usecases.ports import Store
from playground.server import Control, Playground

A_LITTLE = timedelta(seconds=1)
QUIET_SECONDS = 20.0  # how long what is due at one moment may take
POLL = 0.05
MOST_HOPS = 12
FAR_AHEAD = timedelta(days=14)  # how far messages are queued for somebody's morning
MOST_QUEUED = 100
HELD_SECONDS = 60.0  # how long Slack's answer is kept back while the plug is pulled
SETTLE_SECONDS = 40.0
Answer = dict[str, Any]

PLUG_DECISIONS = (
    "Keep events for 90 days because storage is cheap and audits ask for 60, revisit in 90 days",
    "Partition the event store by month because dropping a month is one statement, revisit in 120 days",
    "One schema for all events because two readers need the same fields, revisit in 60 days",
)


class Controls:
    """What the buttons do. One at a time: each waits for the other."""

    def __init__(self, store: Store, clock: DemoClock, playground: Playground, child: Child) -> None:
        self._store = store
        self._clock = clock
        self._playground = playground
        self._child = child
        self._others = Others(store, clock, playground)
        self._busy = threading.Lock()
        self._decisions = cycle(PLUG_DECISIONS)

    def all(self) -> list[Control]:
        return [
            Control("skip", "Skip ahead", hint=self._target, run=self.skip, enabled=lambda: self._child.is_running),
            Control(
                "plug",
                "Pull the plug",
                hint=lambda: "Kills the bot in the middle of a post",
                run=self.pull_the_plug,
                enabled=lambda: self._child.is_running,
            ),
        ]

    # --- skip ahead -------------------------------------------------------------------------------------------------

    def skip(self) -> Answer:
        """To the next moment that somebody hears of. What is due at the same time happens with it."""
        with self._busy:
            for _ in range(MOST_HOPS):
                ahead = self._ahead()
                if ahead:
                    self._others.live_until(ahead[0].at)
                    ahead = self._ahead()
                if not ahead:
                    return {"ok": False, "message": "Nothing is planned. Set up a meeting or a standup first."}
                target = ahead[0]
                self._clock.set(max(target.at, self._clock.now()) + A_LITTLE)
                before = self._playground.latest_ts()
                quiet = self._wait_quiet()
                if not quiet:
                    return {"ok": False, "message": "The bot takes longer than usual. Try again in a moment."}
                if self._playground.latest_ts() != before and not target.is_silent:
                    return self._arrived(target, [each for each in ahead if each.at == target.at], since=before)
            return {"ok": True, "message": "Nobody was to be asked anything just then. Skip once more.", "show": None}

    def _target(self) -> str:
        ahead = [moment for moment in self._ahead() if not moment.is_silent]
        return f"Next: {ahead[0].what}, {ahead[0].when}" if ahead else "Nothing is planned"

    def _ahead(self) -> list[Moment]:
        queued = self._store.queue().due_outbox(at=self._clock.now() + FAR_AHEAD, limit=MOST_QUEUED)
        with self._store.read(story.TEAM_ID) as uow:
            return upcoming(uow, [row_id for _, row_id in queued])

    def _arrived(self, target: Moment, together: list[Moment], *, since: str) -> Answer:
        names = list(dict.fromkeys(moment.what for moment in together if not moment.is_silent))
        words = " and ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        if target.person is not None:
            show: dict[str, Any] = {"as": target.person, "channel": self._playground.dm_with_app(target.person)}
        else:
            posts = self._playground.messages(target.channel) if target.channel is not None else []
            show = {"channel": target.channel, "thread": thread_with_news(posts, since)}
        return {"ok": True, "message": f"{target.when}: {words}", "show": show}

    def _wait_quiet(self) -> bool:
        """Until nothing is due any more: the bot ticks once a second."""
        queue, deadline = self._store.queue(), time.monotonic() + QUIET_SECONDS
        while time.monotonic() < deadline:
            at = self._clock.now()
            due = (queue.due_schedules, queue.due_jobs, queue.due_outbox)
            if not any(each(at=at, limit=1) for each in due):
                return True
            time.sleep(POLL)
        return False

    # --- pull the plug ----------------------------------------------------------------------------------------------

    def pull_the_plug(self) -> Answer:
        """Kill the bot after Slack has its message and before it knows, start it again, and count."""
        with self._busy:
            before = self._playground.latest_ts()
            self._playground.faults.switch_on("chat.postMessage", "hold", seconds=HELD_SECONDS)
            try:
                self._playground.act(
                    story.KENJI, "slash", channel=story.PLATFORM, text=f"/decide {next(self._decisions)}"
                )
                self._playground.wait_for(lambda: self._posted_since(before), timeout=SETTLE_SECONDS)
                self._child.kill()
            except AssertionError:
                return {"ok": False, "message": "Nothing was being posted just then. Try again?"}
            finally:
                self._playground.faults.clear()
            try:
                self._child.start()
            except BotDied as died:
                return {"ok": False, "message": f"The bot did not start again: {died}"}
            settled = self._wait_settled()
            count = len(self._posted_since(before))
        duplicates = count - 1
        words = f"{count} message{'s' if count != 1 else ''}, {duplicates} duplicate{'s' if duplicates != 1 else ''}"
        told = "Killed between post and record, and started again" if settled else "Started again, still looking it up"
        return {"ok": True, "message": f"{told}: {words}", "show": {"channel": story.PLATFORM}}

    def _posted_since(self, ts: str) -> list[dict[str, Any]]:
        posts = self._playground.messages(story.PLATFORM)
        return [each for each in posts if each.get("bot_id") and float(each["ts"]) > float(ts)]

    def _wait_settled(self) -> bool:
        """Until the started bot has found out what became of the message."""
        queue, deadline = self._store.queue(), time.monotonic() + SETTLE_SECONDS
        while time.monotonic() < deadline:
            if not queue.due_outbox(at=self._clock.now(), limit=1):
                return True
            time.sleep(POLL)
        return False


def thread_with_news(posts: Sequence[Mapping[str, Any]], since: str) -> str | None:
    """The thread to open where all that was said since is a reply, as a recap is. `posts` of one channel."""
    if any(float(each["ts"]) > float(since) for each in posts):
        return None
    return next((each["ts"] for each in posts if float(each.get("latest_reply", 0)) > float(since)), None)
