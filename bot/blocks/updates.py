"""Summaries: the draft that its asker sees, the window to edit it in, and the post in the thread."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.blocks.kit import (
    MARK,
    Drawn,
    Json,
    actions,
    button,
    clip,
    context,
    escape,
    field,
    link,
    modal,
    mrkdwn,
    section,
    text_input,
    value_of,
)
from bot.domain.messages import SummaryDraft, SummaryPost
from bot.domain.updates import EDIT_LIMIT, Point, Summary, Update, as_text, cites_in

# Buttons carry an update's id.
SUMMARISE = "updates.summarise"  # the message shortcut
POST = "updates.post"
EDIT = "updates.edit"
LOG = "updates.log"
DISCARD = "updates.discard"
TRY_AGAIN = "updates.try_again"
EDITING = "updates.editing"  # the window

PACKED = 2900  # characters of one section, below Slack's 3000
PIECE = 550  # characters of an edited line: escaped, five times as many
ALL_TEXT = 11_000  # of all sections: Slack refuses blocks beyond about 13,200 together
NAME_LIMIT = 80
LINK_LIMIT = 300  # there are many in one message
# Citations of a point and characters of it, from what is wanted down to what fits in any case.
_WIDTHS = ((4, 1500), (4, 400), (2, 240), (1, 160))
_RULE = "Key messages (picked by rule, not a summary)"


def draw_summary_draft(message: SummaryDraft) -> Drawn:
    """The one DM of a summary, through all its states. Nobody but the asker sees it."""
    title = f"📝 *Summary of {_thread(message)}* · only you see this"
    spoken = f"Summary of {_whose(message)}; only you see this."
    match message.state:
        case "working":
            return _brief(title, spoken, "Reading the thread…")
        case "discarded":
            return _brief(title, spoken, "Discarded. Nothing was posted, and I kept no copy.")
        case "failed":
            again = actions(
                button("Try again", TRY_AGAIN, message.update_id, style="primary"),
                button("Discard", DISCARD, message.update_id),
            )
            return _brief(title, spoken, message.reason or "That didn't work. Please try again.", again)
    if message.summary is None:
        return _brief(title, spoken, "I have nothing to show here.")
    lines = _lines(message.summary, message.links, message.edited_text)
    blocks = [section(title), *lines.blocks, *_notes(message.summary)]
    if message.state == "posted":
        return Drawn(f"{spoken} Posted in the thread.\n{lines.text}", [*blocks, context("✅ Posted in the thread.")])
    return Drawn(f"{spoken}\n{lines.text}\n{_facts(message.summary)}", [*blocks, _buttons(message.update_id)])


def draw_summary(message: SummaryPost) -> Drawn:
    """In its thread, once somebody has reviewed it."""
    lines = _lines(message.summary, message.links, message.edited_text)
    what = "Summary of this thread" if message.summary.is_by_model else "Key messages of this thread"
    how = "edited" if message.edited_text is not None else "reviewed"
    who = clip(escape(message.posted_by_name or "somebody here"), NAME_LIMIT)
    facts = _facts(message.summary)
    return Drawn(
        f"{what}, {how} by {who}.\n{lines.text}\n{facts}",
        [section(f"📝 *{what}* · {how} by {who}"), *lines.blocks, context(facts)],
    )


def build_edit(update: Update) -> Json:
    """The window with the summary's text. Its citations stay links as far as their marks stay."""
    text = update.edited_text or (as_text(update.summary) if update.summary else "")
    return modal(
        "Edit the summary",
        [
            field(
                "Summary",
                text_input("text", initial=text, multiline=True, limit=EDIT_LIMIT, focus=True),
                "text",
                hint="[1] becomes a link to message 1. Nothing is posted until you press Post in thread.",
            )
        ],
        callback_id=EDITING,
        submit="Save",
        metadata={"u": update.id},
    )


def read_edit(view: Mapping[str, Any]) -> str:
    text = value_of((view.get("state") or {}).get("values") or {}, "text", "text")
    return text if isinstance(text, str) else ""


# --- the text ------------------------------------------------------------------------------------------------------


def _lines(summary: Summary, links: Sequence[str], edited: str | None) -> Drawn:
    """The summary as sections, with each citation a link, and in plain words. Always within Slack's limits."""
    if edited is not None:
        lines = [_linked(escape(line), links, read=summary.read) for line in _pieces(_tame(edited))]
        return Drawn(escape(edited), _packed(lines))
    drawn: list[str] = []
    for most, width in _WIDTHS:
        drawn = list(_headed(summary, links, most=most, width=width))
        if sum(map(len, drawn)) <= ALL_TEXT:
            break
    return Drawn(escape(as_text(summary)) or _nothing(summary), _packed(drawn or [_nothing(summary)]))


def _headed(summary: Summary, links: Sequence[str], *, most: int, width: int) -> Iterator[str]:
    for heading, points in summary.headings:
        yield f"*{heading or _RULE}*"
        for point in points:
            yield f"• {_point(point, links, most=most, width=width)}"


def _nothing(summary: Summary) -> str:
    return "I found nothing decided, open or to do in it." if summary.is_by_model else "There is nothing in it to show."


def _point(point: Point, links: Sequence[str], *, most: int, width: int) -> str:
    cites = "".join(_cite(number, links) for number in point.cites[:most])
    return f"{clip(escape(_tame(point.text)), width)} {cites}".rstrip()


def _cite(number: int, links: Sequence[str]) -> str:
    url = links[number - 1] if 1 <= number <= len(links) else None
    return link(url, f"[{number}]", longest=LINK_LIMIT) or f"[{number}]"


def _linked(line: str, links: Sequence[str], *, read: int) -> str:
    """An edited line (escaped already) with those of its marks that name a cited message made links."""
    parts, end = [], 0
    for found in cites_in(line, read=read):
        parts += [line[end : found.start()], _cite(int(found[1]), links)]
        end = found.end()
    return "".join([*parts, line[end:]])


def _packed(lines: Sequence[str]) -> list[Json]:
    """Whole lines in as few sections as hold them. Nothing in them is made a link or a mention but what we wrote."""
    texts, room = [""], ALL_TEXT
    for line in lines:
        fitting = line if len(line) <= PACKED else clip(_without_links(line), PACKED)
        if len(fitting) > room:
            texts.append(MARK)
            break
        room -= len(fitting) + 1
        if len(texts[-1]) + len(fitting) < PACKED:
            texts[-1] += f"\n{fitting}"
        else:
            texts.append(fitting)
    shown = [text.strip("\n") for text in texts if text.strip()]
    return [{"type": "section", "text": mrkdwn(text) | {"verbatim": True}} for text in shown]


def _pieces(text: str) -> Iterator[str]:
    """Its lines, each short enough for one section however much of it must be escaped."""
    for line in text.splitlines():
        yield from (line[start : start + PIECE] for start in range(0, max(len(line), 1), PIECE))


def _without_links(line: str) -> str:
    """Links must not be cut through: where a line is too long for them, their marks stay."""
    parts = line.split("<")
    return parts[0] + "".join(part.partition("|")[2].replace(">", "", 1) for part in parts[1:])


def _tame(text: str) -> str:
    """Without the one mark that would swallow the lines after it."""
    return text.replace("```", "'''")


# --- around it -----------------------------------------------------------------------------------------------------


def _brief(title: str, spoken: str, words: str, *more: Json) -> Drawn:
    return Drawn(f"{spoken} {words}", [section(title), section(words), *more])


def _thread(message: SummaryDraft) -> str:
    return link(message.permalink, f"{_whose(message)} ↗", longest=LINK_LIMIT) or _whose(message)


def _whose(message: SummaryDraft) -> str:
    name = clip(escape(message.thread_author_name or ""), NAME_LIMIT)
    return f"{name}'s thread" if name else "a thread"


def _notes(summary: Summary) -> list[Json]:
    facts = [context(_facts(summary))]
    if summary.note:
        return [context(f"⚠️ No summary this time. {summary.note}"), *facts]
    return facts


def _facts(summary: Summary) -> str:
    """How far it can be relied on: what was read and what was not, what was hidden, and where it went."""
    facts = [f"Read {summary.read} of {_count(summary.total, 'message')}"]
    if summary.files_not_read:
        facts.append(f"Not read: {_count(summary.files_not_read, 'file')}")
    if summary.shortened:
        facts.append(f"Read in part: {_count(summary.shortened, 'long message')}")
    if summary.dropped:
        facts.append(f"Left out: {_count(summary.dropped, 'point')} that no message bears out")
    if summary.masked:
        facts.append(f"{_count(summary.masked, 'secret')} masked")
    if summary.sent_to:
        facts.append(f"Sent to: {escape(summary.sent_to)}")
    return ". ".join(facts)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _buttons(update_id: str) -> Json:
    return actions(
        button("Post in thread", POST, update_id, style="primary"),
        button("Edit", EDIT, update_id),
        button("Log decision", LOG, update_id),
        button("Discard", DISCARD, update_id),
    )
