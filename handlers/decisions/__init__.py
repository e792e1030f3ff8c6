"""The decision log in Slack: commands, the message shortcut, the windows, and the buttons on cards."""

from slack_bolt import App

from bot.blocks.decisions import ids
from handlers.decisions import cards, commands, drafting, exporting, forms, log, reactions, reopening
from handlers.kit import Desk, bound

ACTIONS = {
    ids.NEW: forms.open_new,
    ids.ADD_DETAIL: forms.add_detail,
    ids.SUPERSEDE_IT: reopening.supersede_it,
    ids.RELATE: reopening.relate,
    ids.UNRELATE: reopening.unrelate,
    ids.PLACE: forms.choose_place,
    ids.LOG_REACTED: reactions.log_it,
    ids.NOT_NOW: reactions.not_now,
    ids.DRAFT_IT: drafting.draft_it,
    ids.REVIEW_DRAFT: drafting.review,
    ids.TRY_DRAFT: drafting.try_again,
    ids.DISCARD_DRAFT: drafting.discard,
    ids.LIST: log.list_all,
    ids.OPEN: log.open_one,
    ids.SHARE: log.open_sharing,
    ids.SEARCH: log.turn,
    ids.FILTER: log.turn,
    ids.BY: log.turn,
    ids.AREA: log.turn,
    ids.SINCE: log.turn,
    ids.UNTIL: log.turn,
    ids.CLEAR: log.turn,
    ids.OLDER: log.turn,
    ids.NEWER: log.turn,
    ids.EXPORT: exporting.open_exporting,
    ids.MORE: cards.choose,
    ids.EDIT: cards.edit,
    ids.UNDO: cards.undo,
    ids.ACCEPT: cards.accept,
    ids.REJECT: cards.open_rejecting,
    ids.KEEP: cards.open_keeping,
    ids.CHANGE: cards.change,
    ids.REPLACE: cards.replace,
    ids.SNOOZE: cards.snooze,
    ids.REVERSE: cards.open_reversing,
}
WINDOWS = {
    ids.FORM: forms.submit,
    ids.KEEPING: cards.keep,
    ids.REJECTING: cards.reject,
    ids.REVERSING: cards.reverse,
    ids.SHARING: log.share,
    ids.LOG_LIST: log.search,
    ids.EXPORTING: exporting.export,
}


def register(app: App, desk: Desk) -> None:
    app.command(desk.commands["/decide"])(bound(desk, commands.decide))
    app.command(desk.commands["/decisions"])(bound(desk, commands.find))
    app.global_shortcut(ids.LOG_ANYWHERE)(bound(desk, forms.open_new))
    app.message_shortcut(ids.LOG_MESSAGE)(bound(desk, forms.log_message))
    app.event("reaction_added")(bound(desk, reactions.reacted))
    for action, pressed in ACTIONS.items():
        app.action(action)(bound(desk, pressed))
    for each in ids.RULED:
        app.action({"block_id": each, "action_id": each})(bound(desk, forms.rule_again))
    for window, sent in WINDOWS.items():
        app.view_submission(window)(bound(desk, sent))
