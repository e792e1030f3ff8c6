"""One item in the agenda's thread: what it is, the four questions, and its buttons."""

from bot.blocks.agendas import ids
from bot.blocks.agendas.post import times
from bot.blocks.decisions import ids as decision_ids
from bot.blocks.decisions.card import revisit_buttons
from bot.blocks.kit import Drawn, Json, actions, button, clip, confirm, context, escape, link, moment, section
from bot.blocks.waiting import reason_words
from bot.domain.agendas import QUESTIONS, Topic, TopicKind, TopicStatus
from bot.domain.decisions import Detail, comes_back_on
from bot.domain.messages import AgendaItem

WHY_LIMIT, MEASURE_LIMIT = 600, 400


def draw_agenda_item(message: AgendaItem) -> Drawn:
    topic = message.topic
    head = f"*{message.number} · {clip(escape(topic.title).replace('*', '∗'), 400)}*"
    facts = _facts(message)
    state = _state(message)
    blocks: list[Json] = [section(head)]
    spoken = [head, " · ".join(facts)]
    if state:
        blocks.append(section(state))
        spoken.append(state)
    else:
        body = _body(message)
        blocks.append(section(body))
        spoken.append(body)
    origin = link(topic.source.permalink, "From a message ↗")
    blocks.append(context(" · ".join(facts), *([origin] if origin else [])))
    buttons = _buttons(message)
    if buttons:
        blocks.append(actions(*buttons))
    return Drawn("\n".join(spoken), blocks)


def _facts(message: AgendaItem) -> list[str]:
    topic = message.topic
    facts = [clip(escape(message.name), 60)] if message.name else []
    facts.append(f"{topic.minutes} min")
    if topic.kind is TopicKind.PROPOSAL and message.decision is not None:
        facts.append(f"proposed {moment(message.decision.created_at, '{ago}')}")
    if topic.urgent:
        facts.append("urgent" + (f", bumps {clip(escape(topic.bumps), 200)}" if topic.bumps else ""))
    if topic.carried:
        facts.append(f"carried over {times(topic.carried)}")
    return facts


def _state(message: AgendaItem) -> str | None:
    """What became of it, where it needs no talk here any more."""
    topic = message.topic
    if topic.status is TopicStatus.DONE:
        return f"✓ *Done*{': ' + clip(escape(topic.outcome), 600) if topic.outcome else ''}"
    if topic.status is TopicStatus.DROPPED:
        return "✕ *Dropped*"
    if topic.status is TopicStatus.CARRIED or message.is_over:
        return "↪ *Carried over* to the next meeting"
    return None


def _body(message: AgendaItem) -> str:
    """The four questions; for a decision that comes back, what it was meant to do."""
    decision = message.decision
    if message.topic.kind is TopicKind.REVISIT and decision is not None:
        lines = [f"*Why it was decided:* {clip(escape(decision.why), WHY_LIMIT)}"]
        if decision.not_doing:
            lines.append(f"*Not doing:* {clip(escape(decision.not_doing), WHY_LIMIT)}")
        for label, text in _measures(decision.detail):
            lines.append(f"*{label}:* {clip(escape(text), MEASURE_LIMIT)}")
        due_on = comes_back_on(decision)
        return "\n".join([*lines, reason_words(decision, due_on) if due_on else "Did it work?"])
    return "\n".join(f"• {question}" for question in QUESTIONS)


def _measures(detail: Detail) -> list[tuple[str, str]]:
    """By what it can be told whether it worked."""
    said = {
        "Outcome metric": detail.outcome_metric,
        "Guardrail": detail.guardrail,
        "What holds the risk down": detail.controls,
    }
    return [(label, text) for label, text in said.items() if text]


def _buttons(message: AgendaItem) -> list[Json]:
    topic = message.topic
    if topic.status is TopicStatus.DONE or (message.is_over and topic.status is not TopicStatus.OPEN):
        return []
    if topic.status in {TopicStatus.CARRIED, TopicStatus.DROPPED}:
        return [button("Put it back", ids.PUT_BACK, topic.id)]
    if message.is_over:  # waits for the next meeting, and may be settled before
        return [button("Done", ids.FINISH, topic.id), _drop(topic)]
    return [
        *_deciding(message),
        button("Done", ids.FINISH, topic.id),
        button("Carry over", ids.CARRY, topic.id),
        _drop(topic),
    ]


def _deciding(message: AgendaItem) -> list[Json]:
    topic, decision = message.topic, message.decision
    if decision is None:
        return [button("Decide", ids.DECIDE, topic.id, style="primary")]
    if topic.kind is TopicKind.REVISIT:
        return revisit_buttons(decision)
    return [
        button("Mark as decided", decision_ids.ACCEPT, str(decision.number), style="primary"),
        button("Details", decision_ids.OPEN, str(decision.number)),
    ]


def _drop(topic: Topic) -> Json:
    sure = confirm("Drop this item?", "It won't come back at the next meeting.", "Drop it")
    return button("Drop", ids.DROP, topic.id, confirm=sure)
