"""Decisions drafted from threads."""

from bot.domain.drafts import DecisionDraft
from bot.domain.errors import NotFound
from bot.domain.workspaces import Viewer
from storage import tables
from storage.unit import Repository, builder, row_of

_draft = builder(DecisionDraft)


class SqlDrafts(Repository):
    def add(self, draft: DecisionDraft) -> None:
        self._insert(tables.drafts, row_of(draft))

    def save(self, draft: DecisionDraft) -> None:
        self._replace(tables.drafts, row_of(draft))

    def get(self, draft_id: str, viewer: Viewer) -> DecisionDraft:
        found = self._find(tables.drafts, _draft, id=draft_id)
        if found is None or not (viewer.sees_all or found.asker_id == viewer.person_id):
            raise NotFound("I don't know that draft any more.")
        return found
