"""usergroups.*: the user groups of the workspace, and who is in them."""

from playground.api.args import Args
from playground.api.checks import require
from playground.errors import Refused
from playground.messages import Json
from playground.office import Office
from playground.spec import GroupSpec
from playground.world import FOUNDED


def list_all(office: Office, args: Args) -> Json:
    """In no particular order, all at once: this method knows no pages."""
    _allowed(office)
    counted, with_users = args.flag("include_count"), args.flag("include_users")
    found = [each for each in office.world.spec.groups if args.flag("include_disabled") or not each.is_disabled]
    return {"usergroups": [_group(office, each, counted=counted, with_users=with_users) for each in found]}


def users(office: Office, args: Args) -> Json:
    _allowed(office)
    name = args.need("usergroup")
    group = next((each for each in office.world.spec.groups if each.id == name), None)
    if group is None or (group.is_disabled and not args.flag("include_disabled")):
        raise Refused("no_such_subteam")
    return {"users": list(group.members)}


def _allowed(office: Office) -> None:
    require(office, "usergroups:read")
    if not office.world.spec.has_groups:
        raise Refused("plan_upgrade_required")


def _group(office: Office, group: GroupSpec, *, counted: bool, with_users: bool) -> Json:
    spec = office.world.spec
    made: Json = {
        "id": group.id,
        "team_id": spec.team_id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "description": "",
        "handle": group.handle,
        "is_external": False,
        "date_create": FOUNDED,
        "date_update": FOUNDED,
        "date_delete": FOUNDED if group.is_disabled else 0,
        "auto_type": None,
        "auto_provision": False,
        "enterprise_subteam_id": "",
        "created_by": spec.people[0].id,
        "updated_by": spec.people[0].id,
        "deleted_by": spec.people[0].id if group.is_disabled else None,
        "prefs": {"channels": [], "groups": []},
    }
    if with_users:
        made["users"] = list(group.members)
    if counted:
        made["user_count"] = len(group.members)
    return made
