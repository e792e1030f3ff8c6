"""A workspace's own affairs in Slack: `/backbeat`, setup, Home, what people write to us, and who comes and goes."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog
from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.blocks import talk
from bot.blocks.help import build_help, build_help_view, unknown_verb
from bot.blocks.home import build_home, build_home_failed
from bot.blocks.kit import Json
from bot.blocks.workspaces import (
    HELP,
    OPEN_SETUP,
    SETUP,
    SETUP_HELP,
    SHOW_HELP,
    build_set_up,
    build_setup,
    parse_setup,
)
from bot.domain.errors import BackbeatError, NotAllowed, NotFound
from bot.domain.hours import today_for
from bot.domain.outbox import Destination
from bot.domain.workspaces import Person, UserId, WorkspaceId
from bot.usecases import decisions, people, rights, workspaces
from bot.usecases.workspaces import Setup
from handlers.errors import OUT_OF_REACH, typed, words_of
from handlers.hurry import hurried
from handlers.kit import WRITTEN_BY_PEOPLE, Asked, Body, Desk, answer, bound, state_of
from handlers.rights import asked_of_us
from handlers.windows import show

log = structlog.get_logger(__name__)


def register(app: App, desk: Desk) -> None:
    """Register this one last: it takes every message in a DM that no other part has taken."""
    desk.verbs["setup"] = setup
    app.command(desk.commands["/backbeat"])(bound(desk, backbeat))
    app.action(OPEN_SETUP)(bound(desk, open_setup))
    app.action(SHOW_HELP)(bound(desk, show_help))
    app.view(SETUP)(bound(desk, save_setup))
    app.event("app_home_opened")(bound(desk, home_opened))
    app.event("user_change")(bound(desk, person_changed))
    app.event("member_joined_channel")(bound(desk, membership_changed))
    app.event("member_left_channel")(bound(desk, membership_changed))
    app.event("message", matchers=[is_written_to_us])(bound(desk, direct_message))
    app.event("message")(bound(desk, passed_over))


# --- /backbeat ------------------------------------------------------------------------------------------------------


def backbeat(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """`/backbeat <verb> …` goes to the part whose verb it is."""
    first, _, rest = request.text.partition(" ")
    verb, rest = first.lower(), rest.strip()
    if verb == "help" and rest.lower() in desk.verbs:
        verb, rest = rest.lower(), "help"  # "help setup" is what "setup help" is
    hurried(desk).person(request)
    if verb in {"", "help"}:
        answer(ack, build_help(HELP, desk.commands))
    elif verb in desk.verbs:
        desk.verbs[verb](desk, replace(request, text=rest), ack, client)
    else:
        words = unknown_verb(verb, sorted(desk.verbs), desk.commands)
        ack(text=f"{words}{typed(body) if rest else ''}", response_type="ephemeral")


def show_help(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """Home's *Help*."""
    hurried(desk).person(request)
    show(desk, client, request, build_help_view(HELP, desk.commands))
    ack()


# --- setup ----------------------------------------------------------------------------------------------------------


def setup(desk: Desk, request: Asked, ack: Ack, client: WebClient) -> None:
    """`/backbeat setup`"""
    if request.text.lower() == "help":
        answer(ack, build_help(SETUP_HELP, desk.commands))
        return
    _open_setup(desk, request, client)
    ack()


def open_setup(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """Home's *Set up*."""
    _open_setup(desk, request, client)
    ack()


def _open_setup(desk: Desk, request: Asked, client: WebClient) -> None:
    person = hurried(desk).person(request)
    settled = workspaces.require_may_set_up(desk.services, person, admins=desk.admins)
    show(desk, client, request, build_setup(settled, asker=person.id, reaction=desk.reaction))


def save_setup(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """Whether this person may is asked again: a window can be kept open, or forged."""
    quick, view = hurried(desk), body["view"]
    person, wanted = quick.person(request), parse_setup(state_of(view))
    workspaces.set_up(quick.services, person, wanted, key=request.key, admins=desk.admins)
    ack(response_action="update", view=build_set_up(wanted))
    desk.background.submit(_after_setup, desk, client, person, wanted, str(view["id"]))


def _after_setup(desk: Desk, client: WebClient, person: Person, wanted: Setup, view_id: str) -> None:
    """What need not hold up the acknowledgement: where Backbeat has to be invited, and the asker's Home."""
    not_in = workspaces.channels_without_us(desk.services, person, wanted)
    if not_in:
        try:
            client.views_update(view_id=view_id, view=build_set_up(wanted, not_in=not_in))
        except OUT_OF_REACH as error:  # closed meanwhile, most likely
            log.info("view_not_updated", error=str(error))
    publish_home(desk, client, person.workspace_id, person.id)


# --- Home -----------------------------------------------------------------------------------------------------------


def home_opened(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """Somebody looks at Home. The *Messages* tab says nothing of its own accord."""
    if body["event"].get("tab") == "home":
        desk.background.submit(publish_home, desk, client, request.workspace, request.person_id)
    ack()


def publish_home(desk: Desk, client: WebClient, workspace: WorkspaceId, user: UserId) -> None:
    """Show somebody their Home as things stand now. For a background thread: it never raises."""
    try:
        view = _home_of(desk, workspace, user)
    except Exception as error:  # noqa: BLE001 - the edge of a thread: Home says what went wrong
        view = build_home_failed(words_of(error, kind="home", name="app_home_opened"))
    try:
        client.views_publish(user_id=user, view=view)
    except OUT_OF_REACH as error:
        log.warning("home_not_published", error=str(error), person=user)


def _home_of(desk: Desk, workspace: WorkspaceId, user: UserId) -> Json:
    services = desk.services
    person = people.person_known(services, workspace, user)
    viewer = people.viewer_for(services, person)
    today = today_for(person, services.clock.now())
    facts = workspaces.home(services, person, viewer, today=today, admins=desk.admins)
    return build_home(facts, desk.commands)


# --- people come, go and change -------------------------------------------------------------------------------------


def person_changed(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """Their zone, name or rights may be others now. Strangers are not looked up."""
    if people.doubt(desk.services, request.workspace, request.person_id):
        desk.background.submit(_look_again, desk, request)
    ack()


def _look_again(desk: Desk, request: Asked) -> None:
    try:
        people.person_known(desk.services, request.workspace, request.person_id)
    except BackbeatError as error:
        log.warning("person_not_looked_up", person=request.person_id, why=error.words)


def membership_changed(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """Somebody joined or left a channel, perhaps Backbeat itself: who sees what is asked of Slack again."""
    desk.services.directory.forget(request.workspace, request.person_id)
    if request.conversation is not None:
        desk.services.directory.forget_conversation(request.workspace, request.conversation)
    ack()


# --- what people write to Backbeat ----------------------------------------------------------------------------------


def is_written_to_us(event: Mapping[str, Any]) -> bool:
    """A person's own message in a DM: no app's, no edit, no deletion."""
    return (
        event.get("channel_type") == "im"
        and event.get("subtype") in WRITTEN_BY_PEOPLE
        and not event.get("bot_id")
        and not event.get("hidden")
        and isinstance(event.get("user"), str)
        and isinstance(event.get("channel"), str)
    )


def direct_message(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """Answered briefly, in the thread that it came from."""
    words = _words_for(hurried(desk), request)
    if words is not None:
        thread = body["event"].get("thread_ts")
        to = Destination(str(request.conversation), thread_ts=thread if isinstance(thread, str) else None)
        workspaces.reply(desk.services, request.workspace, to, words, key=request.key)
    ack()


def passed_over(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """Edits, deletions, what other apps write: acknowledged, and nothing said."""
    ack()


def _words_for(desk: Desk, request: Asked) -> str | None:
    text = request.text
    if talk.is_polite(text):
        return None
    try:
        person = desk.person(request)
        area = asked_of_us(text)
        if area is not None:
            return rights.about(desk.services, person, area, admins=desk.admins).words
        number, query = talk.asked_number(text), talk.asked_query(text)
        if number is not None:
            viewer = desk.viewer(person, request)
            return talk.one_in_words(decisions.get(desk.services, viewer, number, workspace=person.workspace_id))
        if query is not None:
            return _found(desk, request, person, query)
    except (NotAllowed, NotFound) as error:
        return error.words
    return build_help(HELP, desk.commands).text if talk.asks_for_help(text) else talk.what_next(desk.commands)


def _found(desk: Desk, request: Asked, person: Person, query: str) -> str:
    viewer, most = desk.viewer(person, request), talk.ROWS + 1
    if query:
        found = decisions.search(desk.services, viewer, query, workspace=person.workspace_id, limit=most)
    else:
        found = decisions.latest(desk.services, viewer, workspace=person.workspace_id, limit=most)
    return talk.found_words(found, query, desk.commands)
