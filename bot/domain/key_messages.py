"""Key messages: the few of a thread that say most, picked by rule. What people get where no model is asked.

The rule reads decision words in the languages it knows, and in every language questions, mentions, figures, reactions,
length and place. The same thread always gives the same messages.
"""

import re
from collections.abc import Sequence

from bot.domain.spoken import one_line
from bot.domain.updates import Point, Summary, ThreadMessage, files_in, names_in, words_of

MOST = 7
KEY_LIMIT = 300
CHATTER = 12  # characters: "thanks!", "+1", "on it"
NAME_LIMIT = 40

_DECISION = re.compile(
    r"\b(?:decid(?:ed|e|ing)|decisions?|agreed|approved|let'?s (?:go|use|do|drop|take|keep|ship)|"
    r"we(?:'ll| will|'re going to) (?:go|use|do|drop|take|keep|ship|not)|go(?:ing)? with|signed off|final answer|"
    r"entschieden|beschlossen|entscheidung|wir nehmen|décid(?:é|ons)|décision|on part sur|on garde|decidi(?:mos|do|u)|"
    r"decisión|decisão|vamos (?:con|com)|acordado|deciso|решили|решено|zdecydowa\w+|besloten|beslut\w*|karar)\b"
    r"|決定|決めました|にします|决定|決定|결정|तय",
    re.IGNORECASE,
)
_TASK = re.compile(
    r"\b(?:i'?ll|i will|i can take|can you|could you|please|todo|to do|action item|next step|owner|assigned|"
    r"by (?:mon|tues|wednes|thurs|fri|satur|sun)day|by (?:tomorrow|tonight|eod|end of)|deadline|due|"
    r"ich (?:mache|übernehme)|kannst du|bitte|je m'en occupe|peux-tu|merci de|yo me encargo|puedes|eu faço|você pode|"
    r"por favor)\b|お願い|担当|까지|请",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"[?？؟]")
_FIGURE = re.compile(r"\d{2}|\d\s?%|[€$£¥₹]\s?\d")


def pick(
    messages: Sequence[ThreadMessage], *, total: int, sent_to: str | None = None, note: str | None = None
) -> Summary:
    """At most seven key messages, in the order they were written. `note`: why no model's summary stands here."""
    names = names_in(messages)
    said = [words_of(message, names) for message in messages]
    return Summary(
        decided=(),
        open=(),
        todo=(),
        key_messages=tuple(_point(messages[index], said[index], index) for index in _chosen(messages, said)),
        read=len(messages),
        total=max(total, len(messages)),
        files_not_read=files_in(messages),
        sent_to=sent_to,
        note=note,
    )


def _chosen(messages: Sequence[ThreadMessage], said: Sequence[str]) -> list[int]:
    """The places of those that say most, none of ours; of two that say the same, the first."""
    first_said: dict[str, int] = {}
    for index, text in enumerate(said):
        if not messages[index].is_ours:
            first_said.setdefault(text.casefold(), index)
    candidates = [index for text, index in first_said.items() if text] or ([0] if messages else [])
    last = len(messages) - 1
    scores = {index: _score(messages[index], said[index], place=index, last=last) for index in candidates}
    best = sorted(candidates, key=lambda index: (-scores[index], index))
    worth = [index for index in best if scores[index] > 0] or best[:1]
    return sorted(worth[:MOST])


def _score(message: ThreadMessage, text: str, *, place: int, last: int) -> int:
    score = 3 if place == 0 else 2 if place == last else 0
    score += 4 if _DECISION.search(text) else 0
    score += 3 if _TASK.search(text) else 0
    score += 2 if _QUESTION.search(text) else 0
    score += 1 if "<@" in message.text else 0
    score += 1 if _FIGURE.search(text) else 0
    score += min(message.reactions, 5)
    score += _length_score(text)
    return score - (3 if message.is_bot else 0)


def _length_score(text: str) -> int:
    length = sum(2 if ord(letter) >= 0x2E80 else 1 for letter in text[:400])  # one sign of Chinese says as much as two
    if length < CHATTER:
        return -2
    return 2 if length > 200 else 1 if length > 60 else 0


def _point(message: ThreadMessage, text: str, index: int) -> Point:
    who = one_line(message.author_name or "Somebody", NAME_LIMIT)
    if not text:
        text = "(a file)" if message.files == 1 else f"({message.files} files)" if message.files else "(no text)"
    return Point(one_line(f"{who}: {text}", KEY_LIMIT), (index + 1,))
