"""What the people of the story go on doing by themselves while the demo is open: they answer what they are asked."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.blocks.approvals.ids import APPROVE
from bot.demo import tidewater as story
from bot.demo.clock import DemoClock
from bot.demo.events import Answers, Approves
from bot.domain.approvals import ApprovalStatus
from bot.domain.outbox import OutboxMessage
from bot.domain.standups import PromptStatus
from bot.usecases.ports import Store
from bot.usecases.standups.prompts import subject_of
from playground.server import Playground

HEARD_SECONDS = 10.0
POLL = 0.05


class Others:
    """They reply to their standups and approve what waits for them, unless somebody did so as them already."""

    def __init__(self, store: Store, clock: DemoClock, playground: Playground) -> None:
        self._store = store
        self._clock = clock
        self._playground = playground

    def live_until(self, at: datetime) -> None:
        """Each thing at its own time, or now where that has passed."""
        for event in story.TO_COME:
            if event.at > at:
                continue
            if isinstance(event, Answers):
                self._answer(event)
            else:
                self._approve(event)

    def _answer(self, event: Answers) -> None:
        asked = self._unanswered(event)
        if asked is None:
            return
        self._clock.set(max(event.at, self._clock.now()))
        text = "\n".join(f"{number} {words}" for number, words in enumerate(event.texts, start=1) if words)
        self._playground.act(event.who, "say", channel=asked.conversation, thread_ts=asked.ts, text=text)
        self._wait_heard(lambda: self._unanswered(event) is None)

    def _unanswered(self, event: Answers) -> OutboxMessage | None:
        """The message that asks them, where it waits for an answer."""
        with self._store.read(story.TEAM_ID) as uow:
            for prompt in uow.standups.prompts_of(event.who, since=event.at.date()):
                if prompt.status is PromptStatus.ASKED and uow.standups.round(prompt.round_id).is_open:
                    return next((post for post in uow.outbox.shown(subject_of(prompt.id)) if post.ts), None)
        return None

    def _approve(self, event: Approves) -> None:
        """By the button under whatever asks them."""
        channel = self._playground.dm_with_app(event.who)
        for post in reversed(self._playground.messages(channel)):
            for block_id, button in _approving(post):
                if self._waits(event, button["value"]):
                    self._clock.set(max(event.at, self._clock.now()))
                    container = {"type": "message", "channel": channel, "ts": post["ts"]}
                    action = {"type": "button", "value": button["value"]}
                    self._playground.act(
                        event.who, "click", container=container, block_id=block_id, action_id=APPROVE, action=action
                    )
                    self._wait_heard(lambda: not self._waits(event, button["value"]))  # noqa: B023 - called at once
                    return

    def _waits(self, event: Approves, approval_id: str) -> bool:
        with self._store.read(story.TEAM_ID) as uow:
            approval = uow.approvals.get(approval_id)
        return approval.number == event.number and approval.status is ApprovalStatus.WAITING

    def _wait_heard(self, is_heard: Callable[[], bool]) -> None:
        deadline = time.monotonic() + HEARD_SECONDS
        while time.monotonic() < deadline and not is_heard():
            time.sleep(POLL)


def _approving(post: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """The buttons of a message that approve something, each with its block's id."""
    return [
        (block["block_id"], element)
        for block in post.get("blocks") or ()
        for element in block.get("elements") or ()
        if element.get("action_id") == APPROVE
    ]
