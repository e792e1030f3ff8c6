"""The draft of a decision that a model made of a thread, for whoever asked for it: each field with its messages."""

from collections.abc import Iterator, Sequence

from bot.blocks.decisions import ids
from bot.blocks.kit import Drawn, Json, actions, button, clip, context, escape, link, section
from bot.domain.drafts import SEVERAL, Drafted, DraftedField, DraftStatus
from bot.domain.messages import DraftShown

LABELS = {
    "title": "Decision",
    "why": "Why",
    "not_doing": "Not doing",
    "goal": "Outcome",
    "constraint": "Constraint",
    "smallest_test": "Smallest test",
    "options": "Options",
}
PACKED = 2900  # characters of one section, below Slack's 3000
LINK_LIMIT = 300
TITLE = "*Draft of a decision* · only you see this"
NOTHING = "I found no decision and no proposal in that thread."


def draw_draft(message: DraftShown) -> Drawn:
    """The one DM of a draft, through all its states."""
    drafted, number = message.drafted, message.draft_id
    match message.state:
        case DraftStatus.ASKED:
            return _brief("Reading the thread…")
        case DraftStatus.DISCARDED:
            return _brief("Discarded. Nothing was logged, and I kept no copy.")
        case DraftStatus.READY if drafted is not None and drafted.fields:
            buttons = actions(
                button("Review and log", ids.REVIEW_DRAFT, number, style="primary"),
                button("Discard", ids.DISCARD_DRAFT, number),
            )
            lines = list(_lines(drafted))
            spoken = "\n".join(f"{LABELS[each.name]}: {clip(escape(each.text), 300)}" for each in drafted.fields)
            facts = _facts(drafted)
            return Drawn(f"Draft of a decision.\n{spoken}\n{facts}", [section(TITLE), *lines, context(facts), buttons])
    words = NOTHING if message.state == DraftStatus.READY else f"There is no draft. {message.reason or ''}".strip()
    again = [] if message.state == DraftStatus.READY else [button("Try again", ids.TRY_DRAFT, number, style="primary")]
    own = button("Log it from the message", ids.REVIEW_DRAFT, number)
    sent = [context(f"Sent to: {escape(message.sent_to)}")] if message.sent_to else []
    return _brief(words, *sent, actions(*again, own, button("Discard", ids.DISCARD_DRAFT, number)))


def _brief(words: str, *more: Json) -> Drawn:
    return Drawn(f"Draft of a decision. {words}", [section(TITLE), section(clip(words, PACKED)), *more])


def _lines(drafted: Drafted) -> Iterator[Json]:
    for name, label in LABELS.items():
        mine = [each for each in drafted.fields if each.name == name]
        if not mine:
            continue
        texts = [_cited(each, drafted.links) for each in mine]
        several = name in SEVERAL and len(texts) > 1
        body = "\n".join(f"• {text}" for text in texts) if several else texts[0]
        yield section(f"*{label}:*{chr(10) if several else ' '}{body}") | {"block_id": f"draft_{name}"}


def _cited(each: DraftedField, links: Sequence[str]) -> str:
    cites = "".join(_cite(number, links) for number in each.cites)
    return f"{clip(escape(each.text), 400)} {cites}".rstrip()


def _cite(number: int, links: Sequence[str]) -> str:
    url = links[number - 1] if 1 <= number <= len(links) else None
    return link(url, f"[{number}]", longest=LINK_LIMIT) or f"[{number}]"


def _facts(drafted: Drafted) -> str:
    """How far it can be relied on: what was read and what was not, what was hidden, and where it went."""
    facts = [f"Read {drafted.read} of {_count(drafted.total, 'message')}"]
    if drafted.files_not_read:
        facts.append(f"Not read: {_count(drafted.files_not_read, 'file')}")
    if drafted.shortened:
        facts.append(f"Read in part: {_count(drafted.shortened, 'long message')}")
    if drafted.dropped:
        facts.append(f"Left out: {_count(drafted.dropped, 'point')} that no message bears out")
    if drafted.masked:
        facts.append(f"{_count(drafted.masked, 'secret')} masked")
    facts.append(f"Sent to: {escape(drafted.sent_to)}")
    return ". ".join(facts)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
