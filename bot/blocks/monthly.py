"""The monthly note, as a minute's read; what it says of a month that is not over yet; and its buttons."""

from collections.abc import Sequence
from datetime import timedelta

from bot.blocks.kit import Drawn, Json, actions, button, clip, confirm, context, escape, header, overflow, section
from bot.domain import spoken
from bot.domain.messages import MonthlyNote
from bot.domain.monthly import DeputyOffer, OfferAnswer, WaitingProposal
from bot.domain.months import Figures, Mention

MORE, STOP, START = "monthly.more", "monthly.stop", "monthly.start"
DELEGATE, DECLINE = "monthly.delegate", "monthly.decline"
ROWS = 5  # of a list; the rest is a number
TITLE_LIMIT = 80
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATE_ENOUGH = 30  # minutes; less is nothing to speak of
HELP = (
    "`/backbeat monthly` shows the month so far, as you may see it. The CTO gets the whole month by DM on their first "
    "working day of the next one; the button there stops it, or turns it on again."
)


def draw_monthly(message: MonthlyNote) -> Drawn:
    """For one CTO, by DM."""
    first = message.figures.first
    menu = overflow(MORE, [("Stop the monthly note", STOP)])
    notes = [_late(message)] if message.late_minutes >= LATE_ENOUGH else []
    if _is_quiet(message):
        words = (
            f"*A quiet {first:%B}.* Nothing was decided, nothing was undone, and nothing waits. Enjoy it; I'll look "
            "again next month."
        )
        return Drawn(words, [section(words, accessory=menu), *[context(each) for each in notes]])
    title, lines, waiting = f"{first:%B %Y} in a minute", _lines(message), _waiting(message.waiting)
    blocks = [header(title), section(lines[0], accessory=menu)]
    if lines[1:]:
        blocks.append(section("\n".join(lines[1:])))
    if waiting:
        blocks.append(section(waiting))
    for position, offer in enumerate(message.offers):
        blocks += _offer(offer, f"{first:%Y-%m}:{position}")
    if message.charted:
        notes.append("A picture of the last six months is in the thread ↓")
    blocks += [context(each) for each in notes]
    offers = [_offer_words(each) for each in message.offers]
    return Drawn("\n".join(filter(None, [title, *lines, waiting, *offers, *notes])), blocks)


def draw_so_far(message: MonthlyNote, *, is_on: bool | None) -> Drawn:
    """The present month, for the asker's eyes. `is_on`: whether they get the note; None where they are no CTO."""
    first = message.figures.first
    title, lines = f"{first:%B} so far", _lines(message)
    if message.figures.is_empty:
        lines = [f"Nothing was decided yet in {first:%B}.{_compared(message.before)}"]
    waiting = _waiting(message.waiting)
    blocks = [header(title), section("\n".join(lines)), *([section(waiting)] if waiting else [])]
    blocks += _switch(is_on=is_on)
    return Drawn("\n".join(filter(None, [title, *lines, waiting])), blocks)


def draw_switched(*, is_on: bool) -> Drawn:
    """What pressing *Stop the monthly note* or *Send it to me* came to."""
    words = (
        "You'll get the monthly note by DM, on your first working day of each month."
        if is_on
        else "I won't send you the monthly note any more. `/backbeat monthly` turns it on again."
    )
    return Drawn(words, [section(words)])


# --- the figures ---------------------------------------------------------------------------------------------------


def _lines(message: MonthlyNote) -> list[str]:
    """One for each thing that there is something to say of; the first is what was decided."""
    figures, before = message.figures, message.before
    areas = ", ".join(f"{clip(escape(area or 'no area'), TITLE_LIMIT)} {count}" for area, count in figures.by_area)
    decided = f"*{_count(figures.decided, 'decision')}*{_compared(before)}"
    lines = [f"{decided}{f' · {areas}' if areas and figures.by_area != ((None, figures.decided),) else ''}"]
    lines += filter(None, [_speed(figures, before), _undone(figures), _second_looks(figures), _expired(figures)])
    return lines


def _compared(before: Figures) -> str:
    return f" ({before.decided} in {before.first:%B})"


def _speed(figures: Figures, before: Figures) -> str:
    """Only what was proposed first took any time."""
    longest = figures.longest
    if figures.median is None or longest is None or longest.took is None:
        return "*How fast:* all were decided on the spot." if figures.decided else ""
    compared = f" ({length(before.median)} in {before.first:%B})" if before.median is not None else ""
    at_once = figures.decided - figures.proposed_first
    rest = f" The other {at_once} {'was' if at_once == 1 else 'were'} decided on the spot." if at_once else ""
    if figures.proposed_first == 1:
        return f"*How fast:* one was proposed first, {_named(longest)}: {length(longest.took)}{compared}.{rest}"
    return (
        f"*How fast:* half of the {figures.proposed_first} proposals took {length(figures.median)} or less{compared}; "
        f"the longest, {_named(longest)}, {length(longest.took)}.{rest}"
    )


def _undone(figures: Figures) -> str:
    parts = []
    if figures.reversed:
        parts.append(f"{len(figures.reversed)} reversed ({_list(figures.reversed)})")
    if figures.replaced:
        parts.append(f"{len(figures.replaced)} amended or superseded ({_list(figures.replaced)})")
    return f"*Changed our mind:* {'; '.join(parts)}." if parts else ""


def _second_looks(figures: Figures) -> str:
    asked = figures.in_time + figures.late + figures.unanswered
    if not asked:
        return ""
    parts = [
        f"{count} {words}"
        for count, words in (
            (figures.in_time, "answered within a week"),
            (figures.late, "later"),
            (figures.unanswered, "not yet"),
        )
        if count
    ]
    if figures.in_time == asked:
        parts = ["answered within a week" if asked == 1 else "all answered within a week"]
    elif figures.unanswered == asked:
        parts = ["not answered yet" if asked == 1 else "none answered yet"]
    return f"*Did it work?* Asked of {_count(asked, 'decision')}: {', '.join(parts)}."


def _expired(figures: Figures) -> str:
    if not figures.expired:
        return ""
    verb = "acceptance ran out" if len(figures.expired) == 1 else "acceptances ran out"
    return f"*Risks:* {len(figures.expired)} {verb} unanswered ({_list(figures.expired)})."


def _waiting(waiting: Sequence[WaitingProposal]) -> str:
    if not waiting:
        return ""
    rows = [f"• {_named(each.decision)} · {_waits_for(each)}" for each in waiting[:ROWS]]
    more = len(waiting) - ROWS
    return "\n".join([f"*Waiting now ({len(waiting)})*", *rows, *([f"and {more} more"] if more > 0 else [])])


def _waits_for(each: WaitingProposal) -> str:
    on = f"waits for {clip(each.on, 200)}" if each.on else "waits to be decided"
    age = "since today" if each.days == 0 else f"for {_count(each.days, 'day')}"
    against = f", {clip(each.objected, 200)} objects" if each.objected else ""
    return f"{on if not (against and not each.on) else 'waits'} {age}{against}{', reminded' if each.reminded else ''}"


# --- what could be left to the deputy ------------------------------------------------------------------------------


def _offer(offer: DeputyOffer, value: str) -> list[Json]:
    words = section(_offer_words(offer))
    if offer.answer is not None or not offer.deputies:
        return [words]
    who = clip(_who(offer), 50)
    ask = confirm(
        f"Let {who} decide these?",
        f"{clip(offer.area, 75)}, below {_sum(offer)}: {who} then decides in your place. What waits for you already "
        "stays with you. /backbeat who-decides changes it back.",
        "Yes, let them",
        "Not yet",
    )
    return [
        words,
        actions(button(f"Let {who} decide these", DELEGATE, value, confirm=ask), button("Not now", DECLINE, value)),
    ]


def _offer_words(offer: DeputyOffer) -> str:
    area, ceiling = escape(offer.area), _sum(offer)
    match offer.answer:
        case OfferAnswer.DELEGATED:
            return f"✓ {escape(_who(offer))} decides *{area}* below {ceiling} from now on."
        case OfferAnswer.DECLINED:
            return f"*{area}* below {ceiling} stays with you. I won't bring it up again for three months."
    found = f"You approved {offer.count} decisions in *{area}* under {ceiling} in 90 days: all of them, never a no."
    if offer.deputies:
        return f"{found} Let {escape(_who(offer))} decide these?"
    return f"{found} A deputy could decide these; `/backbeat setup` names one."


def _who(offer: DeputyOffer) -> str:
    return spoken.listed(sorted(offer.deputies.values()))


def _sum(offer: DeputyOffer) -> str:
    return spoken.amount(offer.ceiling, offer.currency)


# --- words ---------------------------------------------------------------------------------------------------------


def length(value: timedelta) -> str:
    """40 minutes, 5 hours, 3 days."""
    if value < HOUR:
        return _count(max(1, int(value.total_seconds() // 60)), "minute")
    if value < DAY:
        return spoken.span(round(value.total_seconds() / 60))
    return _count(int(value / DAY + 0.5), "day")


def _switch(*, is_on: bool | None) -> list[Json]:
    if is_on is None:
        return [context("The CTO gets the whole month by DM, on their first working day of the next one.")]
    if is_on:
        return [
            context("You get the whole month by DM, on your first working day of the next one."),
            actions(button("Stop the monthly note", STOP, STOP)),
        ]
    return [context("The monthly note is off."), actions(button("Send it to me", START, START))]


def _late(message: MonthlyNote) -> str:
    return f"This comes {length(timedelta(minutes=message.late_minutes))} late. I'm sorry."


def _is_quiet(message: MonthlyNote) -> bool:
    return message.figures.is_empty and not message.waiting and not message.offers


def _list(mentions: Sequence[Mention]) -> str:
    named, more = [_named(each) for each in mentions[:ROWS]], len(mentions) - ROWS
    return ", ".join([*named, *([f"and {more} more"] if more > 0 else [])])


def _named(mention: Mention) -> str:
    return f"{mention.ref} {clip(escape(mention.title), TITLE_LIMIT)}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
