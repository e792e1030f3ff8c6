"""Asynchronous standups: questions, who is asked when, answers, and what is stuck."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from rapidfuzz import fuzz

from bot.domain.errors import InvalidInput
from bot.domain.hours import local_moment
from bot.domain.recurrence import Rule
from bot.domain.spoken import one_line
from bot.domain.workspaces import ConversationId, UserId, WorkspaceId

DEFAULT_QUESTIONS = ("What did you get done?", "What is next?", "What are you stuck on?")
MOST_QUESTIONS = 10
QUESTION_LIMIT = 200
ANSWER_LIMIT = 3000
MOST_STUCK = 5  # things that one answer can raise
STUCK_LIMIT = 300
LATE_FOR = timedelta(hours=24)  # how long after the digest an answer is still added to its thread
LATER = timedelta(hours=2)  # what "later today" means
ALIKE = 75  # of 100: from here on two texts name the same trouble
EARLIEST_ZONE = "Pacific/Kiritimati"  # UTC+14, where each day begins first


@dataclass(frozen=True, slots=True)
class Standup:
    """A standing set of questions for one channel. Each person is asked at `at` in their own zone.

    The digest is posted at `deadline` in `zone`, the same day, in `channel`. The last question asks what is stuck.
    """

    workspace_id: WorkspaceId
    id: str
    channel: ConversationId
    created_by: UserId
    questions: tuple[str, ...]
    days: frozenset[int]
    at: time
    deadline: time
    zone: str
    active: bool = True
    created_at: datetime | None = None


class RoundStatus(StrEnum):
    OPEN = "open"
    POSTED = "posted"
    SKIPPED = "skipped"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Round:
    """One day's standup. `slot` is its local date, unique per standup.

    `questions` and `at` are the standup's as they were when it opened: an edit counts from the next round on.
    """

    workspace_id: WorkspaceId
    id: str
    standup_id: str
    slot: str
    closes_at: datetime
    status: RoundStatus
    reason: str | None = None
    questions: tuple[str, ...] = ()
    at: time | None = None

    @property
    def day(self) -> date:
        return date.fromisoformat(self.slot)

    @property
    def is_open(self) -> bool:
        return self.status is RoundStatus.OPEN

    @property
    def late_until(self) -> datetime:
        """Until when a late answer is added to the digest's thread, UTC."""
        return self.closes_at + LATE_FOR


class PromptStatus(StrEnum):
    WAITING = "waiting"
    ASKED = "asked"
    ANSWERED = "answered"
    DECLINED = "declined"  # the person skipped this one
    SKIPPED = "skipped"  # not asked, and the reason is kept
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Prompt:
    """One person asked in one round; unique per round and person."""

    workspace_id: WorkspaceId
    id: str
    round_id: str
    standup_id: str
    person_id: UserId
    day: date  # the person's own date
    due_at: datetime
    status: PromptStatus
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What one person said. One per prompt; an edit replaces the texts and keeps the first time."""

    workspace_id: WorkspaceId
    prompt_id: str
    round_id: str
    standup_id: str
    person_id: UserId
    texts: tuple[str, ...]
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class Concern:
    """Something that is stuck: a blocker raised in a standup, until somebody clears it."""

    workspace_id: WorkspaceId
    id: str
    channel: ConversationId
    text: str
    owner_id: UserId
    raised_on: date
    standup_id: str | None = None
    seen: int = 1  # in how many standups it was named
    cleared_at: datetime | None = None
    cleared_by: UserId | None = None
    round_id: str | None = None  # the last one that it was named in

    def age(self, today: date) -> int:
        """Whole days since it was raised."""
        return (today - self.raised_on).days


# --- when ----------------------------------------------------------------------------------------------------------


def checked_questions(lines: Sequence[str]) -> tuple[str, ...]:
    """Raises InvalidInput where there are none, too many, or one that is too long."""
    questions = tuple(" ".join(line.split()) for line in lines if line.strip())
    if not questions:
        raise InvalidInput("Ask at least one question. The last one asks what they are stuck on.", field="questions")
    if len(questions) > MOST_QUESTIONS:
        raise InvalidInput(f"Keep it to {MOST_QUESTIONS} questions ({len(questions)} now).", field="questions")
    longest = max(len(question) for question in questions)
    if longest > QUESTION_LIMIT:
        raise InvalidInput(f"Keep each question under {QUESTION_LIMIT} characters ({longest} now).", field="questions")
    return questions


def opening_rule(standup: Standup, first: date) -> Rule:
    """When the rounds open, from the day `first` on.

    A day's round opens when the first place on Earth reaches the standup's hour on that day: nobody's hour is earlier,
    wherever they are or move to. The rule's date is the round's slot.
    """
    return Rule.weekly(standup.days, standup.at, EARLIEST_ZONE, first)


def opens_at(standup: Standup, day: date) -> datetime:
    return local_moment(EARLIEST_ZONE, day, standup.at)


def closes_at(standup: Standup, day: date) -> datetime:
    """When the digest of `day` is posted, UTC."""
    return local_moment(standup.zone, day, standup.deadline)


def asked_at(standup: Standup, day: date, zone: str) -> datetime:
    """When somebody in `zone` is asked on their own `day`, UTC."""
    return local_moment(zone, day, standup.at)


def plan_index(questions: Sequence[str]) -> int | None:
    """Which question asks for a plan: its answer is shown the next time. Else the one before the last."""
    said = [n for n, question in enumerate(questions[:-1]) if re.search(r"\b(next|plan|will)\b", question.lower())]
    return said[0] if said else len(questions) - 2 if len(questions) > 2 else None


# --- answers in a thread -------------------------------------------------------------------------------------------

_NUMBER = re.compile(r"^\s*(\d{1,2})(?:\s*[.):]|\s)\s*(.*)$")


def read_reply(text: str, count: int, known: Sequence[str] = ()) -> tuple[str, ...]:
    """A reply as the answers to `count` questions; `known` are those given before.

    "1 … 2 … 3 …", numbered lines (they replace only what they name), or one line per question. Anything else belongs to
    the first question, after what is there.
    """
    texts = [*known, *[""] * count][:count]
    numbered = _numbered(text, count)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if numbered:
        for number, words in numbered.items():
            texts[number - 1] = words
    elif count > 1 and len(lines) == count:
        texts = lines
    elif text.strip():
        texts[0] = f"{texts[0]}\n{text.strip()}".strip()
    return tuple(texts)


def read_edit(before: str, after: str, count: int, known: Sequence[str]) -> tuple[str, ...]:
    """`known` after the reply `before` was changed to `after`: only what came from it changes."""
    texts = list(known)
    for number, (was, now) in enumerate(zip(read_reply(before, count), read_reply(after, count), strict=True)):
        if was and was in texts[number]:
            texts[number] = texts[number].replace(was, now, 1).strip()
        elif was != now:
            texts[number] = now
    return tuple(texts)


def _numbered(text: str, count: int) -> dict[int, str]:
    by_line = _numbered_lines(text, count)
    return by_line if len(by_line) == count else _numbered_inline(text, count) or by_line


def _numbered_lines(text: str, count: int) -> dict[int, str]:
    """{1: …, 3: …} where lines begin with rising numbers; a line without one goes on with the answer before it."""
    found: dict[int, list[str]] = {}
    last = 0
    for line in text.strip().splitlines():
        match = _NUMBER.match(line)
        if match and last < int(match[1]) <= count:
            last = int(match[1])
            found[last] = [match[2]]
        elif not found:
            return {}
        else:
            found[last].append(line)
    if len(found) == 1 and count > 1 and not re.match(r"\s*\d+\s*[.):]", text):
        return {}  # "2 bugs fixed" is no answer to the second question
    return {number: "\n".join(lines).strip() for number, lines in found.items()}


def _numbered_inline(text: str, count: int) -> dict[int, str]:
    """{1: …, 2: …, 3: …} where one line holds all the numbers in their order."""
    if count < 2:
        return {}
    parts = [rf"{number}(?:\s*[.):])?\s+(\S.*?)" for number in range(1, count + 1)]
    match = re.fullmatch(r"\s*" + r"[\s,;]+".join(parts) + r"\s*", text, re.DOTALL)
    return {number: match[number].strip() for number in range(1, count + 1)} if match else {}


# --- what is stuck -------------------------------------------------------------------------------------------------

_NOTHING = re.compile(
    r"(?:(?:stuck(?: on)?|block(?:ed|ers?)?) ?)?"
    r"(?:no|nope|none|non|nein|nil|nada|na|n a|nothing(?: (?:really|at all|today|now|right now))?|not stuck|not blocked"
    r"|no blockers?|nothing blocking(?: me)?|all good|all clear|i m not|i am not)?"
)
_IDLE = frozenset(
    re.findall(
        r"\w+",
        "a am an and are at be been for from has have i im in is it its my not of on our s still stuck that the there"
        " this to us wait waiting we with",
    )
)
_BULLET = re.compile(r"^\s*(?:[-*•‣–]|\d{1,2}[.)])\s+")


def says_nothing(text: str) -> bool:
    """Whether an answer to "What are you stuck on?" says: on nothing. True for no words at all."""
    words = " ".join(re.sub(r"[^\w]+", " ", text.lower()).split())
    return _NOTHING.fullmatch(words) is not None


def stuck_on(text: str) -> tuple[str, ...]:
    """What an answer names as stuck: each bullet by itself, other words as one thing."""
    if says_nothing(text):
        return ()
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and all(_BULLET.match(line) for line in lines):
        parts = [_BULLET.sub("", line) for line in lines]
    else:
        parts = [text]
    named = [one_line(_BULLET.sub("", part), STUCK_LIMIT) for part in parts if not says_nothing(part)]
    return tuple(dict.fromkeys(named))[:MOST_STUCK]


def same_trouble(one: str, other: str) -> bool:
    """Whether two texts of one person name the same trouble in other words."""
    return fuzz.token_set_ratio(_telling(one), _telling(other)) >= ALIKE


def _telling(text: str) -> str:
    """Its words without those that every such sentence has."""
    words = re.findall(r"\w+", text.lower())
    return " ".join(word for word in words if word not in _IDLE) or " ".join(words)
