"""What Backbeat says, as data. Use cases say it; `bot.blocks` draws it when it is sent.

Each message is a snapshot: it holds all that its drawing needs, so that drawing asks nothing of anybody. Moments are
aware UTC datetimes and are shown in the reader's own zone; dates are plain dates.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from bot.domain.agendas import Topic
from bot.domain.decisions import Decision, Source
from bot.domain.drafts import Drafted
from bot.domain.files import FileSource
from bot.domain.monthly import DeputyOffer, WaitingProposal
from bot.domain.months import Figures
from bot.domain.standups import Concern
from bot.domain.updates import Summary


@dataclass(frozen=True, slots=True)
class Word:
    """Somebody whose word a proposal needs, and what they said so far. `name` is safe mrkdwn: "the CTO (Dana)"."""

    name: str
    status: str  # an ApprovalStatus
    why: str | None = None  # of an objection


@dataclass(frozen=True, slots=True)
class DecisionCard:
    """The card of a decision, in the channel or thread where it was made.

    `names` of the people in it, so that they need not be mentioned; `note` is the line of why that led to where it
    stands, `since` the day of that; `words` of those whom a proposal waits for.
    """

    decision: Decision
    names: dict[str, str] = field(default_factory=dict)
    note: str | None = None
    words: tuple[Word, ...] = ()
    since: date | None = None
    kind: Literal["decision_card"] = "decision_card"


@dataclass(frozen=True, slots=True)
class Note:
    """Plain words: a hint, a confirmation, an answer that must last. `text` is already safe mrkdwn."""

    text: str
    kind: Literal["note"] = "note"


@dataclass(frozen=True, slots=True)
class CardElsewhere:
    """A decision's card for somebody who could not be shown it where it was made, with how to mend that."""

    decision: Decision
    conversation: str
    names: dict[str, str] = field(default_factory=dict)
    words: tuple[Word, ...] = ()
    kind: Literal["card_elsewhere"] = "card_elsewhere"


@dataclass(frozen=True, slots=True)
class ApprovalRequest:
    """The DM that asks one person for their word. It holds all that they need to read, for they may see no more of it.

    `state`: asked, approved, objected, or closed, and then `answer` says what became of it. `speaks_for` is whom they
    speak for where that is not themselves ("the CTO (Dana)"), `reason` why they are asked where that needs saying;
    `others` are asked besides them. All of these are safe mrkdwn.
    """

    approval_id: str
    person_id: str
    decision: Decision
    part: str
    author_name: str
    speaks_for: str | None = None
    others: tuple[str, ...] = ()
    link: str | None = None  # to the card
    reason: str | None = None
    state: str = "asked"
    answer: str | None = None
    kind: Literal["approval_request"] = "approval_request"


@dataclass(frozen=True, slots=True)
class AskedLater:
    """Somebody who is asked when their next working day starts. `time_there` is theirs now: "02:10"."""

    approval_id: str
    name: str
    at: datetime
    time_there: str


@dataclass(frozen=True, slots=True)
class AskedFor:
    """For the author of a proposal alone: who is asked later, who is not in Slack, and for whom nobody can speak.

    `outside`: (approval id, name); these names and those of `nobody` are safe mrkdwn. It is emptied as that is done.
    """

    decision: Decision
    later: tuple[AskedLater, ...] = ()
    outside: tuple[tuple[str, str], ...] = ()
    nobody: tuple[str, ...] = ()
    kind: Literal["asked_for"] = "asked_for"


@dataclass(frozen=True, slots=True)
class DecisionNotice:
    """For somebody who gives input before a decision (`role`: input) or carries it out after (`role`: performs)."""

    decision: Decision
    role: str
    names: dict[str, str] = field(default_factory=dict)
    link: str | None = None  # to the card, in whose thread input is given
    kind: Literal["decision_notice"] = "decision_notice"


@dataclass(frozen=True, slots=True)
class LogSuggestion:
    """For whoever reacted to a message: whether to log it. `text` is how it begins, in Slack's mrkdwn.

    `state`: asked, dismissed, or logged, and then `number` and `title` say as what.
    """

    person_id: str
    conversation: str
    ts: str
    text: str
    author_name: str
    permalink: str | None = None
    state: str = "asked"
    number: int | None = None
    title: str | None = None
    kind: Literal["log_suggestion"] = "log_suggestion"


@dataclass(frozen=True, slots=True)
class DraftShown:
    """A decision drafted from a thread, for whoever asked. `state`: asked, ready, failed, discarded."""

    draft_id: str
    state: str
    source: Source
    drafted: Drafted | None = None
    sent_to: str | None = None
    reason: str | None = None
    kind: Literal["decision_draft"] = "decision_draft"


@dataclass(frozen=True, slots=True)
class AgendaPost:
    """The agenda of one meeting."""

    cadence_id: str
    occurrence_id: str
    name: str
    starts_at: datetime
    minutes: int
    chair_id: str
    topics: tuple[Topic, ...]
    left_over: tuple[Topic, ...]
    status: str  # an OccurrenceStatus: posted, started, held
    by_hand: bool = False
    late_minutes: int = 0
    names: dict[str, str] = field(default_factory=dict)  # of those who run it or brought an item
    kind: Literal["agenda"] = "agenda"


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One item in the agenda's thread, with the four questions."""

    topic: Topic
    number: int
    decision: Decision | None = None  # as it stands, where the item is about one
    name: str | None = None  # of whoever brought it
    is_over: bool = False  # the meeting is
    kind: Literal["agenda_item"] = "agenda_item"


@dataclass(frozen=True, slots=True)
class MeetingRecap:
    """What a meeting came to, posted in its thread when it ends."""

    name: str
    starts_at: datetime
    done: tuple[Topic, ...]
    carried: tuple[Topic, ...]
    decisions: tuple[Decision, ...]
    dropped: tuple[Topic, ...] = ()
    by_itself: bool = False  # nobody closed it
    kind: Literal["recap"] = "recap"


@dataclass(frozen=True, slots=True)
class WaitingItem:
    """One thing that waits for a person: here, a decision whose revisit date has come."""

    decision: Decision
    due_on: date
    answered: str | None = None  # "Kept until 27 Jan 2027" once it is dealt with
    owner_name: str | None = None  # whose it was, where it came to this person because its owner left
    accepted_by: str | None = None  # the name of who accepted its risk
    agenda: str | None = None  # where it goes if nobody answers: "Tradeoffs on Tue 3 Nov"


@dataclass(frozen=True, slots=True)
class WaitingApproval:
    """An approval that waits for a person. `stands_for`: whose word it is, where it is not their own.

    `outside`: whoever that is is not in Slack, and this person is to write down what they said.
    """

    approval_id: str
    number: int
    title: str
    asked_by: str  # a name
    asked_at: datetime
    stands_for: str | None = None
    outside: bool = False
    answered: str | None = None  # "Approved by Priya" once it is dealt with

    @property
    def ref(self) -> str:
        return f"D-{self.number}"


@dataclass(frozen=True, slots=True)
class WaitingForYou:
    """The one DM a day."""

    person_id: str
    day: date
    items: tuple[WaitingItem, ...]
    late_minutes: int = 0
    approvals: tuple[WaitingApproval, ...] = ()
    kind: Literal["waiting"] = "waiting"


@dataclass(frozen=True, slots=True)
class StandupPrompt:
    """The DM that asks one person. `state`: asked, later, answered, declined, closed.

    `again_at`: when somebody who said "later" is asked again. `stuck`: what they are stuck on and have not cleared.
    `late_until`: until when an answer is still taken after the digest, None where it is not.
    """

    prompt_id: str
    standup_id: str
    person_name: str
    channel: str
    questions: tuple[str, ...]
    closes_at: datetime
    last_plan: str | None = None
    state: str = "asked"
    answers: tuple[str, ...] = ()
    late_minutes: int = 0
    again_at: datetime | None = None
    stuck: tuple[Concern, ...] = ()
    day: date | None = None
    late_until: datetime | None = None
    kind: Literal["standup_prompt"] = "standup_prompt"


@dataclass(frozen=True, slots=True)
class StandupDigest:
    """The one post that closes a round. Who did not answer is never listed.

    `names` of the owners of what is stuck and of those who cleared it.
    """

    round_id: str
    channel: str
    day: date
    answers: int
    stuck: tuple[Concern, ...]
    cleared: tuple[Concern, ...] = ()
    names: dict[str, str] = field(default_factory=dict)
    late_minutes: int = 0
    kind: Literal["standup_digest"] = "standup_digest"


@dataclass(frozen=True, slots=True)
class StandupAnswers:
    """One person's answers, in the digest's thread. `late`: they came after it."""

    person_id: str
    questions: tuple[str, ...]
    texts: tuple[str, ...]
    person_name: str = ""
    late: bool = False
    kind: Literal["standup_answers"] = "standup_answers"


@dataclass(frozen=True, slots=True)
class SummaryDraft:
    """A summary for the asker's eyes. `state`: working, ready, posted, discarded, failed."""

    update_id: str
    state: str
    conversation: str
    permalink: str | None
    thread_author_id: str | None
    summary: Summary | None = None
    links: tuple[str, ...] = ()
    edited_text: str | None = None
    reason: str | None = None
    thread_author_name: str | None = None
    kind: Literal["summary_draft"] = "summary_draft"


@dataclass(frozen=True, slots=True)
class SummaryPost:
    """A summary that somebody (`posted_by`) reviewed and posted in its thread."""

    posted_by: str
    summary: Summary
    links: tuple[str, ...]
    edited_text: str | None = None
    posted_by_name: str | None = None
    kind: Literal["summary"] = "summary"


@dataclass(frozen=True, slots=True)
class MonthlyNote:
    """For a CTO, by DM: the month before. `before` is the month before that one, to compare it with.

    `charted`: a picture follows in its thread. `late_minutes` after the moment at which it was due.
    """

    person_id: str
    figures: Figures
    before: Figures
    waiting: tuple[WaitingProposal, ...] = ()
    offers: tuple[DeputyOffer, ...] = ()
    charted: bool = False
    late_minutes: int = 0
    kind: Literal["monthly"] = "monthly"


@dataclass(frozen=True, slots=True)
class FilePost:
    """A file, whose bytes are made from `source` when it is sent (see `usecases.outgoing.send_file`).

    `comment`, safe mrkdwn, stands above it, unless whoever makes it has more to say. `alt_text` describes a picture.
    """

    name: str
    title: str
    comment: str
    source: FileSource
    alt_text: str | None = None
    kind: Literal["file"] = "file"


Message = Annotated[
    DecisionCard
    | Note
    | CardElsewhere
    | ApprovalRequest
    | AskedFor
    | DecisionNotice
    | LogSuggestion
    | DraftShown
    | AgendaPost
    | AgendaItem
    | MeetingRecap
    | WaitingForYou
    | StandupPrompt
    | StandupDigest
    | StandupAnswers
    | SummaryDraft
    | SummaryPost
    | MonthlyNote
    | FilePost,
    Field(discriminator="kind"),
]
