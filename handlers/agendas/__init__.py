"""Agendas in Slack: `/agenda`, the message shortcut, the agenda's own buttons, and those of its items."""

from slack_bolt import App

from bot.blocks.agendas import ids
from handlers.agendas import adding, meeting
from handlers.kit import Desk, bound


def register(app: App, desk: Desk) -> None:
    app.command(desk.commands["/agenda"])(bound(desk, adding.agenda))
    app.message_shortcut(ids.ADD_MESSAGE)(bound(desk, adding.add_message))
    app.action(ids.ADD_ITEM)(bound(desk, adding.open_adding))
    app.action({"block_id": ids.URGENT, "action_id": ids.URGENT})(bound(desk, adding.ask_again))
    app.action({"block_id": ids.CADENCE, "action_id": ids.CADENCE})(bound(desk, adding.ask_again))
    app.view_submission(ids.ADDING)(bound(desk, adding.add))
    app.action(ids.START)(bound(desk, meeting.start))
    app.action(ids.CLOSE)(bound(desk, meeting.close))
    app.action(ids.DECIDE)(bound(desk, meeting.decide))
    app.action(ids.FINISH)(bound(desk, meeting.open_finishing))
    app.view_submission(ids.FINISHING)(bound(desk, meeting.finish))
    app.action(ids.CARRY)(bound(desk, meeting.carry))
    app.action(ids.DROP)(bound(desk, meeting.drop))
    app.action(ids.PUT_BACK)(bound(desk, meeting.put_back))
