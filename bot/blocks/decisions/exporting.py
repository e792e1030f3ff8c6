"""The window that asks in which form the log should come, and what is said when it is on its way."""

from collections.abc import Mapping
from typing import Any

from bot.blocks.decisions import ids
from bot.blocks.kit import Json, field, modal, option, section, text_input, value_of
from bot.domain.errors import InvalidInput
from bot.domain.files import LogForm
from bot.usecases.decisions import Which
from bot.usecases.interchange import Wish

FORM, ONLY = "form", "only"
FORM_WORDS = {
    LogForm.MADR: ("Markdown files", "One for each decision (MADR 4) and an index, in a zip"),
    LogForm.CSV: ("A table", "CSV, for Excel, Numbers or Google Sheets"),
    LogForm.JSON: ("JSON", "Everything, for programs and for import"),
}
WHICH_WORDS = {
    Which.MINE: "those that you wrote or own",
    Which.WAITING: "those that wait to be decided",
    Which.DUE: "those that are due to be looked at again",
    Which.NOT_DOING: "those that rule something out",
}
EXAMPLE = "area:vendors since:2026-01"
ON_ITS_WAY = "The file comes as a message from me in a moment. In it are the decisions that you may see."


def build_exporting(query: str = "", which: Which = Which.ALL) -> Json:
    """`query` and `which`: what of the log the window before showed."""
    options = [option(words, form.value, more) for form, (words, more) in FORM_WORDS.items()]
    element: Json = {"type": "radio_buttons", "action_id": FORM, "options": options, "initial_option": options[0]}
    only = text_input(ONLY, initial=query, placeholder=EXAMPLE, limit=300)
    what = f"Of the log: {WHICH_WORDS[which]}. " if which in WHICH_WORDS else ""
    blocks = [
        section(f"{what}I send it to you alone, with the decisions that you may see."),
        field("As", element, FORM),
        field("Only", only, ONLY, optional=True, hint="Words and filters, as in the search. Empty: all of it."),
    ]
    return modal("Export decisions", blocks, callback_id=ids.EXPORTING, submit="Export", metadata={"w": which.value})


def read_exporting(state: Mapping[str, Any], found: Mapping[str, Any]) -> Wish:
    """Raises InvalidInput naming the input."""
    form, query, which = value_of(state, FORM, FORM), value_of(state, ONLY, ONLY), found.get("w")
    if form not in set(LogForm):
        raise InvalidInput("Pick one of them.", field=FORM)
    return Wish(LogForm(form), query if isinstance(query, str) else "", _which(which))


def build_on_its_way() -> Json:
    return modal("Export decisions", [section(ON_ITS_WAY)], callback_id="decisions.exported", close="Close")


def _which(value: object) -> Which:
    return Which(value) if isinstance(value, str) and value in set(Which) else Which.ALL
