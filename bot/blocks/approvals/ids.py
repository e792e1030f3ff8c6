"""The names by which Slack tells what of an approval was pressed or submitted. A value is the approval's id."""

APPROVE = "approvals.approve"
OBJECT = "approvals.object"
ASK = "approvals.ask"
MORE = "approvals.more"  # a menu: its value is what to do and the id, "details:…"
ASK_NOW = "approvals.ask_now"
OUTSIDE = "approvals.outside"
DETAILS = "details"

# Windows
OBJECTING = "approvals.objecting"
ASKING = "approvals.asking"
WRITING_DOWN = "approvals.writing_down"
REQUEST = "approvals.request"
