"""Looking at agendas: what the coming ones hold, and which meetings an item may be put to."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.agendas import Agenda, Topic, TopicStatus, arrange
from bot.domain.cadences import Cadence, Meeting, Occurrence, first_held, meeting_on, next_meeting
from bot.domain.errors import NotFound
from bot.domain.hours import local_day
from bot.domain.schedules import ScheduleKind
from bot.domain.workspaces import Audience, Viewer, WorkspaceId
from bot.usecases.agendas.contents import gather
from bot.usecases.agendas.showing import names_of
from bot.usecases.ports import UnitOfWork
from bot.usecases.services import Services


@dataclass(frozen=True, slots=True)
class ComingAgenda:
    """The next agenda of a meeting: as it was posted (`occurrence`), or as it would be if it were posted now."""

    cadence: Cadence
    occurrence: Occurrence | None
    meeting: Meeting | None
    agenda: Agenda
    names: dict[str, str]

    @property
    def starts_at(self) -> datetime | None:
        if self.occurrence is not None:
            return self.occurrence.starts_at
        return self.meeting.starts_at if self.meeting is not None else None


@dataclass(frozen=True, slots=True)
class Choice:
    """A meeting that an item may be put to, with the items that it could bump."""

    cadence: Cadence
    items: tuple[Topic, ...]


def cadence_seen(uow: UnitOfWork, cadence_id: str, viewer: Viewer, *, lock: bool = False) -> Cadence:
    """Raises NotFound, the same for what does not exist and for what `viewer` may not know of.

    `lock`: whatever changes a meeting or its items holds the meeting, so that two of them never cross.
    """
    cadence = uow.cadences.get(cadence_id, lock=lock)
    if not cadence.is_seen_by(viewer):
        raise viewer.unseen(NotFound("I don't know that meeting any more."))
    return cadence


def topic_seen(uow: UnitOfWork, topic_id: str, viewer: Viewer) -> tuple[Topic, Cadence]:
    """An item with its meeting. Raises NotFound as `cadence_seen` does."""
    topic = uow.topics.get(topic_id, viewer)
    return topic, cadence_seen(uow, topic.cadence_id, viewer)


def coming(services: Services, viewer: Viewer, *, workspace: WorkspaceId, at: datetime) -> list[ComingAgenda]:
    """The next agenda of each meeting that `viewer` may see, soonest first."""
    with services.store.read(workspace) as uow:
        seen = [each for each in uow.cadences.all() if each.is_seen_by(viewer)]
        found = [_coming(uow, cadence, at) for cadence in seen]
    return sorted(found, key=lambda each: (each.starts_at is None, each.starts_at or at, each.cadence.name))


def choices(services: Services, viewer: Viewer, audience: Audience, *, workspace: WorkspaceId) -> list[Choice]:
    """The meetings that something seen by `audience` may be put to."""
    with services.store.read(workspace) as uow:
        return [
            Choice(cadence, tuple(_bumpable(uow, cadence)))
            for cadence in uow.cadences.all()
            if cadence.is_seen_by(viewer) and cadence.may_take(audience)
        ]


def item(services: Services, viewer: Viewer, topic_id: str, *, workspace: WorkspaceId) -> tuple[Topic, Cadence]:
    """Raises NotFound."""
    with services.store.read(workspace) as uow:
        return topic_seen(uow, topic_id, viewer)


def goes_to(services: Services, topic: Topic, cadence: Cadence) -> datetime | None:
    """When the meeting is that an item is on, or will be put to. None where none is planned."""
    with services.store.read(cadence.workspace_id) as uow:
        if topic.occurrence_id is not None:
            return uow.cadences.occurrence(topic.occurrence_id).starts_at
        planned = uow.schedules.find(ScheduleKind.AGENDA, cadence.id)
    meeting = first_held(cadence, meeting_on(cadence, planned.slot)) if planned is not None else None
    return meeting.starts_at if meeting is not None else None


def has_meetings(services: Services, viewer: Viewer, *, workspace: WorkspaceId) -> bool:
    with services.store.read(workspace) as uow:
        return any(each.is_seen_by(viewer) for each in uow.cadences.all())


def open_meeting(uow: UnitOfWork, cadence: Cadence) -> Occurrence | None:
    """The meeting whose agenda is out and that is not over; the latest, where there are two."""
    return next((each for each in uow.cadences.occurrences(cadence.id) if each.is_open), None)


def _coming(uow: UnitOfWork, cadence: Cadence, at: datetime) -> ComingAgenda:
    occurrence = open_meeting(uow, cadence)
    meeting = next_meeting(cadence, after=at)
    if occurrence is not None:
        topics = uow.topics.on_agenda(occurrence.id, cadence.readers)
        left = uow.topics.open_for(cadence.id, cadence.readers)
        agenda = Agenda(tuple(topics), tuple(left), cadence.minutes)
    else:
        day = meeting.day if meeting else local_day(cadence.rule.zone, at)
        contents = gather(uow, cadence, day, at=at)
        agenda = arrange(contents.topics, minutes=cadence.minutes, pressing=contents.pressing)
    names = names_of(uow, [cadence.chair_id, *(topic.added_by for topic in agenda.topics)])
    return ComingAgenda(cadence, occurrence, meeting, agenda, names)


def _bumpable(uow: UnitOfWork, cadence: Cadence) -> list[Topic]:
    occurrence = open_meeting(uow, cadence)
    on = uow.topics.on_agenda(occurrence.id, cadence.readers) if occurrence is not None else []
    waiting = uow.topics.open_for(cadence.id, cadence.readers)
    return [topic for topic in [*on, *waiting] if is_bumpable(topic)]


def is_bumpable(topic: Topic) -> bool:
    return not topic.urgent and topic.status in {TopicStatus.OPEN, TopicStatus.ON_AGENDA}
