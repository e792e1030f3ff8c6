"""The names by which Slack tells what of a decision was pressed or submitted, shared by builders and handlers."""

from enum import StrEnum

# Buttons and menus. A value is a decision's number, in a menu behind what to do with it ("amend:14").
NEW = "decisions.new"
LIST = "decisions.list"
OPEN = "decisions.open"
MORE = "decisions.more"
EDIT = "decisions.edit"
UNDO = "decisions.undo"
ACCEPT = "decisions.accept"
REJECT = "decisions.reject"
SHARE = "decisions.share"
KEEP = "decisions.keep"
CHANGE = "decisions.change"
REPLACE = "decisions.replace"
SNOOZE = "decisions.snooze"
REVERSE = "decisions.reverse"
ADD_DETAIL = "decisions.add_detail"
SUPERSEDE_IT = "decisions.supersede_it"  # in the window of a new decision: what the notice names
RELATE = "decisions.relate"
UNRELATE = "decisions.unrelate"
PLACE = "decisions.place"
LOG_REACTED = "decisions.log_reacted"  # its value is a message: "C1:1761729000.000100"
NOT_NOW = "decisions.not_now"
DRAFT_IT = "decisions.draft"  # in the window of a message that is being logged
REVIEW_DRAFT = "decisions.review_draft"  # its value is a draft's id
TRY_DRAFT = "decisions.try_draft"
DISCARD_DRAFT = "decisions.discard_draft"
SEARCH = "decisions.search"
FILTER = "decisions.filter"
BY = "decisions.by"
AREA = "decisions.area"
SINCE = "decisions.since"
UNTIL = "decisions.until"
CLEAR = "decisions.clear"
OLDER = "decisions.older"
NEWER = "decisions.newer"
EXPORT = "decisions.export"

# Windows
FORM = "decisions.form"
KEEPING = "decisions.keeping"
REJECTING = "decisions.rejecting"
REVERSING = "decisions.reversing"
SHARING = "decisions.sharing"
LOG_LIST = "decisions.log_list"
EXPORTING = "decisions.exporting"
DETAIL = "decisions.detail"

# Shortcuts
LOG_ANYWHERE = "decisions.log_anywhere"
LOG_MESSAGE = "decisions.log_message"

# Blocks that are carried over when a window is drawn again
NOTE_BLOCK = "note"
NOTICE_BLOCK = "notice"
DECIDING_BLOCK = "deciding"

# Inputs of the form that tell us at once when they change, for who decides may hang on them: blocks and actions alike
RULED = ("area", "cost", "currency")


class Verb(StrEnum):
    """The choices behind ⋯ on a card."""

    AMEND = "amend"
    SUPERSEDE = "supersede"
    REVERSE = "reverse"
    UNDO = "undo"
