"""What stands under *Add detail*, as it is read: the options with what speaks for and against each, then the rest."""

from bot.blocks.kit import SECTION_LIMIT, Json, context, escape, section
from bot.domain.decisions import Decision, Detail, Door
from bot.domain.options import Option, read_options

ABOVE = {
    "goal": "What we optimise for",
    "constraint": "Constraint",
    "smallest_test": "Smallest test",
}
BELOW = {
    "outcome_metric": "Outcome metric",
    "guardrail": "Guardrail metric",
    "controls": "What holds the risk down",
    "total_cost": "Total cost of ownership",
    "maintenance": "Maintenance",
    "integration": "Integration",
    "security": "Security",
}
DOORS = {Door.ONE_WAY: "One-way door: hard to undo", Door.TWO_WAY: "Two-way door: easy to undo"}
MOST_SECTIONS = 38  # beside the rest of a window, of the hundred blocks that it may have
CUT = "There is more: `/decisions export` has all of it."
SIGNS = {"+": "+", "-": "−", "~": "·"}
INDENT = "\u2003\u2003"  # wide spaces: a line's plain ones may be dropped


def detail_of(decision: Decision) -> list[Json]:
    detail = decision.detail
    facts = _facts(detail)
    blocks = [section(" · ".join(facts))] if facts else []
    for name, label in ABOVE.items():
        blocks += long_text(label, getattr(detail, name))
    blocks += _options(detail.options)
    for name, label in BELOW.items():
        blocks += long_text(label, getattr(detail, name))
    return blocks if len(blocks) <= MOST_SECTIONS else [*blocks[:MOST_SECTIONS], context(CUT)]


def long_text(label: str, text: str | None) -> list[Json]:
    """All of it, over as many sections as it takes: made safe, a text can be five times as long as it was typed."""
    return _sections(f"*{label}:* {escape(text)}") if text else []


def pieces(text: str, limit: int) -> list[str]:
    """`text` in pieces of at most `limit` characters, cut at spaces, never inside an escaped character."""
    found = []
    while len(text) > limit:
        cut = max(text.rfind(" ", limit // 2, limit), text.rfind("\n", limit // 2, limit))
        if cut < 0:
            amp = text.rfind("&", limit - 5, limit)
            cut = amp if amp >= 0 and ";" not in text[amp:limit] else limit
        found.append(text[:cut])
        text = text[cut:].lstrip(" \n")
    return [*found, text] if text else found


def _sections(text: str) -> list[Json]:
    return [section(piece) for piece in pieces(text, SECTION_LIMIT)]


def _facts(detail: Detail) -> list[str]:
    facts = [f"*Area:* {escape(detail.area)}"] if detail.area else []
    if detail.cost is not None:
        facts.append(f"*Cost:* {detail.cost:,.2f} {escape(detail.currency or '')}".replace(".00 ", " "))
    return [*facts, f"*{DOORS[detail.door]}*"] if detail.door else facts


def _options(text: str | None) -> list[Json]:
    """As a list where it is one; prose stays as it was typed."""
    found = read_options(text)
    if len(found) < 2 and not any(each.said for each in found):
        return long_text("Options", text)
    return _sections("\n".join(["*Options:*", *(line for each in found for line in _lines(each))]))


def _lines(option: Option) -> list[str]:
    name = f"• {escape(option.name)}"
    return [name, *(f"{INDENT}{SIGNS[sign]} {escape(text)}" for sign, text in option.said)]
