"""What the people of the story go on doing by themselves while the demo is open: they answer their standups."""

import time
from datetime import datetime

from bot.demo import tidewater as story
from bot.demo.clock import DemoClock
from bot.domain.outbox import OutboxMessage
from bot.domain.standups import PromptStatus
from bot.usecases.ports import Store
from bot.usecases.standups.prompts import subject_of
from playground.server import Playground

HEARD_SECONDS = 10.0
POLL = 0.05


class Others:
    """They reply in the thread of the message that asks them, unless somebody answered it as them already."""

    def __init__(self, store: Store, clock: DemoClock, playground: Playground) -> None:
        self._store = store
        self._clock = clock
        self._playground = playground

    def live_until(self, at: datetime) -> None:
        """Each thing at its own time, or now where that has passed."""
        for answer in story.TO_COME:
            asked = self._unanswered(answer) if answer.at <= at else None
            if asked is None:
                continue
            self._clock.set(max(answer.at, self._clock.now()))
            text = "\n".join(f"{number} {words}" for number, words in enumerate(answer.texts, start=1) if words)
            self._playground.act(answer.who, "say", channel=asked.conversation, thread_ts=asked.ts, text=text)
            self._wait_heard(answer)

    def _unanswered(self, answer: story.Answers) -> OutboxMessage | None:
        """The message that asks them, where it waits for an answer."""
        with self._store.read(story.TEAM_ID) as uow:
            for prompt in uow.standups.prompts_of(answer.who, since=answer.at.date()):
                if prompt.status is PromptStatus.ASKED and uow.standups.round(prompt.round_id).is_open:
                    return next((post for post in uow.outbox.shown(subject_of(prompt.id)) if post.ts), None)
        return None

    def _wait_heard(self, answer: story.Answers) -> None:
        deadline = time.monotonic() + HEARD_SECONDS
        while time.monotonic() < deadline and self._unanswered(answer) is not None:
            time.sleep(POLL)
