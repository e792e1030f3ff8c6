"""users.*, team.info, bots.info, dnd.info, auth.test: who is who."""

from playground.api.args import Args
from playground.api.checks import require
from playground.api.paging import page
from playground.errors import Refused
from playground.messages import Json
from playground.office import Office


def auth_test(office: Office, args: Args) -> Json:
    world, app = office.world, office.world.app
    common: Json = {"url": f"{world.url}/", "team": world.spec.team_name, "team_id": world.spec.team_id}
    if args.text("token") == app.app_token:
        return {"app_name": app.name, "app_id": app.id} | common
    bot = world.people[world.bot]
    return common | {"user": bot.name, "user_id": bot.id, "bot_id": app.bot_id, "is_enterprise_install": False}


def team_info(office: Office, args: Args) -> Json:
    require(office, "team:read")
    spec = office.world.spec
    if args.text("team") not in {None, spec.team_id}:
        raise Refused("team_not_found")
    team = {"id": spec.team_id, "name": spec.team_name, "domain": spec.domain, "email_domain": "", "icon": {}}
    return {"team": team | {"url": f"{office.world.url}/"}}


def user_info(office: Office, args: Args) -> Json:
    require(office, "users:read")
    person = office.world.people.get(args.need("user"))
    if person is None:
        raise Refused("user_not_found")
    shown = office.world.user_object(person)
    return {"user": shown | {"locale": "en-GB"} if args.flag("include_locale") else shown}


def user_list(office: Office, args: Args) -> Json:
    require(office, "users:read")
    everybody = [person for person in office.world.people.values() if person.team_id == office.world.spec.team_id]
    shown, metadata = page(everybody, args, "users", default=1000)
    members = [office.world.user_object(person) for person in shown]
    return {"members": members, "cache_ts": int(office.world.now()), "response_metadata": metadata}


def bot_info(office: Office, args: Args) -> Json:
    require(office, "users:read")
    app = office.world.app
    if args.text("bot") not in {None, app.bot_id}:
        raise Refused("bot_not_found")
    bot = {"id": app.bot_id, "deleted": False, "name": app.name, "updated": 0, "app_id": app.id}
    return {"bot": bot | {"user_id": app.bot_user_id, "icons": {}}}


def dnd_info(office: Office, args: Args) -> Json:
    require(office, "dnd:read")
    person = office.world.people.get(args.text("user") or office.world.bot)
    if person is None:
        raise Refused("user_not_found")
    is_on = person.dnd_until > office.world.now()
    until = int(person.dnd_until) if is_on else 1
    return {
        "dnd_enabled": is_on,
        "next_dnd_start_ts": int(office.world.now()) if is_on else 1,
        "next_dnd_end_ts": until,
    }
