"""Wires it all: the only file that knows every part."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog
from pydantic import SecretStr
from slack_bolt import App
from slack_sdk import WebClient
from starlette.applications import Starlette

from bot.adapters.charts import draw_chart
from bot.adapters.clock import clock_for
from bot.adapters.directory import SlackDirectory
from bot.adapters.drafter import OpenAIDrafter
from bot.adapters.identity import Identity, identify, workspace_name
from bot.adapters.messenger import SlackMessenger
from bot.adapters.model import Model, model_for
from bot.adapters.slack import Clients, OneToken, call, is_loopback, web_client
from bot.adapters.summariser import OpenAISummariser
from bot.domain.errors import ExternalFailure
from bot.domain.outbox import OutboxStatus
from bot.domain.schedules import ScheduleKind
from bot.domain.workspaces import Workspace
from bot.settings import Settings
from bot.usecases import agendas, decisions, interchange, monthly, standups, updates, waiting
from bot.usecases.approvals import asking, requests, stuck
from bot.usecases.files import Makers
from bot.usecases.month_ends import see_to_notes
from bot.usecases.ports import Messenger
from bot.usecases.services import Services
from bot.usecases.workspaces import known_from
from handlers import agendas as agenda_handlers
from handlers import approvals as approval_handlers
from handlers import cadences as cadence_handlers
from handlers import decisions as decision_handlers
from handlers import monthly as monthly_handlers
from handlers import rights as rights_handlers
from handlers import standups as standup_handlers
from handlers import updates as update_handlers
from handlers import workspaces as workspace_handlers
from handlers.app import Installed, Register, build_app
from handlers.edge import Edge, Health, build_edge
from handlers.front import Front
from handlers.kit import Desk
from handlers.sockets import Sockets
from jobs.planner import DueUseCase
from jobs.runner import Bell, Runner
from jobs.timing import Timing
from jobs.workers import Work
from storage import migrate
from storage.locks import exclusive
from storage.store import SqlStore, open_store

log = structlog.get_logger(__name__)

# What is used most comes first: Bolt asks one listener after the other. Last comes what nobody else took.
REGISTER: tuple[Register, ...] = (
    decision_handlers.register,
    approval_handlers.register,
    agenda_handlers.register,
    standup_handlers.register,
    update_handlers.register,
    cadence_handlers.register,
    rights_handlers.register,
    monthly_handlers.register,
    workspace_handlers.register,
)
DUE: Mapping[ScheduleKind, DueUseCase] = {
    ScheduleKind.AGENDA: agendas.post_due,
    ScheduleKind.MEETING_END: agendas.end_due,
    ScheduleKind.WAITING: waiting.waiting_due,
    ScheduleKind.APPROVAL: stuck.approval_due,
    ScheduleKind.EXPIRY: decisions.expire_due,
    ScheduleKind.MONTHLY: monthly.monthly_due,
    ScheduleKind.STANDUP_ROUND: standups.open_round_due,
    ScheduleKind.STANDUP_PROMPT: standups.prompt_due,
    ScheduleKind.STANDUP_DIGEST: standups.digest_due,
}
WORK: Mapping[str, Work] = {
    asking.ASK: Work(requests.ask_people, requests.ask_without_slack),
    asking.TELL: Work(requests.tell_people, requests.leave_untold),
    updates.WORK_KIND: Work(updates.summarise_job, updates.give_up_job),
    decisions.LINK: Work(decisions.find_link, decisions.leave_unlinked),
    decisions.SUGGEST: Work(decisions.suggest, decisions.leave_unsuggested),
    decisions.DRAFT: Work(decisions.draft_job, decisions.leave_undrafted),
    decisions.CARD: Work(decisions.post_card, decisions.send_card),
}
# What makes each sort of file, by the `kind` of its source.
FILES: Makers = {"log_export": interchange.make_export, "months_chart": draw_chart}
MOST_COUNTED = 1000


class MigrationsPending(Exception):
    """The database is older than this release, and is not ours alone to change."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


@dataclass(frozen=True, slots=True)
class Program:
    """Everything that runs, wired and not yet started."""

    settings: Settings
    identity: Identity
    services: Services
    desk: Desk
    app: App
    front: Front
    http: Starlette
    sockets: Sockets | None  # None: HTTP mode
    messenger: Messenger
    runner: Runner
    pools: tuple[ThreadPoolExecutor, ...]

    def start(self) -> None:
        self.runner.start()
        if self.sockets is not None:
            self.sockets.start()

    def stop(self, timeout: float) -> bool:
        """Take nothing more and finish what is in hand, each part within `timeout` seconds. True if all of it was."""
        drained = self.sockets is None or self.sockets.stop(timeout)
        for pool in self.pools:
            pool.shutdown(wait=False)
        return self.runner.stop(timeout) and drained


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite database, None for another kind."""
    return Path(url.removeprefix("sqlite:///").partition("?")[0]) if url.startswith("sqlite:///") else None


@contextmanager
def database(settings: Settings, *, is_lasting: bool = True) -> Iterator[SqlStore]:
    """The store, migrated, and ours alone where it is a file. `is_lasting`: see `open_store`.

    Raises AlreadyRunning, FileNotUsable, DatabaseNewer, MigrationsPending, ExternalFailure.
    """
    url = settings.database_url.get_secret_value()
    path = sqlite_file(url)
    with exclusive(path) if path is not None else nullcontext():
        waiting = migrate.pending(url)
        if waiting and path is None:
            raise MigrationsPending(len(waiting))
        if waiting:
            log.info("database_migrated", steps=len(waiting))
            migrate.upgrade(url)
        store = open_store(url, is_lasting=is_lasting)
        try:
            yield store
        finally:
            store.close()


def build(settings: Settings, store: SqlStore) -> Program:
    """Sign in to Slack, make the workspace known, and wire the rest. Raises ExternalFailure where Slack refuses."""
    clock = clock_for(settings.slack_api_url, settings.clock_offset_file)
    token = _secret(settings.slack_bot_token)
    base_client = web_client(None, settings.slack_api_url, settings.slack_timeout)
    signing_in = web_client(token, settings.slack_api_url, settings.slack_timeout)
    identity = identify(signing_in)
    name = workspace_name(signing_in, identity)
    known_from(store, Workspace(identity.workspace, name, identity.bot_user_id, clock.now()))
    see_to_notes(store, identity.workspace, at=clock.now())
    installed = Installed()
    installed.add(identity.workspace, token=token, bot_user_id=identity.bot_user_id, bot_id=identity.bot_id)
    clients = Clients(OneToken(identity.workspace, token), settings.slack_api_url, settings.slack_timeout)
    bell = Bell()
    model = _model(settings)
    services = Services(
        store,
        SlackDirectory(clients, clock),
        clock,
        bell,
        summariser=OpenAISummariser(model) if model else None,
        drafter=OpenAIDrafter(model) if model else None,
    )
    views, background = _pool(8, "views"), _pool(4, "background")
    desk = Desk(
        services,
        settings.commands,
        views=views,
        background=background,
        admins=settings.admins,
        reaction=settings.reaction,
    )
    app = build_app(
        desk, installed=installed, client_of=clients.of, base_client=base_client, executor=background, register=REGISTER
    )
    front = Front(app)
    sockets = _sockets(settings, front)
    messenger = SlackMessenger(clients)
    runner = _runner(settings, services, store, messenger, bell)
    health = Health(
        problems=lambda: _problems(store, runner, sockets), figures=lambda: _figures(services, runner, sockets)
    )
    edge = Edge(front, signing_secret=None if sockets else _secret(settings.slack_signing_secret))
    return Program(
        settings=settings,
        identity=identity,
        services=services,
        desk=desk,
        app=app,
        front=front,
        http=build_edge(edge, health),
        sockets=sockets,
        messenger=messenger,
        runner=runner,
        pools=(views, background),
    )


def _secret(value: SecretStr | None) -> str:
    return value.get_secret_value() if value is not None else ""


def _pool(size: int, name: str) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(size, thread_name_prefix=name)


def _sockets(settings: Settings, front: Front) -> Sockets | None:
    """Asks for the first address at once, so that a token that Slack refuses stops the start."""
    if settings.slack_app_token is None:
        return None
    client = web_client(_secret(settings.slack_app_token), settings.slack_api_url, settings.slack_timeout)
    first = [socket_url(client)]
    return Sockets(
        lambda: first.pop() if first else socket_url(client), front.take, direct=is_loopback(settings.slack_api_url)
    )


def socket_url(client: WebClient) -> str:
    """A fresh address for a Socket Mode connection. Raises ExternalFailure."""
    url = call(client, "apps.connections.open", doing="connect to Slack with SLACK_APP_TOKEN").get("url")
    if not isinstance(url, str):
        raise ExternalFailure("Slack gave no address for Socket Mode.", permanent=False, code="no_socket_url")
    return url


def _runner(settings: Settings, services: Services, store: SqlStore, messenger: Messenger, bell: Bell) -> Runner:
    return Runner(
        services,
        senders=store.senders(),
        messenger=messenger,
        due=DUE,
        work=WORK,
        makers=FILES,
        bell=bell,
        timing=Timing(http_deadline=timedelta(seconds=settings.slack_timeout)),
    )


def _model(settings: Settings) -> Model | None:
    key = _secret(settings.openai_api_key) or None
    return model_for(api_key=key, base_url=settings.openai_base_url, model=settings.openai_model)


def _problems(store: SqlStore, runner: Runner, sockets: Sockets | None) -> list[str]:
    """Why Backbeat is not ready, in words."""
    problems = []
    try:
        store.check()
    except ExternalFailure:
        problems.append("the database can't be reached")
    if not runner.is_alive():
        problems.append("the clock stands still")
    if sockets is not None and not sockets.is_connected():
        problems.append("there is no connection to Slack (Socket Mode)")
    return problems


def _figures(services: Services, runner: Runner, sockets: Sockets | None) -> dict[str, tuple[str, float]]:
    figures = {"backbeat_clock_alive": ("1 while the clock ticks and its loops are at work", float(runner.is_alive()))}
    if sockets is not None:
        figures["backbeat_socket_connected"] = ("1 while Socket Mode is connected", float(sockets.is_connected()))
    try:
        counted = _counted(services)
    except ExternalFailure:  # the other figures are worth the more
        counted = {}
    figures["backbeat_database_answers"] = ("1 while the database answers", float(bool(counted)))
    return figures | counted


def _counted(services: Services) -> dict[str, tuple[str, float]]:
    """What the database knows. Raises ExternalFailure."""
    queue = services.store.queue()
    stuck = {OutboxStatus.UNCERTAIN: 0, OutboxStatus.FAILED: 0}
    for workspace in queue.workspaces():
        with services.store.read(workspace) as uow:
            for row in uow.outbox.stuck(frozenset(stuck), limit=MOST_COUNTED):
                stuck[row.status] += 1
    due = queue.due_outbox(at=services.clock.now(), limit=MOST_COUNTED)
    return {
        "backbeat_outbox_due": ("Messages that are due and not sent yet", float(len(due))),
        "backbeat_outbox_uncertain": ("Messages that may not have arrived", float(stuck[OutboxStatus.UNCERTAIN])),
        "backbeat_outbox_failed": ("Messages that Slack refused", float(stuck[OutboxStatus.FAILED])),
    }
