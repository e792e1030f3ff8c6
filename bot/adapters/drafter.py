"""The drafter: a model reads a thread and drafts a decision, each field with the messages that it came from."""

from collections.abc import Sequence

import structlog

from bot.adapters import prompts
from bot.adapters.model import UNCITED, Model, Shown, Unusable
from bot.domain.citations import checked
from bot.domain.drafts import DRAFTED, FIELD_LIMIT, Drafted, DraftedField, arranged
from bot.domain.errors import ExternalFailure
from bot.domain.updates import Point, ThreadMessage, files_in, names_in, words_of

log = structlog.get_logger(__name__)


class OpenAIDrafter:
    """Implements ports.Drafter."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self.host = model.host

    def draft(self, messages: Sequence[ThreadMessage], *, total: int) -> Drafted:
        names = names_in(messages)
        said = [words_of(message, names) for message in messages]
        try:
            shown, answer = self._model.ask(prompts.FIELDS, messages, said)
            return self._believed(answer, shown, messages, said, total=total)
        except Unusable as unusable:
            log.warning("model_unusable", host=self.host, why=unusable.words)
            raise ExternalFailure(unusable.words, permanent=True, code="model_unusable", maybe_done=True) from unusable

    def _believed(
        self,
        answer: prompts.Fields,
        shown: Shown,
        messages: Sequence[ThreadMessage],
        said: Sequence[str],
        *,
        total: int,
    ) -> Drafted:
        """The fields that the messages bear out. Raises Unusable where there were some and none is left."""
        seen = [text if number in shown.numbers else "" for number, text in enumerate(said, 1)]
        known = [each for each in answer.points if each.field in DRAFTED]
        points = [
            (each.field, checked(Point(each.text, tuple(each.messages)), seen, limit=FIELD_LIMIT)) for each in known
        ]
        kept = [DraftedField(name, point.text, point.cites) for name, point in points if point is not None]
        if known and not kept:
            raise Unusable(UNCITED)
        fields = arranged(kept)
        cited = {number for each in fields for number in each.cites}
        return Drafted(
            fields=fields,
            read=len(shown.numbers),
            total=max(total, len(messages)),
            files_not_read=files_in(messages),
            sent_to=self.host,
            model=self._model.name,
            masked=shown.masked,
            shortened=shown.shortened,
            dropped=len(known) - len(kept),
            links=tuple((each.permalink or "") if number in cited else "" for number, each in enumerate(messages, 1)),
        )
