"""Agenda items: added, put on an agenda that is out already, finished, carried over, dropped, put back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import agendas as rules
from bot.domain.agendas import MOST_TOPICS, NewTopic, Topic, TopicStatus
from bot.domain.cadences import Cadence, Occurrence, OccurrenceStatus
from bot.domain.decisions import Source
from bot.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.domain.ids import new_id
from bot.domain.workspaces import EVERYONE, Audience, Person, Viewer
from bot.usecases.agendas.reading import cadence_seen, is_bumpable, open_meeting
from bot.usecases.agendas.showing import agenda_row, renew_agenda, renew_item, renew_open, say_item
from bot.usecases.decisions import narrower
from bot.usecases.people import viewer_for
from bot.usecases.ports import UnitOfWork
from bot.usecases.services import Services

Change = Callable[[Topic, Occurrence | None], Topic]


def add(
    services: Services,
    person: Person,
    cadence_id: str,
    title: str,
    minutes: int | None = None,
    *,
    key: str,
    source: Source = Source(),
    audience: Audience = EVERYONE,
    urgent: bool = False,
    bumps: str | None = None,
    bumps_id: str | None = None,
    viewer: Viewer | None = None,
    at: datetime | None = None,
) -> Topic:
    """An item for the next agenda, or for the one that is out, where it fits or is urgent.

    `audience` is who sees what it came from; the agenda's readers must all be among them. `bumps` is what an urgent one
    displaces, in words, `bumps_id` an item of this meeting. A repeat of `key` returns the item of the first time.
    Raises InvalidInput naming the field, NotAllowed, NotFound.
    """
    new = NewTopic.checked(title=title, minutes=minutes, urgent=urgent, bumps=bumps, bumps_id=bumps_id)
    viewer = viewer or viewer_for(services, person, here=source.conversation)
    now = at or services.clock.now()
    with services.store.begin(person.workspace_id) as uow:
        cadence = cadence_seen(uow, cadence_id, viewer, lock=True)
        if not uow.inbox.take(key, at=now):
            return _of_first_time(uow, key)
        _must_take(cadence, audience)
        new = _with_bumped(uow, cadence, new)
        topic = Topic(
            workspace_id=person.workspace_id,
            id=new_id(now),
            cadence_id=cadence.id,
            title=new.title,
            added_by=person.id,
            created_at=now,
            minutes=new.minutes,
            urgent=new.urgent,
            bumps=new.bumps,
            bumps_id=new.bumps_id,
            audience=narrower(cadence.audience, audience),
            source=source,
        )
        uow.topics.add(topic)
        topic = _join(uow, cadence, topic, at=now)
        uow.inbox.note(key, topic.id)
        uow.commit()
    services.nudge()
    return topic


def finish(
    services: Services,
    person: Person,
    topic_id: str,
    outcome: str,
    *,
    key: str,
    viewer: Viewer | None = None,
    at: datetime | None = None,
) -> Topic:
    """It was dealt with. Nothing changes where it was finished before. Raises NotFound, InvalidInput."""

    def change(topic: Topic, _: Occurrence | None) -> Topic:
        return topic if topic.status is TopicStatus.DONE else rules.finished(topic, outcome)

    return _change(services, person, topic_id, change, key=key, viewer=viewer, at=at)


def carry(
    services: Services,
    person: Person,
    topic_id: str,
    *,
    key: str,
    viewer: Viewer | None = None,
    at: datetime | None = None,
) -> Topic:
    """To the next meeting; it moves there when this one is closed. Raises NotFound, Conflict."""

    def change(topic: Topic, meeting: Occurrence | None) -> Topic:
        if topic.status is TopicStatus.CARRIED or (topic.status is TopicStatus.OPEN and topic.carried):
            return topic
        return _marked(topic, meeting, TopicStatus.CARRIED)

    return _change(services, person, topic_id, change, key=key, viewer=viewer, at=at)


def drop(
    services: Services,
    person: Person,
    topic_id: str,
    *,
    key: str,
    viewer: Viewer | None = None,
    at: datetime | None = None,
) -> Topic:
    """It needs no talk any more. Raises NotFound, Conflict once it is done."""

    def change(topic: Topic, _: Occurrence | None) -> Topic:
        if topic.status is TopicStatus.DONE:
            raise Conflict("That item is done already.")
        return replace(topic, status=TopicStatus.DROPPED)

    return _change(services, person, topic_id, change, key=key, viewer=viewer, at=at)


def put_back(
    services: Services,
    person: Person,
    topic_id: str,
    *,
    key: str,
    viewer: Viewer | None = None,
    at: datetime | None = None,
) -> Topic:
    """It was carried over or dropped by mistake. Raises NotFound, Conflict once the meeting is over."""

    def change(topic: Topic, meeting: Occurrence | None) -> Topic:
        if topic.status is TopicStatus.DROPPED and topic.occurrence_id is None:
            return replace(topic, status=TopicStatus.OPEN)
        return _marked(topic, meeting, TopicStatus.ON_AGENDA)

    return _change(services, person, topic_id, change, key=key, viewer=viewer, at=at)


def _marked(topic: Topic, meeting: Occurrence | None, status: TopicStatus) -> Topic:
    if topic.status is status:
        return topic
    if topic.status is TopicStatus.DONE:
        raise Conflict("That item is done already.")
    if meeting is None or not meeting.is_open:
        raise Conflict("That meeting is over. What was not finished waits for the next one.")
    return replace(topic, status=status)


def _change(
    services: Services,
    person: Person,
    topic_id: str,
    change: Change,
    *,
    key: str,
    viewer: Viewer | None,
    at: datetime | None,
) -> Topic:
    """One change in one transaction: taken once, and shown wherever the item is."""
    viewer = viewer or viewer_for(services, person)
    now = at or services.clock.now()
    with services.store.begin(person.workspace_id) as uow:
        cadence = cadence_seen(uow, uow.topics.get(topic_id, viewer).cadence_id, viewer, lock=True)
        before = uow.topics.get(topic_id, viewer)
        if not uow.inbox.take(key, at=now):
            return before
        meeting = uow.cadences.occurrence(before.occurrence_id) if before.occurrence_id is not None else None
        after = change(before, meeting)
        if after == before:
            return before
        uow.topics.save(after)
        renew_item(uow, cadence, after, meeting, at=now)
        renew_open(uow, cadence, at=now)
        if meeting is not None and meeting.status is OccurrenceStatus.HELD:
            renew_agenda(uow, cadence, meeting, at=now)
        uow.commit()
    services.nudge()
    return after


def _must_take(cadence: Cadence, audience: Audience) -> None:
    if not cadence.active:
        raise Conflict("That meeting was stopped. Pick another one, or plan it again: `/backbeat meetings`.")
    if not cadence.may_take(audience):
        raise NotAllowed(
            f"That comes from a private conversation, and not everybody who reads the agenda in <#{cadence.channel}> "
            "is in it. Say it there in words of your own: `/agenda` and what to talk about."
        )


def _with_bumped(uow: UnitOfWork, cadence: Cadence, new: NewTopic) -> NewTopic:
    if new.bumps_id is None:
        return new
    try:
        bumped = uow.topics.get(new.bumps_id, cadence.readers)
    except NotFound as error:
        raise InvalidInput("That item is gone. What gets bumped instead?", field="bumps") from error
    if bumped.cadence_id != cadence.id:
        raise InvalidInput("That item belongs to another meeting. What gets bumped in this one?", field="bumps")
    if not is_bumpable(bumped):
        raise InvalidInput("That item can't be bumped any more. What gets bumped instead?", field="bumps")
    return replace(new, bumps=bumped.title)


def _join(uow: UnitOfWork, cadence: Cadence, topic: Topic, *, at: datetime) -> Topic:
    """Onto the agenda that is out, if its meeting is not over and there is room, or it is urgent."""
    meeting = open_meeting(uow, cadence)
    if meeting is None:
        return topic
    row = agenda_row(uow, meeting.id)
    on = uow.topics.on_agenda(meeting.id, cadence.readers)
    staying = [each for each in on if each.status is not TopicStatus.CARRIED and each.id != topic.bumps_id]
    fits = sum(each.minutes for each in staying) + topic.minutes <= cadence.minutes and len(on) < MOST_TOPICS
    is_over = at >= meeting.starts_at + timedelta(minutes=cadence.minutes)
    if row is not None and not is_over and (fits or topic.urgent):
        position = max((each.position or 0 for each in on), default=0) + 1
        topic = replace(topic, status=TopicStatus.ON_AGENDA, occurrence_id=meeting.id, position=position)
        uow.topics.save(topic)
        say_item(uow, cadence, topic, row.id, at=at)
        for bumped in on:
            if bumped.id == topic.bumps_id and bumped.status is TopicStatus.ON_AGENDA:
                waiting = replace(bumped, status=TopicStatus.CARRIED)
                uow.topics.save(waiting)
                renew_item(uow, cadence, waiting, meeting, at=at)
    renew_agenda(uow, cadence, meeting, at=at)
    return topic


def _of_first_time(uow: UnitOfWork, key: str) -> Topic:
    found = uow.inbox.outcome(key)
    if found is None:
        raise Conflict("That was done already.")
    return uow.topics.get(found, Viewer.system())
