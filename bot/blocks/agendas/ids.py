"""The names by which Slack tells what of an agenda was pressed or submitted, shared by builders and handlers."""

# Buttons. A value is the id of the meeting (add), of its occurrence (start, close), or of the item (the others).
ADD_ITEM = "agendas.add_item"
START = "agendas.start"
CLOSE = "agendas.close"
DECIDE = "agendas.decide"
FINISH = "agendas.finish"
CARRY = "agendas.carry"
DROP = "agendas.drop"
PUT_BACK = "agendas.put_back"
URGENT = "urgent"  # the checkbox in the window: pressing it asks what gets bumped
CADENCE = "cadence"  # the menu of meetings in the window

# Windows
ADDING = "agendas.adding"
FINISHING = "agendas.finishing"

# Message shortcut
ADD_MESSAGE = "agendas.add_message"
