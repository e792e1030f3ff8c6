"""The command line: `backbeat <command>`."""

import json
from datetime import UTC, date, datetime
from typing import Annotated

import typer

from bot.domain.errors import BackbeatError
from bot.usecases.preview import preview as next_dates

main = typer.Typer(no_args_is_help=True, add_completion=False, help="Backbeat keeps a remote CTO's operating cadence.")


@main.callback()
def root() -> None:
    """Backbeat keeps a remote CTO's operating cadence."""


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
    try:
        first = date.fromisoformat(start) if start else datetime.now(UTC).date()
        found = next_dates(rule, zone=zone, country=country, start=first, count=count)
    except (BackbeatError, ValueError) as error:
        words = error.words if isinstance(error, BackbeatError) else "Give --from as YYYY-MM-DD."
        typer.echo(words, err=True)
        raise typer.Exit(2) from error
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    for each in found:
        typer.echo(f"{each['local']}  {each['utc']}" + (f"  skipped: {each['skipped']}" if each["skipped"] else ""))


if __name__ == "__main__":
    main()
