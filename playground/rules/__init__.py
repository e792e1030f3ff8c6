"""What Slack refuses: the rules of messages, views and Block Kit, as pure functions.

Written from Slack's reference and the limits in its SDK. Where Slack's words for a refusal are known, they are used.
"""

from playground.rules.messages import message_problem
from playground.rules.refusals import Refusal
from playground.rules.views import view_problem

__all__ = ["Refusal", "message_problem", "view_problem"]
