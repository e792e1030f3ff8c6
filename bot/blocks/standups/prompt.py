"""What one person sees: the DM that asks them, in each of its states, and the window in which they answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.blocks.help import named
from bot.blocks.kit import (
    Drawn,
    Json,
    actions,
    button,
    clip,
    context,
    escape,
    field,
    modal,
    moment,
    overflow,
    section,
    text_input,
    value_of,
)
from bot.blocks.standups import ids
from bot.domain import spoken
from bot.domain.messages import StandupPrompt
from bot.domain.standups import ANSWER_LIMIT, Concern
from bot.usecases.standups import Sheet

PLAN_LIMIT = 600
SHOWN_STUCK = 3
BLOCKS_BUDGET = 9000  # characters of answers in one message: Slack refuses blocks near 13,200 in all
TEXT_LIMIT = 38_000


def draw_standup_prompt(message: StandupPrompt) -> Drawn:
    """asked, later, answered, declined, closed: the same message, brought up to date."""
    match message.state:
        case "answered":
            return _answered(message)
        case "declined":
            return _short(message, "Skipped. I won't ask again for this one.", "Answer after all")
        case "later" if message.again_at is not None:
            return _short(message, f"I'll ask you again: {moment(message.again_at)}.", "Answer now")
        case "closed":
            return _closed(message)
        case _:
            return _asked(message)


def build_sheet(sheet: Sheet, *, has_message: bool = True) -> Json:
    """One input for each question, filled with what was written already.

    `has_message`: it was opened from the DM that asked, which shows what becomes of it.
    """
    blocks = [context(_sheet_note(sheet))]
    if sheet.last_plan:
        blocks.append(context(f"Last time you planned: {clip(escape(sheet.last_plan), PLAN_LIMIT)}"))
    if sheet.stuck:
        names = " · ".join(clip(escape(each.text), 150) for each in sheet.stuck[:SHOWN_STUCK])
        blocks.append(context(f"Not cleared yet: {names}"))
    for number, question in enumerate(sheet.questions):
        written = sheet.texts[number] if number < len(sheet.texts) else ""
        blocks.append(
            field(
                question,
                text_input(
                    "text", initial=written, multiline=True, limit=ANSWER_LIMIT, focus=number == 0 and not written
                ),
                f"answer_{number}",
                optional=True,
            )
        )
    return modal(
        "Standup",
        blocks,
        callback_id=ids.ANSWERS,
        submit="Save" if any(sheet.texts) else "Answer",
        metadata={"p": sheet.prompt_id, "n": len(sheet.questions), "m": int(has_message)},
    )


def parse_sheet(state: Mapping[str, Any], count: int) -> list[str]:
    """What was written to each of the `count` questions."""
    return [str(value_of(state, f"answer_{number}", "text") or "") for number in range(count)]


def build_thanks(commands: Mapping[str, str]) -> Json:
    """For somebody who was not asked by a DM that could show it."""
    words = "Thanks, that is saved for the digest. To change it, type `/standup` in the channel and press *Answer now*."
    return modal("Standup", [section(named(words, commands))], callback_id=ids.PLANNED, close="Done")


def answer_lines(questions: Sequence[str], texts: Sequence[str], *, limit: int) -> list[str]:
    """Each question that was answered with its answer, within `limit` characters in all."""
    answered = [(question, text) for question, text in zip(questions, texts, strict=False) if text.strip()]
    each = max(200, limit // max(1, len(answered)) - 250)
    return [f"*{clip(escape(question), 240)}*\n{clip(escape(text), each)}" for question, text in answered]


def in_words(questions: Sequence[str], texts: Sequence[str]) -> str:
    """The same in full, for those who hear it."""
    pairs = zip(questions, texts, strict=False)
    return "\n".join(f"{escape(question)} {escape(text)}" for question, text in pairs if text.strip())


def stuck_row(concern: Concern, words: str) -> Json:
    """One thing that is stuck, with the button that ends it."""
    return section(words, accessory=button("Cleared", ids.CLEAR, concern.id))


def ask_again_row(prompt_id: str, label: str) -> Json:
    return actions(button(label, ids.ANSWER, prompt_id))


def _asked(message: StandupPrompt) -> Drawn:
    name = f"{clip(escape(message.person_name), 80)}, your" if message.person_name else "Your"
    late = f" This comes {spoken.span(message.late_minutes)} late, sorry." if message.late_minutes else ""
    head = f"{name} standup for <#{message.channel}>. Open until {moment(message.closes_at)}.{late}"
    questions = [f"{number} {escape(each)}" for number, each in enumerate(message.questions, start=1)]
    blocks = [section(head), section("\n".join(questions))]
    if message.last_plan:
        blocks.append(context(f"Last time you planned: {clip(escape(message.last_plan), PLAN_LIMIT)}"))
    blocks += [
        *(stuck_row(each, f"Still stuck? {clip(escape(each.text), 300)}") for each in message.stuck[:SHOWN_STUCK]),
        actions(
            button("Answer", ids.ANSWER, message.prompt_id, style="primary"),
            button("Skip this one", ids.SKIP, message.prompt_id),
            overflow(
                ids.MORE,
                [
                    ("Later today", f"{ids.More.LATER}:{message.prompt_id}"),
                    ("I'm away", f"{ids.More.AWAY}:{message.prompt_id}"),
                ],
            ),
        ),
        context("Or reply in this thread."),
    ]
    return Drawn(clip("\n".join([head, *questions]), TEXT_LIMIT), blocks)


def _answered(message: StandupPrompt) -> Drawn:
    when = f", {spoken.weekday(message.day)}" if message.day else ""
    head = f"Thanks. For the standup of <#{message.channel}>{when}:"
    lines = answer_lines(message.questions, message.answers, limit=BLOCKS_BUDGET)
    blocks = [section(head), *(section(line) for line in lines), ask_again_row(message.prompt_id, "Edit")]
    return Drawn(clip(f"{head}\n{in_words(message.questions, message.answers)}", TEXT_LIMIT), blocks)


def _short(message: StandupPrompt, words: str, label: str) -> Drawn:
    head = f"Standup for <#{message.channel}>. {words}"
    return Drawn(head, [section(head), ask_again_row(message.prompt_id, label)])


def _closed(message: StandupPrompt) -> Drawn:
    head = f"The standup for <#{message.channel}> has closed."
    if message.late_until is None:
        return Drawn(head, [section(head)])
    text = f"{head} Late answers go into the digest's thread until {moment(message.late_until)}."
    return Drawn(text, [section(text), ask_again_row(message.prompt_id, "Answer late")])


def _sheet_note(sheet: Sheet) -> str:
    if sheet.is_late:
        return f"For <#{sheet.channel}>. The digest is out: this goes into its thread."
    return f"For <#{sheet.channel}>. The digest is posted {moment(sheet.closes_at)}; you can edit this until then."
