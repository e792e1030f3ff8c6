"""Standups: rounds, prompts, answers, and what is stuck. Also updates made from threads."""

from datetime import date, datetime

from sqlalchemy import or_

from bot.domain.errors import NotFound
from bot.domain.standups import Answer, Concern, Prompt, Round, Standup
from bot.domain.updates import Update, UpdateStatus
from bot.domain.workspaces import ConversationId, UserId, Viewer
from storage import tables
from storage.unit import Repository, builder, row_of

_standup = builder(Standup)
_round = builder(Round)
_prompt = builder(Prompt)
_answer = builder(Answer)
_concern = builder(Concern)
_update = builder(Update)


class SqlStandups(Repository):
    def add(self, standup: Standup) -> bool:
        return self._insert_new(tables.standups, row_of(standup))

    def save(self, standup: Standup) -> None:
        self._replace(tables.standups, row_of(standup))

    def get(self, standup_id: str) -> Standup:
        found = self._find(tables.standups, _standup, id=standup_id)
        if found is None:
            raise NotFound("I don't know that standup any more.")
        return found

    def hold(self, standup_id: str) -> Standup:
        mine = self._select(tables.standups).where(tables.standups.c.id == standup_id)
        row = self._one(mine.with_for_update())
        if row is None:
            raise NotFound("I don't know that standup any more.")
        return _standup(row)

    def all(self, *, channel: ConversationId | None = None, active: bool = True) -> list[Standup]:
        table = tables.standups
        statement = self._select(table).order_by(table.c.id)
        if channel is not None:
            statement = statement.where(table.c.channel == channel)
        if active:
            statement = statement.where(table.c.active.is_(True))
        return self._all(statement, _standup)

    def add_round(self, round_: Round) -> bool:
        return self._insert_new(tables.rounds, row_of(round_))

    def save_round(self, round_: Round) -> None:
        self._replace(tables.rounds, row_of(round_))

    def round(self, round_id: str) -> Round:
        found = self._find(tables.rounds, _round, id=round_id)
        if found is None:
            raise NotFound("I don't know that standup any more.")
        return found

    def round_for(self, standup_id: str, slot: str) -> Round | None:
        return self._find(tables.rounds, _round, standup_id=standup_id, slot=slot)

    def rounds(self, standup_id: str, *, limit: int) -> list[Round]:
        table = tables.rounds
        mine = self._select(table).where(table.c.standup_id == standup_id)
        return self._all(mine.order_by(table.c.slot.desc()).limit(limit), _round)

    def add_prompt(self, prompt: Prompt) -> bool:
        return self._insert_new(tables.prompts, row_of(prompt))

    def save_prompt(self, prompt: Prompt) -> None:
        self._replace(tables.prompts, row_of(prompt))

    def prompt(self, prompt_id: str) -> Prompt:
        found = self._find(tables.prompts, _prompt, id=prompt_id)
        if found is None:
            raise NotFound("I don't know that standup any more.")
        return found

    def prompts(self, round_id: str) -> list[Prompt]:
        table = tables.prompts
        statement = self._select(table).where(table.c.round_id == round_id)
        return self._all(statement.order_by(table.c.due_at, table.c.id), _prompt)

    def prompts_of(self, person: UserId, *, since: date) -> list[Prompt]:
        table = tables.prompts
        mine = self._select(table).where(table.c.person_id == person, table.c.day >= since)
        return self._all(mine.order_by(table.c.due_at.desc(), table.c.id), _prompt)

    def last_prompt(self, standup_id: str, person: UserId) -> Prompt | None:
        table = tables.prompts
        mine = self._select(table).where(table.c.standup_id == standup_id, table.c.person_id == person)
        row = self._one(mine.order_by(table.c.day.desc()).limit(1))
        return _prompt(row) if row is not None else None

    def save_answer(self, answer: Answer) -> None:
        self._upsert(tables.answers, row_of(answer))

    def answer(self, prompt_id: str) -> Answer | None:
        return self._find(tables.answers, _answer, prompt_id=prompt_id)

    def answers(self, round_id: str) -> list[Answer]:
        table = tables.answers
        statement = self._select(table).where(table.c.round_id == round_id)
        return self._all(statement.order_by(table.c.answered_at, table.c.prompt_id), _answer)

    def last_answer(self, standup_id: str, person: UserId, *, before: datetime) -> Answer | None:
        table = tables.answers
        mine = self._select(table).where(
            table.c.standup_id == standup_id, table.c.person_id == person, table.c.answered_at < before
        )
        row = self._one(mine.order_by(table.c.answered_at.desc()).limit(1))
        return _answer(row) if row is not None else None


class SqlConcerns(Repository):
    def add(self, concern: Concern) -> None:
        self._insert(tables.concerns, row_of(concern))

    def save(self, concern: Concern) -> None:
        self._replace(tables.concerns, row_of(concern))

    def get(self, concern_id: str) -> Concern:
        found = self._find(tables.concerns, _concern, id=concern_id)
        if found is None:
            raise NotFound("I don't know that one any more.")
        return found

    def uncleared(self, *, channel: ConversationId | None = None, owner: UserId | None = None) -> list[Concern]:
        table = tables.concerns
        statement = self._select(table).where(table.c.cleared_at.is_(None))
        if channel is not None:
            statement = statement.where(table.c.channel == channel)
        if owner is not None:
            statement = statement.where(table.c.owner_id == owner)
        return self._all(statement.order_by(table.c.raised_on, table.c.id), _concern)

    def of_standup(self, standup_id: str, *, since: datetime) -> list[Concern]:
        table = tables.concerns
        statement = self._select(table).where(
            table.c.standup_id == standup_id, or_(table.c.cleared_at.is_(None), table.c.cleared_at >= since)
        )
        return self._all(statement.order_by(table.c.raised_on, table.c.id), _concern)


class SqlUpdates(Repository):
    def add(self, update: Update) -> None:
        self._insert(tables.updates, row_of(update))

    def save(self, update: Update) -> None:
        self._replace(tables.updates, row_of(update))

    def get(self, update_id: str, viewer: Viewer) -> Update:
        found = self._find(tables.updates, _update, id=update_id)
        if found is None or not _may_see(found, viewer):
            raise viewer.unseen(NotFound("I don't know that summary any more."))
        return found


def _may_see(update: Update, viewer: Viewer) -> bool:
    """A draft is its asker's alone; a posted one belongs to its conversation."""
    if viewer.sees_all or update.asker_id == viewer.person_id:
        return True
    return update.status is UpdateStatus.POSTED and update.conversation in viewer.conversations
