"""Summarising a thread: asked for by somebody, worked on by a job, shown to them first, posted when they say so.

A draft is its asker's alone. Nothing is posted unreviewed, nothing twice, and what cannot be summarised says why.
"""

from bot.usecases.updates.asking import WORK_KIND, ask, try_again
from bot.usecases.updates.drafts import draft_of, get, ready, subject_of
from bot.usecases.updates.review import discard, edit, post
from bot.usecases.updates.work import give_up_job, summarise_job

__all__ = [
    "WORK_KIND",
    "ask",
    "discard",
    "draft_of",
    "edit",
    "get",
    "give_up_job",
    "post",
    "ready",
    "subject_of",
    "summarise_job",
    "try_again",
]
