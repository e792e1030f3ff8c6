"""The summariser: a model reads a thread, and is believed only as far as its citations go.

Where its answer cannot be used there are key messages instead, with a note that says why.
"""

from collections.abc import Sequence

import structlog

from bot.adapters import prompts
from bot.adapters.model import UNCITED, Model, Shown, Unusable
from bot.domain import key_messages
from bot.domain.citations import supported
from bot.domain.updates import POINTS_EACH, Point, Summary, ThreadMessage, files_in, names_in, words_of

log = structlog.get_logger(__name__)


class OpenAISummariser:
    """Implements ports.Summariser."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self.host = model.host

    def summarise(self, messages: Sequence[ThreadMessage], *, total: int) -> Summary:
        names = names_in(messages)
        said = [words_of(message, names) for message in messages]
        try:
            shown, answer = self._model.ask(prompts.MINUTES, messages, said)
            return self._believed(answer, shown, messages, said, total=total)
        except Unusable as unusable:
            log.warning("model_unusable", host=self.host, why=unusable.words)
            return key_messages.pick(messages, total=total, sent_to=self.host, note=unusable.words)

    def _believed(
        self,
        answer: prompts.Minutes,
        shown: Shown,
        messages: Sequence[ThreadMessage],
        said: Sequence[str],
        *,
        total: int,
    ) -> Summary:
        """The points that the messages bear out. Raises Unusable where there were some and none is left."""
        seen = [text if number in shown.numbers else "" for number, text in enumerate(said, 1)]
        kept, dropped = [], 0
        for points in (answer.decided, answer.open, answer.todo):
            good, bad = supported([Point(each.text, tuple(each.messages)) for each in points], seen)
            kept.append(good[:POINTS_EACH])
            dropped += bad
        if dropped and not any(kept):
            raise Unusable(UNCITED)
        return Summary(
            decided=kept[0],
            open=kept[1],
            todo=kept[2],
            key_messages=(),
            read=len(shown.numbers),
            total=max(total, len(messages)),
            files_not_read=files_in(messages),
            sent_to=self.host,
            model=self._model.name,
            masked=shown.masked,
            shortened=shown.shortened,
            dropped=dropped,
        )
