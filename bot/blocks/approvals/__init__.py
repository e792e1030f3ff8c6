"""What people see of approvals: DMs in `messages`, and the `windows` behind their buttons.

The windows are not named here: one of them shows what a decision's Details does, and Details shows approvals.
"""

from bot.blocks.approvals.messages import answer_buttons, draw_approval_request, draw_asked_for, draw_decision_notice

__all__ = ["answer_buttons", "draw_approval_request", "draw_asked_for", "draw_decision_notice"]
