"""The state that the fake serves: a small workspace with every kind of message, block and window in it."""

from typing import Any

Json = dict[str, Any]
NOW = 1_793_265_000  # Thursday 29 October 2026, 09:10 in Lisbon
DANA, SAM, PRIYA, KENJI, BOT = "U0DANA", "U0SAM", "U0PRIYA", "U0KENJI", "U0BOT"
PLATFORM, LEADERSHIP, TEA, DM = "C0PLATFORM", "C0LEADERSHIP", "C0TEA", "D0DANA"


def ts(minutes_ago: float) -> str:
    return f"{NOW - minutes_ago * 60:.6f}"


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(text: str, **extra: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **extra}


def button(text: str, action_id: str, **extra: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action_id, "value": "14", **extra}


def option(text: str, value: str, **extra: Any) -> Json:
    return {"text": plain(text), "value": value, **extra}


def card() -> list[Json]:
    """A decision's card as Backbeat draws it."""
    return [
        section(
            "⚖️ *D-14 · Use Postgres for the event store*\n*Why:* we run it already; Kafka needs a hire\n"
            "*Not doing:* Kafka this quarter",
            block_id="body",
        ),
        {
            "type": "context",
            "block_id": "facts",
            "elements": [
                mrkdwn(f"Owner <@{PRIYA}> · Decided by Dana · Revisit 27 Jan 2027"),
                mrkdwn("<https://tidewater.example/archives/C0PLATFORM/p1|From Kenji's message ↗>"),
            ],
        },
        {
            "type": "actions",
            "block_id": "buttons",
            "elements": [
                button("Mark as decided", "accept", style="primary"),
                button("Details", "open"),
                button(
                    "Reverse",
                    "reverse",
                    style="danger",
                    confirm={
                        "title": plain("Reverse D-14?"),
                        "text": plain("It stays in the log, marked reversed."),
                        "confirm": plain("Reverse"),
                        "deny": plain("Keep it"),
                        "style": "danger",
                    },
                ),
                {
                    "type": "overflow",
                    "action_id": "more",
                    "options": [option("Amend", "amend:14"), option("Undo", "undo:14")],
                },
            ],
        },
    ]


def message(user: str, text: str, minutes_ago: float, **extra: Any) -> Json:
    return {"ts": ts(minutes_ago), "user": user, "text": text, **extra}


def bot(text: str, blocks: list[Json], minutes_ago: float, **extra: Any) -> Json:
    return message(BOT, text, minutes_ago, blocks=blocks, bot=True, name="Backbeat", **extra)


def users() -> list[Json]:
    people = [
        (DANA, "dana", "Dana Reyes", "Europe/Lisbon", "09:10"),
        (SAM, "sam", "Sam Okafor", "America/New_York", "05:10"),
        (PRIYA, "priya", "Priya Nair", "Asia/Kolkata", "14:40"),
        (KENJI, "kenji", "Kenji Mori", "Asia/Tokyo", "18:10"),
    ]
    return [
        {
            "id": id_,
            "name": name,
            "real_name": real,
            "tz": tz,
            "tz_label": tz.split("/")[1].replace("_", " "),
            "local_time": local,
        }
        for id_, name, real, tz, local in people
    ] + [{"id": BOT, "name": "backbeat", "real_name": "Backbeat", "tz": "UTC", "tz_label": "UTC", "is_bot": True}]


def channels() -> list[Json]:
    return [
        {
            "id": PLATFORM,
            "name": "platform",
            "type": "public",
            "topic": "Infrastructure and what it costs",
            "member": True,
        },
        {"id": LEADERSHIP, "name": "leadership", "type": "private", "topic": "Dana, Sam and Priya", "member": True},
        {"id": TEA, "name": "tea", "type": "public", "topic": "", "member": False, "unread": 2},
        {"id": DM, "name": "Backbeat", "type": "im", "with": BOT, "unread": 1, "mentions": 1, "member": True},
        {"id": "D0SAM", "name": "Sam Okafor", "type": "im", "with": SAM, "member": True},
    ]


def messages() -> list[Json]:
    day = 24 * 60
    thread = {"reply_count": 2, "reply_users": [DANA, PRIYA], "latest_reply": ts(day + 20)}
    logged = [
        section("Logged *D-14*. Owner you · Revisit 27 Jan 2027"),
        {"type": "actions", "block_id": "e", "elements": [button("Edit", "edit"), button("Undo", "undo")]},
    ]
    adr = "I'd go with `postgres`, see <https://tidewater.example/adr/4|ADR 4> :scales:"
    scales = [{"name": "scales", "users": [DANA, SAM]}]
    return [
        message(KENJI, "Kafka or Postgres for the event store? We need *one* by Friday.", day + 60, **thread),
        message(KENJI, adr, day + 59),
        message(PRIYA, f"<@{DANA}> we run it already. &lt;3", day + 50, reactions=scales),
        bot("D-14: Use Postgres for the event store", card(), 40, edited=True),
        message(SAM, "SSO for Acme by Friday!!\n> They asked twice\n• first\n• second", 12),
        bot("Only for you", logged, 5, ephemeral=True),
    ]


def state(**changes: Any) -> Json:
    """What `/playground/state` answers for Dana in #platform."""
    people = users()
    return {
        "me": people[0],
        "now": NOW * 1000,
        "team": {"id": "T0TIDE", "name": "Tidewater"},
        "app": {"id": "A0APP", "name": "Backbeat", "user": BOT, "connected": True},
        "users": people,
        "channels": channels(),
        "commands": [
            {"command": "/decide", "usage_hint": "[decision] because [why]", "description": "Log a decision"},
            {"command": "/decisions", "usage_hint": "[words or D-3]", "description": "Find decisions"},
            {"command": "/standup", "usage_hint": "help", "description": "Standups"},
        ],
        "message_shortcuts": [
            {"name": "Log as decision", "callback_id": "log"},
            {"name": "Summarise thread", "callback_id": "summarise"},
        ],
        "controls": [
            {"id": "skip", "label": "Skip ahead", "hint": "Next: Kenji's revisit, Fri 09:00 Tokyo", "enabled": True},
            {"id": "plug", "label": "Pull the plug", "hint": "Kills the bot between post and record", "enabled": True},
        ],
        "conversation": {
            "id": PLATFORM,
            "type": "public",
            "name": "platform",
            "members": [DANA, SAM, PRIYA, KENJI],
            "messages": messages(),
        },
        "thread": None,
        "modal": [],
        "home": None,
        "toasts": [],
        **changes,
    }


def field(block_id: str, label: str, element: Json, **extra: Any) -> Json:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": {"action_id": block_id, **element},
        **extra,
    }


def form(*more: Json, view_id: str = "V1", **changes: Any) -> Json:
    """A small window with a required line and a menu."""
    blocks = [
        field(
            "title", "Decision", {"type": "plain_text_input", "placeholder": plain("Use Postgres"), "max_length": 150}
        ),
        field("why", "Why", {"type": "plain_text_input", "multiline": True}, hint=plain("One sentence is enough.")),
        field(
            "status",
            "Status",
            {
                "type": "static_select",
                "options": [option("Decided", "decided"), option("Proposed", "proposed")],
                "initial_option": option("Decided", "decided"),
            },
            optional=True,
        ),
        *more,
    ]
    return {
        "id": view_id,
        "type": "modal",
        "callback_id": "form",
        "title": plain("Log a decision"),
        "submit": plain("Log decision"),
        "close": plain("Cancel"),
        "blocks": blocks,
        **changes,
    }


def every_input() -> Json:
    """A window with every input that Block Kit has."""
    options = [option("Monday", "0", description=plain("Start of the week")), option("Tuesday", "1")]
    return {
        "id": "V2",
        "type": "modal",
        "callback_id": "all",
        "title": plain("Every input"),
        "submit": plain("Save"),
        "blocks": [
            {"type": "alert", "level": "warning", "text": mrkdwn("*Careful:* this is a test")},
            field("line", "Line", {"type": "plain_text_input", "initial_value": "One"}),
            field("lines", "Lines", {"type": "plain_text_input", "multiline": True}, optional=True),
            field("number", "Number", {"type": "number_input", "is_decimal_allowed": False, "initial_value": "3"}),
            field("email", "Email", {"type": "email_text_input", "initial_value": "a@example.com"}),
            field("url", "Address", {"type": "url_text_input", "initial_value": "https://example.com"}),
            field("pick", "Menu", {"type": "static_select", "options": options, "initial_option": options[1]}),
            field(
                "group",
                "Menu in groups",
                {
                    "type": "static_select",
                    "option_groups": [{"label": plain("Early"), "options": options}],
                    "initial_option": options[0],
                },
            ),
            field(
                "several",
                "Several",
                {"type": "multi_static_select", "options": options, "initial_options": [options[0]]},
            ),
            field("person", "Person", {"type": "users_select", "initial_user": PRIYA}),
            field("people", "People", {"type": "multi_users_select", "initial_users": [SAM, KENJI]}),
            field(
                "place",
                "Conversation",
                {
                    "type": "conversations_select",
                    "filter": {"include": ["public", "private"]},
                    "initial_conversation": PLATFORM,
                },
            ),
            field("boxes", "Days", {"type": "checkboxes", "options": options, "initial_options": [options[1]]}),
            field("radio", "One of them", {"type": "radio_buttons", "options": options, "initial_option": options[0]}),
            field("day", "Day", {"type": "datepicker", "initial_date": "2027-01-27"}),
            field("time", "Time", {"type": "timepicker", "initial_time": "09:00"}),
            field("moment", "Moment", {"type": "datetimepicker", "initial_date_time": NOW}),
            field("search", "Search", {"type": "external_select", "min_query_length": 2}, optional=True),
            section("With an accessory", block_id="acc", accessory=button("Open D-4", "open4")),
            {"type": "actions", "block_id": "more", "elements": [button("Add detail", "add")]},
        ],
    }


def every_block() -> list[Json]:
    """Every block that a message may have."""
    word = {"type": "text", "text": "plain and "}
    bold = {"type": "text", "text": "bold", "style": {"bold": True}}
    return [
        {"type": "header", "text": plain("Tradeoffs :scales:")},
        section(
            "*Bold* _italic_ ~gone~ `code` <https://example.com|a link> "
            f"<@{DANA}> <@{SAM}> <#{LEADERSHIP}> <!date^{NOW}^{{date_short_pretty}} {{time}}|29 Oct 09:10 UTC> "
            ":tada: :unknown_one:"
        ),
        {"type": "section", "block_id": "fields", "fields": [mrkdwn("*Owner*\nPriya"), mrkdwn("*Cost*\n€ 12,000")]},
        section("```\nSELECT 1 < 2;\n```\n&gt; quoted\n1. one\n2. two", accessory=button("Open", "open")),
        {"type": "divider"},
        {"type": "context", "elements": [mrkdwn("55 of 60 min"), plain("Did not fit: Android")]},
        {
            "type": "rich_text",
            "elements": [
                {"type": "rich_text_section", "elements": [word, bold, {"type": "emoji", "name": "scales"}]},
                {
                    "type": "rich_text_list",
                    "style": "ordered",
                    "elements": [
                        {"type": "rich_text_section", "elements": [{"type": "user", "user_id": KENJI}]},
                        {
                            "type": "rich_text_section",
                            "elements": [
                                {
                                    "type": "date",
                                    "timestamp": NOW,
                                    "format": "{date_short} {time}",
                                    "fallback": "then",
                                }
                            ],
                        },
                    ],
                },
                {"type": "rich_text_quote", "elements": [{"type": "text", "text": "We said so."}]},
                {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "make test"}]},
            ],
        },
        {"type": "markdown", "text": "## Summary\n\n**Decided** and [a link](https://example.com)\n\n- one\n- two"},
        {
            "type": "table",
            "column_settings": [{"align": "left"}, {"align": "right"}],
            "rows": [
                [{"type": "raw_text", "text": "Item"}, {"type": "raw_text", "text": "Minutes"}],
                [{"type": "raw_text", "text": "SSO for Acme"}, {"type": "raw_number", "value": 20, "text": "20"}],
            ],
        },
        {
            "type": "card",
            "title": mrkdwn("*D-4*"),
            "subtitle": plain("6 Oct"),
            "body": mrkdwn("Stay on Heroku"),
            "actions": [button("Open", "card_open")],
        },
        {
            "type": "image",
            "image_url": "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=",
            "alt_text": "A dot",
            "title": plain("Chart"),
        },
        {"type": "wobble"},
    ]
