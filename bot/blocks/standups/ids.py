"""The names by which Slack tells what of a standup was pressed or submitted, shared by builders and handlers."""

from enum import StrEnum

# Buttons and menus. A value is the id of what it is about, in a menu behind what to do with it ("later:01j…").
OPEN = "standups.open"  # Home: set one up, with the channel to be chosen
ANSWER = "standups.answer"  # of a prompt
SKIP = "standups.skip"
MORE = "standups.more"
ANSWER_NOW = "standups.answer_now"  # of a standup, without having been asked
EDIT = "standups.edit"
STOP = "standups.stop"
CLEAR = "standups.clear"

# Windows
FORM = "standups.form"
PLANNED = "standups.planned"
ANSWERS = "standups.answers"


class More(StrEnum):
    """The choices behind ⋯ on a prompt."""

    LATER = "later"
    AWAY = "away"
