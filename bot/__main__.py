"""The command line: `backbeat <command>`."""

import json
import os
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from bot.settings import Settings, SettingsProblem, load

main = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # they hold tokens
    help="Backbeat keeps a remote CTO's operating cadence.",
)
MEND_FIRST = 2
E = TypeVar("E", bound=StrEnum)


@main.callback()
def root() -> None:
    """Backbeat keeps a remote CTO's operating cadence."""


@main.command()
def run() -> None:
    """Run the bot: by Socket Mode where SLACK_APP_TOKEN is set, else by HTTP."""
    settings = _settings()
    from bot.program import run as run_program

    raise typer.Exit(run_program(settings, say=typer.echo, complain=_complain, environment=dict(os.environ)))


@main.command()
def demo(
    port: Annotated[int, typer.Option(help="Where the page is; 0 takes a free port")] = 8765,
    folder: Annotated[Path, typer.Option(help="Where its files go; made anew each time")] = Path(".demo"),
    browser: Annotated[bool, typer.Option(help="Open the page in the browser")] = True,
) -> None:
    """See Backbeat at work in a local workspace: Tidewater, with five weeks of history. No Slack is needed."""
    from bot.demo.run import run as run_demo

    raise typer.Exit(run_demo(folder=folder, port=port, opens_browser=browser, say=typer.echo, complain=_complain))


@main.command()
def migrate() -> None:
    """Bring the database to what this release expects."""
    settings = _settings()
    from sqlalchemy.exc import SQLAlchemyError

    from bot.logs import hide
    from storage import migrate as migrations

    url = settings.database_url.get_secret_value()
    try:
        waiting = migrations.pending(url)
        if waiting:
            migrations.upgrade(url)
    except migrations.DatabaseNewer as error:
        _complain(f"✗ Can't migrate: {error}")
        raise typer.Exit(MEND_FIRST) from error
    except (SQLAlchemyError, OSError) as error:
        reason = hide(str(getattr(error, "orig", None) or error), settings.secrets).strip().split("\n")[0]
        _complain(f"✗ The database can't be migrated: {reason}")
        raise typer.Exit(1) from error
    typer.echo(f"Migrated: {len(waiting)} step(s) applied." if waiting else "Nothing to do: the database is current.")


@main.command()
def doctor() -> None:
    """Say what is wrong with tokens, scopes, database, zone data and model, and how to mend it."""
    settings = _settings()
    from bot import logs
    from bot.doctor import Verdict, examine

    logs.set_up(level="critical", form=settings.log_format, secrets=settings.secrets)
    ill = False
    for finding in examine(settings, dict(os.environ)):
        ill = ill or finding.verdict is Verdict.BAD
        typer.echo(logs.hide(str(finding), settings.secrets))
    raise typer.Exit(1 if ill else 0)


@main.command()
def manifest(
    agent: Annotated[
        bool, typer.Option("--agent", help="With the agent view: guests can then not open the app")
    ] = False,
) -> None:
    """Print the app manifest to paste at https://api.slack.com/apps, with the command names that are set."""
    settings = _settings()
    from bot.manifest import GUEST_WARNING, for_settings

    if agent:
        _complain(f"– {GUEST_WARNING}")
    typer.echo(for_settings(settings, agent=agent).rstrip())


@main.command()
def preview(
    rule: Annotated[str, typer.Argument(help="In words: every other Tuesday 10:00")],
    zone: Annotated[str, typer.Option(help="An IANA zone, such as Europe/Lisbon")] = "UTC",
    country: Annotated[str | None, typer.Option(help="Whose public holidays to skip: PT, IN-WB")] = None,
    start: Annotated[str | None, typer.Option("--from", help="The first date to look at, YYYY-MM-DD")] = None,
    count: Annotated[int, typer.Option(help="How many dates")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list")] = False,
) -> None:
    """Show when a recurring meeting would be."""
    from bot.domain.errors import BackbeatError
    from bot.usecases.preview import preview as next_dates

    try:
        first = date.fromisoformat(start) if start else datetime.now(UTC).date()
    except ValueError as error:
        _complain("✗ Give --from as YYYY-MM-DD.")
        raise typer.Exit(MEND_FIRST) from error
    try:
        found = next_dates(rule, zone=zone, country=country, start=first, count=count)
    except BackbeatError as error:
        _complain(f"✗ {error.words}")
        raise typer.Exit(MEND_FIRST) from error
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
    else:
        _table(found, zone)


@main.command("import")
def import_(
    source: Annotated[str, typer.Argument(help="adr (a folder), csv or json (a file)", metavar="adr|csv|json")],
    path: Annotated[Path, typer.Argument(help="The folder, or the file")],
    workspace: Annotated[str | None, typer.Option(help="Whose log: T0123ABCD; not needed where there is one")] = None,
    owner: Annotated[str | None, typer.Option(help="Who owns them: U0123ABCD; the CTO unless given")] = None,
    name: Annotated[str | None, typer.Option(help="What the source is known by, if not by its folder")] = None,
    update: Annotated[bool, typer.Option("--update", help="Bring what changed in the source up to date")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was done as JSON")] = False,
) -> None:
    """Take in decisions from ADRs, a table, or another Backbeat, as history. Doing it twice changes nothing."""
    settings = _settings()
    from bot.interchange import Source, Wanted, bring_in

    wanted = Wanted(_one_of(Source, source), path, workspace, owner, name, update)
    raise typer.Exit(bring_in(settings, wanted, as_json=as_json, say=typer.echo, complain=_complain))


@main.command()
def export(
    form: Annotated[str, typer.Option("--format", help="madr, csv or json", metavar="madr|csv|json")],
    out: Annotated[Path, typer.Option(help="The folder for it")],
    workspace: Annotated[str | None, typer.Option(help="Whose log: T0123ABCD; not needed where there is one")] = None,
    audience: Annotated[str, typer.Option(help="everyone: no private decisions; all: those too")] = "everyone",
    everything: Annotated[bool, typer.Option("--all", help="The same as --audience all")] = False,
) -> None:
    """Write the log as MADR 4 files, CSV or JSON. Private decisions stay in unless you say otherwise."""
    settings = _settings()
    from bot.domain.files import LogForm
    from bot.interchange import Audience, give_out

    everything = everything or _one_of(Audience, audience) is Audience.ALL
    raise typer.Exit(
        give_out(
            settings,
            _one_of(LogForm, form),
            out,
            workspace=workspace,
            everything=everything,
            say=typer.echo,
            complain=_complain,
        )
    )


def _one_of(kind: type[E], said: str) -> E:
    try:
        return kind(said.lower())
    except ValueError as error:
        _complain(f"✗ “{said}” is none of {', '.join(each.value for each in kind)}.")
        raise typer.Exit(MEND_FIRST) from error


def _table(found: list[dict[str, str | None]], zone: str) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("Day", zone, "UTC", ""):
        table.add_column(column, no_wrap=bool(column))
    for each in found:
        local = datetime.fromisoformat(str(each["local"]))
        skipped = each["skipped"]
        table.add_row(
            f"{local:%a} {local.day} {local:%b %Y}",
            f"{local:%H:%M}",
            str(each["utc"]),
            f"skipped: {skipped}" if skipped else "",
            style="dim" if skipped else "",
        )
    Console().print(table)


def _settings() -> Settings:
    try:
        return load()
    except SettingsProblem as problem:
        for line in problem.lines:
            _complain(f"✗ {line}")
        raise typer.Exit(MEND_FIRST) from problem


def _complain(line: str) -> None:
    typer.echo(line, err=True)


if __name__ == "__main__":
    main()
