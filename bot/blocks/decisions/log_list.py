"""The log of decisions as a window that pages, with a search and a filter; and as a message, where no window opens."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from bot.blocks.decisions import ids
from bot.blocks.decisions.approvals import took_words
from bot.blocks.decisions.card import NO_LONGER
from bot.blocks.kit import (
    Drawn,
    Json,
    actions,
    button,
    clip,
    context,
    date_input,
    day,
    divider,
    escape,
    field,
    modal,
    option,
    people_select,
    person,
    plain,
    section,
    select,
    text_input,
    value_of,
)
from bot.domain.approvals import ApprovalStatus
from bot.domain.decisions import AREA_LIMIT, Decision, DecisionStatus, comes_back_on, is_about_risk
from bot.domain.filters import Filters
from bot.domain.messages import Word
from bot.domain.spoken import listed
from bot.domain.workspaces import UserId
from bot.usecases.decisions import Page, Which

EXAMPLE = 'post*, "event store", by:@Dana area:vendors since:2026-01'
QUOTE = '"'
QUERY, FILTERS, NARROW = "query", "filters", "narrow"  # block ids
ANY_AREA = "*"  # a menu cannot be emptied, so that one of its choices must be all of them
MOST_AREAS = 98  # beside that one, and the one that is picked
A_PERSON = re.compile(r"[UW][A-Z0-9]{1,20}", re.ASCII)
WORTH_SAYING = timedelta(days=1)  # how long a decision took
TITLE_LENGTH = 150
UNDERSTOOD_LIMIT, AWAITED_LIMIT = 600, 150
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
    Which.WAITING: "Nothing waits to be decided or approved.",
    Which.DUE: "Nothing is due. I'll bring a decision back when its day comes.",
    Which.NOT_DOING: "Nothing is ruled out yet. Say what you are not doing when you log a decision.",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the window shows: a search, filters, and where its page and those before it begin (None: the newest)."""

    query: str = ""
    which: Which = Which.ALL
    trail: tuple[int, ...] = ()
    by: UserId | None = None
    area: str | None = None
    since: date | None = None
    until: date | None = None
    round: int = 0  # how often it was cleared: Slack keeps what stands in a block for as long as it has the same id

    @property
    def before(self) -> int | None:
        return self.trail[-1] if self.trail else None

    @property
    def picked(self) -> Filters:
        return Filters(
            by=frozenset({self.by}) if self.by else frozenset(),
            areas=(self.area,) if self.area else (),
            since=self.since,
            until=self.until,
        )

    @property
    def narrow_block(self) -> str:
        return f"{NARROW}-{self.round}"

    def older(self, before: int) -> "Wanted":
        return replace(self, trail=(*self.trail, before)[-MOST_PAGES:])

    def newer(self) -> "Wanted":
        return replace(self, trail=self.trail[:-1])

    def from_start(self) -> "Wanted":
        return replace(self, trail=())

    def cleared(self) -> "Wanted":
        """Without what was picked; what was typed stays."""
        return Wanted(self.query, self.which, round=self.round + 1)


def build_log(page: Page, wanted: Wanted) -> Json:
    """At most ten rows a page."""
    search = text_input(ids.SEARCH, initial=page.query, placeholder=EXAMPLE, limit=300)
    blocks: list[Json] = [
        field("Search", search, QUERY, optional=True),
        _which_and_buttons(page),
        _narrowing(page, wanted),
        divider(),
        *_understood(page),
        *([row(each, page) for each in page.decisions] or _nothing(page)),
        *_steps(page, wanted),
    ]
    remembered = {"p": list(wanted.trail), "r": wanted.round}
    remembered = {name: value for name, value in remembered.items() if value}
    return modal("Decisions", blocks, callback_id=ids.LOG_LIST, submit="Search", close="Close", metadata=remembered)


def _which_and_buttons(page: Page) -> Json:
    choices = [option(words, which.value) for which, words in FILTER_WORDS.items()]
    return actions(
        select(ids.FILTER, choices, initial=page.which.value),
        button("Export", ids.EXPORT, "export"),
        block_id=FILTERS,
    )


def _narrowing(page: Page, wanted: Wanted) -> Json:
    """A person, an area and days, beside what is typed; and the way back from them."""
    named = [each for each in page.areas if _is_area(each) and each != wanted.area][:MOST_AREAS]
    named += [wanted.area] if wanted.area else []
    areas = [option("Any area", ANY_AREA), *(option(each, each) for each in named)]
    elements = [
        people_select(ids.BY, initial=wanted.by) | {"placeholder": plain("By anybody")},
        select(ids.AREA, areas, initial=wanted.area or ANY_AREA),
        date_input(ids.SINCE, initial=wanted.since) | {"placeholder": plain("Since")},
        date_input(ids.UNTIL, initial=wanted.until) | {"placeholder": plain("Until")},
    ]
    clear = [button("Clear filters", ids.CLEAR, "clear")] if wanted.picked != Filters() else []
    return actions(*elements, *clear, block_id=wanted.narrow_block)


def read_wanted(state: Mapping[str, Any], found: Mapping[str, Any]) -> Wanted:
    """From the window's inputs and its metadata. What makes no sense is left out."""
    query = value_of(state, QUERY, ids.SEARCH)
    which = value_of(state, FILTERS, ids.FILTER)
    trail, cleared = found.get("p"), found.get("r")
    wanted = Wanted(
        query if isinstance(query, str) else "",
        Which(which) if which in set(Which) else Which.ALL,
        tuple(each for each in trail if isinstance(each, int)) if isinstance(trail, list) else (),
        round=cleared if isinstance(cleared, int) else 0,
    )
    by, area, since, until = (
        value_of(state, wanted.narrow_block, each) for each in (ids.BY, ids.AREA, ids.SINCE, ids.UNTIL)
    )
    return replace(
        wanted,
        by=by if isinstance(by, str) and A_PERSON.fullmatch(by) else None,
        area=area if _is_area(area) else None,
        since=_day_of(since),
        until=_day_of(until),
    )


def _is_area(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= AREA_LIMIT and any(char.isalnum() for char in value)


def _day_of(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def draw_log(page: Page) -> Drawn:
    """The first page as a message for its asker's eyes."""
    blocks = [row(each, page) for each in page.decisions] or _nothing(page)
    heading = f"Decisions: {understood(page)}" if page.query else "The latest decisions"
    lines = [f"{each.ref} {clip(escape(each.title), TITLE_LENGTH)}" for each in page.decisions]
    return Drawn("\n".join([heading, *lines]), [section(f"*{heading}*"), *blocks])


def row(decision: Decision, page: Page) -> Json:
    """One line of the log, with the way into it."""
    title = clip(escape(decision.title), TITLE_LENGTH)
    name = f"~{title.replace('~', '∼')}~" if decision.status in NO_LONGER else title
    words = f"*{decision.ref}* {name}\n{' · '.join(_facts(decision, page))}"
    return section(words, accessory=button("Open", ids.OPEN, str(decision.number)), block_id=f"row-{decision.number}")


def _facts(decision: Decision, page: Page) -> list[str]:
    owner = page.names.get(decision.owner_id)
    facts = [clip(escape(owner), 80) if owner else person(decision.owner_id), *_standing(decision, page)]
    spent = page.took.get(decision.number)
    if spent is not None and spent >= WORTH_SAYING:
        facts.append(f"took {took_words(spent)}")
    due_on = comes_back_on(decision)
    if due_on is not None:
        is_running = is_about_risk(decision) and decision.status is not DecisionStatus.EXPIRED
        facts.append(f"{'risk accepted until' if is_running else 'revisit'} {day(due_on)}")
    return facts


def _standing(decision: Decision, page: Page) -> list[str]:
    """Decided 29 Oct 2026; or where else it stands, and for whom a proposal waits."""
    if decision.superseded_by:
        return [f"{decision.status.value} by D-{decision.superseded_by}"]
    decided = [f"decided {day(decision.decided_on)}"] if decision.decided_on else []
    match decision.status:
        case DecisionStatus.DECIDED:
            return decided or [decision.status.value]
        case DecisionStatus.HELD:
            return [*decided, "held"]
        case DecisionStatus.EXPIRED:
            ended = decision.detail.risk_until
            return [*decided, f"risk acceptance expired{f' {day(ended)}' if ended else ''}"]
        case DecisionStatus.PROPOSED:
            return [decision.status.value, *_awaited(page.words.get(decision.number, ()))]
    return [decision.status.value]


def _awaited(words: Sequence[Word]) -> list[str]:
    objecting = [each.name for each in words if each.status == ApprovalStatus.OBJECTED.value]
    silent = [each.name for each in words if each.status == ApprovalStatus.WAITING.value]
    objects = f"{listed(objecting)} {'objects' if len(objecting) == 1 else 'object'}"
    said = [objects if objecting else "", f"waiting for {listed(silent)}" if silent else ""]
    return [clip(each, AWAITED_LIMIT) for each in said if each]


def understood(page: Page) -> str:
    """What the search was taken to ask, in mrkdwn: by Dana · area vendors · since 1 Jan 2026 · “event store”."""
    filters = page.filters
    known = sorted(escape(page.names[each]) for each in filters.by if each in page.names)
    people = [*known, *(person(each) for each in sorted(filters.by - page.names.keys()))]
    said = [
        "yours" if filters.mine else "",
        f"by {' or '.join(people)}" if people else "",
        f"area {' or '.join(map(escape, filters.areas))}" if filters.areas else "",
        " or ".join(sorted(filters.statuses)),
        f"since {day(filters.since)}" if filters.since else "",
        f"until {day(filters.until)}" if filters.until else "",
        *map(escape, _quoted(filters.words)),
    ]
    return clip(" · ".join(part for part in said if part), UNDERSTOOD_LIMIT)


def _quoted(words: tuple[str, ...]) -> list[str]:
    """Phrases each by itself, and the words between them together."""
    runs = [list(run) for _, run in groupby(words, key=lambda word: word if word.startswith(QUOTE) else "")]
    return [f"“{' '.join(run).strip(QUOTE)}”" for run in runs]


def _understood(page: Page) -> list[Json]:
    said = understood(page)
    return [context(said)] if said else []


def _nothing(page: Page) -> list[Json]:
    if page.filters.areas and page.filters == Filters(areas=page.filters.areas) and page.which is Which.ALL:
        where = escape(" or ".join(page.filters.areas))
        return [section(f"Nothing about {where} yet. Pick the area behind *Add detail* when you log a decision.")]
    if page.query or page.filters != Filters():
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
