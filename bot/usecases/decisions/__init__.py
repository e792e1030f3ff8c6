"""The decision log: logging, changing, finding and showing decisions. Other parts call what is named here."""

from bot.usecases.decisions.alike import alike
from bot.usecases.decisions.answers import keep, longest_for, postpone, reverse
from bot.usecases.decisions.capture import SUGGEST, LoggedMeanwhile, dismiss, leave_unsuggested, react, suggest
from bot.usecases.decisions.cards import announce, names_in, renew, subject_of
from bot.usecases.decisions.change import withdraw
from bot.usecases.decisions.drafting import (
    DRAFT,
    ask_draft,
    discard_draft,
    draft_job,
    drafted,
    leave_undrafted,
    source_of,
    try_again,
)
from bot.usecases.decisions.editing import edit
from bot.usecases.decisions.expiry import expire_due
from bot.usecases.decisions.foreseen import Foreseen, foresee
from bot.usecases.decisions.link import LINK, add_permalink, find_link, leave_unlinked
from bot.usecases.decisions.log import amend, log, must_be_open_to, supersede
from bot.usecases.decisions.place import HOME, Place, chosen, decision_channel, narrower, place_of
from bot.usecases.decisions.posting import CARD, post_card, send_card
from bot.usecases.decisions.proposals import accept, reject, require_may_decide
from bot.usecases.decisions.read import (
    PAGE_SIZE,
    Page,
    Story,
    Which,
    from_message,
    get,
    latest,
    page,
    read_ref,
    search,
    share,
    story,
)

__all__ = [
    "CARD",
    "DRAFT",
    "HOME",
    "LINK",
    "PAGE_SIZE",
    "SUGGEST",
    "Foreseen",
    "LoggedMeanwhile",
    "Page",
    "Place",
    "Story",
    "Which",
    "accept",
    "add_permalink",
    "alike",
    "amend",
    "announce",
    "ask_draft",
    "chosen",
    "decision_channel",
    "discard_draft",
    "dismiss",
    "draft_job",
    "drafted",
    "edit",
    "expire_due",
    "find_link",
    "foresee",
    "from_message",
    "get",
    "keep",
    "latest",
    "leave_undrafted",
    "leave_unlinked",
    "leave_unsuggested",
    "log",
    "longest_for",
    "must_be_open_to",
    "names_in",
    "narrower",
    "page",
    "place_of",
    "post_card",
    "postpone",
    "react",
    "read_ref",
    "reject",
    "renew",
    "require_may_decide",
    "reverse",
    "search",
    "send_card",
    "share",
    "source_of",
    "story",
    "subject_of",
    "suggest",
    "supersede",
    "try_again",
    "withdraw",
]
