"""What Backbeat answers to somebody who writes to it in a DM. It does not read along: short words lead on."""

import re
from collections.abc import Mapping, Sequence

from bot.blocks.help import named
from bot.blocks.kit import clip, day, escape
from bot.domain.decisions import STANDING, Decision

ROWS = 5
TITLE_LIMIT, TEXT_LIMIT, QUERY_LIMIT = 200, 900, 80
GREETINGS = frozenset({"help", "hi", "hello", "hey", "?", "what can you do"})
POLITE = frozenset({"thanks", "thank you", "thx", "ok", "okay", "great", "cool", ":+1:", ":thumbsup:", ":pray:"})
_SEARCH = re.compile(r"/?(?:decisions?|find|search(?: for)?)(?:\s+(?P<query>.+))?", re.IGNORECASE | re.DOTALL)
_REF = re.compile(r"(?:d\s?-?\s?|#)(?P<number>\d{1,9})", re.IGNORECASE)
NEXT = """I don't read along here, so nothing came of that. What helps:
• To log a decision: `/decide Use Postgres because we run it already`, in any channel or here
• To find one, write to me `decisions postgres` or `D-14`
• To know who decides, ask me `who decides about vendors?`
• `help` has the rest"""


def plain_words(text: str) -> str:
    return " ".join(text.strip().rstrip("!.").split()).lower()


def asks_for_help(text: str) -> bool:
    return plain_words(text) in GREETINGS


def is_polite(text: str) -> bool:
    """Nothing is asked, so nothing is answered."""
    return plain_words(text) in POLITE


def asked_number(text: str) -> int | None:
    """The 14 of "D-14"."""
    found = _REF.fullmatch(text.strip())
    return int(found["number"]) if found else None


def asked_query(text: str) -> str | None:
    """The words of "decisions postgres", empty for the latest; None where no decisions are asked for."""
    found = _SEARCH.fullmatch(text.strip())
    return (found["query"] or "").strip() if found else None


def what_next(commands: Mapping[str, str]) -> str:
    return named(NEXT, commands)


def found_words(decisions: Sequence[Decision], query: str, commands: Mapping[str, str]) -> str:
    """A few lines, newest first; `decisions` may be one more than is shown."""
    if not decisions:
        for_what = f" for “{clip(escape(query), QUERY_LIMIT)}”" if query else " yet"
        return f"I found nothing{for_what} that you can see."
    lines = [_line(each) for each in decisions[:ROWS]]
    if len(decisions) > ROWS:
        lines.append(named("`/decisions` has more.", commands))
    return "\n".join(lines)


def one_in_words(decision: Decision) -> str:
    """All of it that matters, in one message."""
    lines = [_line(decision), f"*Why:* {clip(escape(decision.why), TEXT_LIMIT)}"]
    if decision.not_doing:
        lines.append(f"*Not doing:* {clip(escape(decision.not_doing), TEXT_LIMIT)}")
    return "\n".join(lines)


def _line(decision: Decision) -> str:
    facts = [f"*{decision.ref}* · {clip(escape(decision.title).replace('*', '∗'), TITLE_LIMIT)}"]
    if decision.status in STANDING and decision.decided_on:
        facts.append(f"decided {day(decision.decided_on)}")
    else:
        facts.append(decision.status.value)
    if decision.is_active and decision.revisit_on:
        facts.append(f"revisit {day(decision.revisit_on)}")
    return " · ".join(facts)
