"""Five weeks at Tidewater, recorded: each thing that happened, through the use cases, at its own moment."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from bot.demo import events
from bot.demo import tidewater as story
from bot.demo.clock import DemoClock
from bot.demo.stepper import Stepper
from bot.domain.cadences import OccurrenceStatus
from bot.domain.decisions import Draft, Source
from bot.domain.hours import today_for
from bot.domain.rights import Limits
from bot.domain.standups import PromptStatus
from bot.domain.workspaces import Person, UserId, Viewer
from bot.usecases import agendas, cadences, decisions, rights, standups, workspaces
from bot.usecases.people import acting
from bot.usecases.services import Services
from playground.server import Playground

SHORTLY = timedelta(minutes=3)


class NotAsTold(Exception):
    """The story and what the program did with it differ."""


@dataclass
class Recorder:
    """Plays the story. `said` holds the messages that later ones answer or decisions come from."""

    services: Services
    clock: DemoClock
    stepper: Stepper
    playground: Playground
    said: dict[str, tuple[str, str]] = field(default_factory=dict)  # name: (channel, ts)
    done: int = 0

    def record(self) -> None:
        """The whole story, and the clock at the moment when the demo opens."""
        play: dict[type, Callable[..., None]] = {
            events.SetUp: self._set_up,
            events.SaysWhoDecides: self._says_who_decides,
            events.PlanStandup: self._plan_standup,
            events.PlanMeeting: self._plan_meeting,
            events.Says: self._says,
            events.Logs: self._logs,
            events.Keeps: self._keeps,
            events.Reverses: self._reverses,
            events.AddsItem: self._adds_item,
            events.Meets: self._meets,
            events.Answers: self._answers,
        }
        for event in story.story():
            self.stepper.advance(event.at)
            self.done += 1
            play[type(event)](event)
            self.stepper.settle()
        self.stepper.advance(story.OPENS_AT)
        self.clock.set(story.OPENS_AT)

    def _person(self, person: UserId) -> Person:
        return acting(self.services, story.TEAM_ID, person)

    def _key(self) -> str:
        return f"demo:{self.done}"

    def _set_up(self, _: events.SetUp) -> None:
        setup = workspaces.Setup(
            cto=story.DANA,
            sponsor=story.SAM,
            deputy=story.PRIYA,
            team_channel=story.GENERAL,
            cto_days=story.CTO_DAYS,
            response_days=1,
            urgent_path="Call me, then page #platform",
        )
        workspaces.set_up(self.services, self._person(story.DANA), setup, key=self._key())

    def _says_who_decides(self, _: events.SaysWhoDecides) -> None:
        dana = self._person(story.DANA)
        for number, right in enumerate(story.RIGHTS):
            rights.set_right(self.services, dana, right, key=f"{self._key()}:{number}")
        limits = Limits(story.TEAM_ID, story.CURRENCY, story.TIERS)
        rights.set_limits(self.services, dana, limits, key=f"{self._key()}:limits")

    def _plan_standup(self, _: events.PlanStandup) -> None:
        plan = standups.StandupPlan(
            channel=story.PLATFORM,
            days=story.STANDUP_DAYS,
            at=story.STANDUP_AT,
            deadline=story.STANDUP_DEADLINE,
            zone=story.MEETING_ZONE,
        )
        standups.plan(self.services, self._person(story.DANA), plan, key=self._key())

    def _plan_meeting(self, _: events.PlanMeeting) -> None:
        plan = cadences.CadencePlan(
            name="Tradeoffs",
            channel=story.PLATFORM,
            when=story.MEETING_RULE,
            zone=story.MEETING_ZONE,
            chair_id=story.PRIYA,
            place="PT",
        )
        cadences.plan(self.services, self._person(story.DANA), plan, key=self._key())

    def _says(self, event: events.Says) -> None:
        thread = self.said[event.under][1] if event.under else None
        ts = self.playground.add_message(event.who, event.where, event.text, thread_ts=thread)
        if event.name:
            self.said[event.name] = (event.where, ts)

    def _logs(self, event: events.Logs) -> None:
        person = self._person(event.who)
        draft = Draft.checked(
            title=event.title,
            why=event.why,
            owner_id=event.owner,
            revisit_on=event.revisit_on,
            today=today_for(person, self.clock.now()),
            not_doing=event.not_doing,
            status=event.status,
            detail=event.detail,
        )
        place = decisions.place_of(self.services, story.TEAM_ID, event.where)
        if event.replaces is not None:
            decisions.supersede(self.services, person, event.replaces, draft, key=self._key())
            return
        source = Source(event.where)
        decisions.log(
            self.services,
            person,
            draft,
            key=self._key(),
            source=source,
            audience=place.audience,
            can_post=place.can_post,
            related=event.related,
        )

    def _keeps(self, event: events.Keeps) -> None:
        decisions.keep(self.services, self._person(event.who), event.number, event.until, event.why, key=self._key())

    def _reverses(self, event: events.Reverses) -> None:
        decisions.reverse(self.services, self._person(event.who), event.number, event.why, key=self._key())

    def _adds_item(self, event: events.AddsItem) -> None:
        with self.services.store.read(story.TEAM_ID) as uow:
            cadence = uow.cadences.all()[0]
        place = decisions.place_of(self.services, story.TEAM_ID, event.where)
        agendas.add(
            self.services,
            self._person(event.who),
            cadence.id,
            event.title,
            minutes=event.minutes,
            key=self._key(),
            source=Source(event.where),
            audience=place.audience,
        )

    def _meets(self, event: events.Meets) -> None:
        chair = self._person(event.chair)
        with self.services.store.read(story.TEAM_ID) as uow:
            cadence = uow.cadences.all()[0]
            posted = [each for each in uow.cadences.occurrences(cadence.id) if each.status is OccurrenceStatus.POSTED]
            if not posted:
                raise NotAsTold(f"no agenda was posted for the meeting of {event.at:%d %b}")
            meeting = posted[0]
            topics = uow.topics.on_agenda(meeting.id, Viewer.system())
        agendas.start(self.services, chair, meeting.id, key=f"{self._key()}:start")
        self.stepper.settle()
        outcomes = dict(event.done)
        missing = outcomes.keys() - {topic.title for topic in topics}
        if missing:
            raise NotAsTold(f"not on the agenda of {event.at:%d %b}: {', '.join(sorted(missing))}")
        for number, topic in enumerate(topics):
            if topic.title in outcomes:
                agendas.finish(self.services, chair, topic.id, outcomes[topic.title], key=f"{self._key()}:{number}")
        self.stepper.settle()
        agendas.close(self.services, chair, meeting.id, key=f"{self._key()}:close")

    def _answers(self, event: events.Answers) -> None:
        person = self._person(event.who)
        with self.services.store.read(story.TEAM_ID) as uow:
            standup = uow.standups.all()[0]
            prompt = uow.standups.last_prompt(standup.id, person.id)
        today = today_for(person, self.clock.now())
        if prompt is None or prompt.day != today or prompt.status is not PromptStatus.ASKED:
            raise NotAsTold(f"{person.name} was not asked on {today}: {prompt}")
        standups.answer(self.services, person, prompt.id, event.texts, key=self._key())
