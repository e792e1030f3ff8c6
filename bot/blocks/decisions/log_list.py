"""The log of decisions as a window that pages, with a search and a filter; and as a message, where no window opens."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from bot.blocks.decisions import ids
from bot.blocks.decisions.card import NO_LONGER
from bot.blocks.kit import (
    Drawn,
    Json,
    actions,
    button,
    clip,
    context,
    day,
    divider,
    escape,
    field,
    modal,
    option,
    person,
    section,
    select,
    text_input,
    value_of,
)
from bot.domain.decisions import STANDING, Decision
from bot.usecases.decisions import Page, Which

EXAMPLE = 'post*, "event store", by:@Dana area:vendors since:2026-01'
QUOTE = '"'
QUERY, FILTERS = "query", "filters"  # block ids
TITLE_LENGTH = 150
UNDERSTOOD_LIMIT = 600
MOST_PAGES = 200  # that can be paged back to: what the window remembers must stay small
FILTER_WORDS = {
    Which.ALL: "All",
    Which.MINE: "Mine",
    Which.WAITING: "Waiting",
    Which.DUE: "Revisit due",
    Which.NOT_DOING: "Not doing",
}
NOTHING = {
    Which.MINE: "Nothing of yours yet: neither logged by you nor owned by you.",
    Which.WAITING: "Nothing waits to be decided.",
    Which.DUE: "Nothing is due. I'll bring a decision back when its day comes.",
    Which.NOT_DOING: "Nothing is ruled out yet. Say what you are not doing when you log a decision.",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the window shows: a search, a filter, and where its page and those before it begin (None: the newest)."""

    query: str = ""
    which: Which = Which.ALL
    trail: tuple[int, ...] = ()

    @property
    def before(self) -> int | None:
        return self.trail[-1] if self.trail else None

    def older(self, before: int) -> "Wanted":
        return Wanted(self.query, self.which, (*self.trail, before)[-MOST_PAGES:])

    def newer(self) -> "Wanted":
        return Wanted(self.query, self.which, self.trail[:-1])

    def from_start(self) -> "Wanted":
        return Wanted(self.query, self.which)


def build_log(page: Page, wanted: Wanted) -> Json:
    """At most ten rows a page."""
    search = text_input(ids.SEARCH, initial=page.query, placeholder=EXAMPLE, limit=300)
    choices = [option(words, which.value) for which, words in FILTER_WORDS.items()]
    blocks: list[Json] = [
        field("Search", search, QUERY, optional=True),
        actions(
            select(ids.FILTER, choices, initial=page.which.value),
            button("Export", ids.EXPORT, "export"),
            block_id=FILTERS,
        ),
        divider(),
        *_understood(page),
        *([row(each, page.names) for each in page.decisions] or _nothing(page)),
        *_steps(page, wanted),
    ]
    trail = {"p": list(wanted.trail)} if wanted.trail else None
    return modal("Decisions", blocks, callback_id=ids.LOG_LIST, submit="Search", close="Close", metadata=trail)


def read_wanted(state: Mapping[str, Any], found: Mapping[str, Any]) -> Wanted:
    """From the window's inputs and its metadata. What makes no sense is left out."""
    query = value_of(state, QUERY, ids.SEARCH)
    which = value_of(state, FILTERS, ids.FILTER)
    trail = found.get("p")
    return Wanted(
        query if isinstance(query, str) else "",
        Which(which) if which in set(Which) else Which.ALL,
        tuple(each for each in trail if isinstance(each, int)) if isinstance(trail, list) else (),
    )


def draw_log(page: Page) -> Drawn:
    """The first page as a message for its asker's eyes."""
    blocks = [row(each, page.names) for each in page.decisions] or _nothing(page)
    heading = f"Decisions: {understood(page)}" if page.query else "The latest decisions"
    lines = [f"{each.ref} {clip(escape(each.title), TITLE_LENGTH)}" for each in page.decisions]
    return Drawn("\n".join([heading, *lines]), [section(f"*{heading}*"), *blocks])


def row(decision: Decision, names: Mapping[str, str]) -> Json:
    """One line of the log, with the way into it."""
    title = clip(escape(decision.title), TITLE_LENGTH)
    name = f"~{title.replace('~', '∼')}~" if decision.status in NO_LONGER else title
    words = f"*{decision.ref}* {name}\n{' · '.join(_facts(decision, names))}"
    return section(words, accessory=button("Open", ids.OPEN, str(decision.number)), block_id=f"row-{decision.number}")


def _facts(decision: Decision, names: Mapping[str, str]) -> list[str]:
    owner = names.get(decision.owner_id)
    facts = [clip(escape(owner), 80) if owner else person(decision.owner_id)]
    if decision.status in STANDING and decision.decided_on:
        facts.append(f"decided {day(decision.decided_on)}")
    elif decision.superseded_by:
        facts.append(f"{decision.status.value} by D-{decision.superseded_by}")
    else:
        facts.append(decision.status.value)
    if decision.is_active and decision.revisit_on:
        facts.append(f"revisit {day(decision.revisit_on)}")
    return facts


def understood(page: Page) -> str:
    """What the search was taken to ask, in mrkdwn: by Dana · area vendors · since 1 Jan 2026 · “event store”."""
    filters = page.filters
    people = sorted(page.names.get(each, each) for each in filters.by)
    said = [
        "yours" if filters.mine else "",
        f"by {' or '.join(people)}" if people else "",
        f"area {' or '.join(filters.areas)}" if filters.areas else "",
        " or ".join(sorted(filters.statuses)),
        f"since {day(filters.since)}" if filters.since else "",
        f"until {day(filters.until)}" if filters.until else "",
        *_quoted(filters.words),
    ]
    return clip(escape(" · ".join(part for part in said if part)), UNDERSTOOD_LIMIT)


def _quoted(words: tuple[str, ...]) -> list[str]:
    """Phrases each by itself, and the words between them together."""
    runs = [list(run) for _, run in groupby(words, key=lambda word: word if word.startswith(QUOTE) else "")]
    return [f"“{' '.join(run).strip(QUOTE)}”" for run in runs]


def _understood(page: Page) -> list[Json]:
    said = understood(page)
    return [context(said)] if said else []


def _nothing(page: Page) -> list[Json]:
    if page.query:
        return [section("Nothing matches. Try fewer words or filters, or the beginning of a word: `post*`.")]
    if page.which is not Which.ALL:
        return [section(NOTHING[page.which])]
    return [
        section("Nothing here yet. On any message: ⋯ → *Log as decision*."),
        actions(button("Log one now", ids.NEW, style="primary")),
    ]


def _steps(page: Page, wanted: Wanted) -> list[Json]:
    steps = []
    if wanted.trail:
        steps.append(button("← Newer", ids.NEWER, "newer"))
    if page.older is not None:
        steps.append(button("Older →", ids.OLDER, str(page.older)))
    if not steps:
        return []
    return [actions(*steps), context(f"Page {len(wanted.trail) + 1}")]
