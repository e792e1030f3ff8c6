"""Setting up a channel's standup, changing it, stopping it, and how it stands."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.domain.errors import Conflict, InvalidInput
from bot.domain.hours import local_day
from bot.domain.ids import new_id
from bot.domain.recurrence import check_zone
from bot.domain.schedules import ScheduleKind
from bot.domain.standups import (
    DEFAULT_QUESTIONS,
    PromptStatus,
    Round,
    Standup,
    asked_at,
    checked_questions,
    closes_at,
    opening_rule,
    opens_at,
)
from bot.domain.workspaces import ConversationId, Person, UserId, Viewer
from bot.usecases.people import viewer_for
from bot.usecases.ports import UnitOfWork
from bot.usecases.schedules import plan as plan_schedule
from bot.usecases.services import Services
from bot.usecases.standups.prompts import renew
from bot.usecases.standups.team import (
    FirstAsk,
    check_channel,
    first_ask,
    may_change,
    may_take_part,
    require_change,
    require_part,
    team_of,
)

RECENT = 5  # rounds that can still be open


@dataclass(frozen=True, slots=True)
class StandupPlan:
    """What setting up asks: each person is asked at `at` in their own zone, the digest comes at `deadline` in `zone`.

    `days` are weekdays, Monday is 0. The last question asks what is stuck.
    """

    channel: ConversationId
    days: frozenset[int]
    at: time
    deadline: time
    zone: str
    questions: tuple[str, ...] = DEFAULT_QUESTIONS


@dataclass(frozen=True, slots=True)
class Standing:
    """How a channel's standup stands, for one person. `next_day` is the day of the round that opens next.

    `last` is the round that closed last.
    """

    standup: Standup
    next_day: date | None
    next_ask: datetime | None  # when this person is asked next, UTC
    may_change: bool
    can_answer: bool  # a round is open that they can answer now
    creator: str | None = None  # the name of whoever set it up
    last: Round | None = None


def plan(services: Services, person: Person, wanted: StandupPlan, *, key: str, at: datetime | None = None) -> Standup:
    """A standup for a channel that has none, or whose standup was stopped: then that one goes on.

    Raises InvalidInput naming the field, Conflict where the channel has one, NotAllowed, ExternalFailure.
    """
    checked = _checked(wanted)
    members = check_channel(services, person, wanted.channel)
    now = at or services.clock.now()
    with services.store.begin(person.workspace_id) as uow:
        require_part(uow, person)
        known = _of_channel(uow, wanted.channel)
        if not uow.inbox.take(key, at=now) and known is not None:
            return known
        if known is not None and known.active:
            raise Conflict("That channel has a standup already. Close this window and look at it there.")
        standup = Standup(
            person.workspace_id,
            known.id if known else new_id(now),
            checked.channel,
            person.id,
            checked.questions,
            checked.days,
            checked.at,
            checked.deadline,
            checked.zone,
            created_at=known.created_at if known else now,
        )
        if known is not None:
            uow.standups.save(standup)
        elif not uow.standups.add(standup):
            raise Conflict("Somebody else set up a standup there just now. Close this window and look at it.")
        _schedule(uow, standup, _zones(uow, person, members), at=now)
        uow.audit.add(by=person.id, action="standup.planned", at=now, subject=f"standup:{standup.id}")
        uow.commit()
    services.nudge()
    return standup


def edit(
    services: Services,
    person: Person,
    standup_id: str,
    wanted: StandupPlan,
    *,
    key: str,
    at: datetime | None = None,
    viewer: Viewer | None = None,
) -> Standup:
    """Other questions, days or times, from the next round on: one that is open stays as it was. The channel stays.

    Raises NotFound for whoever is not in its channel; NotAllowed for anybody but its creator, an admin and the CTO;
    InvalidInput naming the field.
    """
    viewer = viewer or viewer_for(services, person)
    checked = _checked(wanted)
    with services.store.read(person.workspace_id) as uow:
        known = uow.standups.get(standup_id)
        require_change(uow, person, known, viewer)
    members = check_channel(services, person, known.channel)
    now = at or services.clock.now()
    with services.store.begin(person.workspace_id) as uow:
        known = uow.standups.hold(standup_id)
        require_change(uow, person, known, viewer)
        if not uow.inbox.take(key, at=now):
            return known
        standup = replace(
            known,
            questions=checked.questions,
            days=checked.days,
            at=checked.at,
            deadline=checked.deadline,
            zone=checked.zone,
            active=True,
        )
        if standup == known:
            return known
        uow.standups.save(standup)
        _schedule(uow, standup, _zones(uow, person, members), at=now)
        uow.audit.add(by=person.id, action="standup.edited", at=now, subject=f"standup:{standup.id}")
        uow.commit()
    services.nudge()
    return standup


def stop(
    services: Services,
    person: Person,
    standup_id: str,
    *,
    key: str,
    at: datetime | None = None,
    viewer: Viewer | None = None,
) -> Standup:
    """Nobody is asked any more. A round that is open still gets its digest, so that no answer is lost.

    Planning the same channel again takes it up where it was. Raises NotFound, NotAllowed.
    """
    viewer = viewer or viewer_for(services, person)
    now = at or services.clock.now()
    with services.store.begin(person.workspace_id) as uow:
        standup = uow.standups.hold(standup_id)
        require_change(uow, person, standup, viewer)
        if not uow.inbox.take(key, at=now) or not standup.active:
            return standup
        stopped = replace(standup, active=False)
        uow.standups.save(stopped)
        uow.schedules.remove(ScheduleKind.STANDUP_ROUND, standup.id)
        for round_ in uow.standups.rounds(standup.id, limit=RECENT):
            if round_.is_open:
                _ask_nobody_else(uow, round_.id, at=now)
        uow.audit.add(by=person.id, action="standup.stopped", at=now, subject=f"standup:{standup.id}")
        uow.commit()
    services.nudge()
    return stopped


def find(services: Services, person: Person, channel: ConversationId) -> Standup | None:
    """The channel's standup, active or stopped. Raises NotAllowed for guests who see nothing."""
    with services.store.read(person.workspace_id) as uow:
        require_part(uow, person)
        return _of_channel(uow, channel)


def get(services: Services, person: Person, standup_id: str, *, viewer: Viewer | None = None) -> Standup:
    """For whoever may change it. Raises NotFound, NotAllowed."""
    viewer = viewer or viewer_for(services, person)
    with services.store.read(person.workspace_id) as uow:
        standup = uow.standups.get(standup_id)
        require_change(uow, person, standup, viewer)
        return standup


def standing(services: Services, person: Person, standup: Standup, *, at: datetime | None = None) -> Standing:
    now = at or services.clock.now()
    with services.store.read(person.workspace_id) as uow:
        planned = uow.schedules.find(ScheduleKind.STANDUP_ROUND, standup.id)
        creator = uow.people.find(standup.created_by)
        rounds = uow.standups.rounds(standup.id, limit=RECENT)
        open_rounds = [each for each in rounds if each.is_open]
        asks = [
            prompt.due_at
            for prompt in uow.standups.prompts_of(person.id, since=local_day(person.zone, now) - timedelta(days=1))
            if prompt.standup_id == standup.id and prompt.status is PromptStatus.WAITING and prompt.due_at > now
        ]
        next_day = None
        if planned is not None and planned.next_at is not None:
            next_day = date.fromisoformat(planned.slot)
            coming = first_ask(standup, person, next_day, begins=planned.next_at)
            asks += [coming.at] if coming.at is not None else []
        return Standing(
            standup,
            next_day,
            min(asks, default=None),
            may_change(uow, person, standup),
            bool(open_rounds) and may_take_part(uow, person),
            creator.name if creator else None,
            next((each for each in rounds if not each.is_open), None),
        )


def first_asks(services: Services, person: Person, standup_id: str, *, at: datetime | None = None) -> list[FirstAsk]:
    """When each member is asked next, soonest first, those who are never asked last. Asks Slack who they are."""
    now = at or services.clock.now()
    with services.store.read(person.workspace_id) as uow:
        standup = uow.standups.get(standup_id)
    team = team_of(services, person.workspace_id, standup.channel)
    with services.store.read(person.workspace_id) as uow:
        planned = uow.schedules.find(ScheduleKind.STANDUP_ROUND, standup.id)
        open_rounds = [each for each in uow.standups.rounds(standup.id, limit=RECENT) if each.is_open]
        begun = {each.person_id: each for round_ in open_rounds for each in uow.standups.prompts(round_.id)}
    if planned is None or planned.next_at is None:
        return []
    first = date.fromisoformat(planned.slot)
    found = []
    for each in team:
        prompt = begun.get(each.id)
        if prompt is not None and prompt.status is PromptStatus.WAITING and prompt.due_at > now:
            found.append(FirstAsk(each, prompt.due_at))
            continue
        coming = first_ask(standup, each, first, begins=planned.next_at)
        if prompt is not None and prompt.reason is not None:
            coming = replace(coming, reasons=((prompt.day, prompt.reason), *coming.reasons))
        found.append(coming)
    never = datetime.max.replace(tzinfo=now.tzinfo)
    return sorted(found, key=lambda each: (each.at or never, each.person.name))


def first_day(
    standup: Standup, zones: Iterable[str], *, after: datetime, is_taken: Callable[[date], bool] = lambda _: False
) -> date | None:
    """The day of the first round in which somebody in one of `zones` is asked later than `after`, before the digest.

    None where nobody ever is, because the digest comes before everybody's hour.
    """
    places = set(zones)
    start = local_day(standup.zone, after) - timedelta(days=1)
    for day in (start + timedelta(days=n) for n in range(16)):
        if day.weekday() not in standup.days or is_taken(day):
            continue
        if any(after < asked_at(standup, day, zone) < closes_at(standup, day) for zone in places):
            return day
    return None


def _checked(wanted: StandupPlan) -> StandupPlan:
    """Raises InvalidInput naming the field."""
    if not wanted.days:
        raise InvalidInput("Pick at least one day.", field="days")
    return replace(wanted, questions=checked_questions(wanted.questions), zone=check_zone(wanted.zone))


def _schedule(uow: UnitOfWork, standup: Standup, zones: Iterable[str], *, at: datetime) -> None:
    """Plan the first round to come: at once, where the day's round would have opened already."""

    def is_taken(day: date) -> bool:
        return uow.standups.round_for(standup.id, day.isoformat()) is not None

    first = first_day(standup, zones, after=at, is_taken=is_taken)
    if first is None:
        raise InvalidInput(
            f"Nobody would be asked before the digest at {standup.deadline:%H:%M} ({standup.zone}). Pick a later time.",
            field="deadline",
        )
    plan_schedule(
        uow,
        ScheduleKind.STANDUP_ROUND,
        standup.id,
        slot=first.isoformat(),
        next_at=max(opens_at(standup, first), at),
        at=at,
        rule=opening_rule(standup, first),
    )


def _zones(uow: UnitOfWork, person: Person, members: frozenset[UserId]) -> set[str]:
    """Where the members are, as far as they are known already."""
    return {each.zone for each in uow.people.get_many(members).values() if may_take_part(uow, each)} | {person.zone}


def _ask_nobody_else(uow: UnitOfWork, round_id: str, *, at: datetime) -> None:
    for prompt in uow.standups.prompts(round_id):
        if prompt.status is PromptStatus.WAITING:
            uow.standups.save_prompt(replace(prompt, status=PromptStatus.SKIPPED, reason="the standup was stopped"))
            uow.schedules.remove(ScheduleKind.STANDUP_PROMPT, prompt.id)
            renew(uow, prompt.id, at=at)


def _of_channel(uow: UnitOfWork, channel: ConversationId) -> Standup | None:
    return next(iter(uow.standups.all(channel=channel, active=False)), None)
