"""views.*: modals and the Home tab."""

from playground.api.args import Args
from playground.api.checks import valid_view
from playground.errors import Refused
from playground.messages import Json
from playground.office import Office
from playground.views import DEEPEST, View


def open_view(office: Office, args: Args) -> Json:
    """A new modal. It takes the place of those that the person had open."""
    world = office.world
    name, source = args.need("trigger_id"), valid_view(args, "modal")
    _check_external_id(office, source)
    trigger = world.tickets.exchange(name)
    world.stacks[trigger.user] = []
    return _answer(office, world.put_on_top(trigger.user, source))


def push(office: Office, args: Args) -> Json:
    """A modal over the one that the interaction came from."""
    world = office.world
    name, source = args.need("trigger_id"), valid_view(args, "modal")
    _check_external_id(office, source)
    trigger = world.tickets.exchange(name)
    stack = world.stacks.get(trigger.user, [])
    if trigger.view_id is None or trigger.view_id not in {view.id for view in stack}:
        raise Refused("not_found")
    if len(stack) >= DEEPEST:
        raise Refused("push_limit_reached")
    return _answer(office, world.put_on_top(trigger.user, source))


def update(office: Office, args: Args) -> Json:
    """Redraws a view that is open; the answer to `hash` is whether it still is the one that the app last saw."""
    world = office.world
    source = valid_view(args, "modal")
    view = _find(office, args)
    if args.text("hash") and args.text("hash") != view.hash:
        raise Refused("hash_conflict")
    _check_external_id(office, source, view)
    world.redraw(view, source)
    return _answer(office, view)


def _find(office: Office, args: Args) -> View:
    world = office.world
    if args.text("view_id"):
        view = world.view(args.need("view_id"))
    elif args.text("external_id"):
        wanted = args.text("external_id")
        view = next((each for each in world.open_views() if each.external_id == wanted), None)
    else:
        raise Refused("invalid_arguments", messages=["[ERROR] missing required field: view_id or external_id"])
    if view is None or view.kind != "modal":
        raise Refused("not_found")
    return view


def publish(office: Office, args: Args) -> Json:
    world = office.world
    if not world.grants.has_home:
        raise Refused("not_enabled")
    person = world.people.get(args.need("user_id"))
    source = valid_view(args, "home")
    if person is None or person.is_bot:
        raise Refused("user_not_found")
    view = world.homes.get(person.id)
    if view is None:
        view = world.homes[person.id] = world.new_view("home", person.id, source)
        world.changed()
        return _answer(office, view)
    if args.text("hash") and args.text("hash") != view.hash:
        raise Refused("hash_conflict")
    world.redraw(view, source)
    return _answer(office, view)


def _check_external_id(office: Office, source: Json, own: View | None = None) -> None:
    wanted = source.get("external_id")
    if wanted and any(view.external_id == wanted and view is not own for view in office.world.open_views()):
        raise Refused("duplicate_external_id")


def _answer(office: Office, view: View) -> Json:
    return {"view": office.world.view_object(view)}
