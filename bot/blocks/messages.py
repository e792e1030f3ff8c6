"""Each typed message and the function that draws it: the one place that knows them all."""

from bot.blocks.agendas import draw_agenda, draw_agenda_item, draw_recap
from bot.blocks.approvals import draw_approval_request, draw_asked_for, draw_decision_notice
from bot.blocks.decisions.card import draw_card_elsewhere, draw_decision_card
from bot.blocks.decisions.drafted import draw_draft
from bot.blocks.decisions.suggestion import draw_suggestion
from bot.blocks.kit import Drawn, section
from bot.blocks.monthly import draw_monthly
from bot.blocks.standups import draw_standup_answers, draw_standup_digest, draw_standup_prompt
from bot.blocks.updates import draw_summary, draw_summary_draft
from bot.blocks.waiting import draw_waiting
from bot.domain import messages as said


def draw(message: said.Message) -> Drawn:  # noqa: PLR0912 - one branch a message
    """The message as Slack takes it."""
    match message:
        case said.DecisionCard():
            return draw_decision_card(message)
        case said.CardElsewhere():
            return draw_card_elsewhere(message)
        case said.ApprovalRequest():
            return draw_approval_request(message)
        case said.AskedFor():
            return draw_asked_for(message)
        case said.DecisionNotice():
            return draw_decision_notice(message)
        case said.LogSuggestion():
            return draw_suggestion(message)
        case said.DraftShown():
            return draw_draft(message)
        case said.Note():
            return Drawn(message.text, [section(message.text)])
        case said.AgendaPost():
            return draw_agenda(message)
        case said.AgendaItem():
            return draw_agenda_item(message)
        case said.MeetingRecap():
            return draw_recap(message)
        case said.WaitingForYou():
            return draw_waiting(message)
        case said.StandupPrompt():
            return draw_standup_prompt(message)
        case said.StandupDigest():
            return draw_standup_digest(message)
        case said.StandupAnswers():
            return draw_standup_answers(message)
        case said.SummaryDraft():
            return draw_summary_draft(message)
        case said.SummaryPost():
            return draw_summary(message)
        case said.MonthlyNote():
            return draw_monthly(message)
        case said.FilePost():  # the words above it
            return Drawn(message.comment, [section(message.comment)])
