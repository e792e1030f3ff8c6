"""User groups: listed, looked into, and mentioned."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from slack_sdk import WebClient

from playground.server import Playground
from playground.spec import GroupSpec, WorkspaceSpec
from tests.playground.support import ALICE, BOB, SCOPES, Clock, a_manifest, a_spec, client_of, error_of, without

GROUPS = (
    GroupSpec("S0FIN", "finance", "Finance", (ALICE, BOB)),
    GroupSpec("S0OLD", "old-hands", "Old hands", (BOB,), is_disabled=True),
)


def spec_with_groups() -> WorkspaceSpec:
    manifest = a_manifest(scopes=(*SCOPES, "usergroups:read"))
    return replace(a_spec(manifest), groups=GROUPS)


@pytest.fixture
def client(clock: Clock) -> Iterator[WebClient]:
    with Playground(spec_with_groups(), clock=clock) as playground:
        yield client_of(playground)


def test_groups_in_use_are_listed_without_their_people(client: WebClient) -> None:
    (group,) = client.usergroups_list()["usergroups"]
    assert (group["id"], group["handle"], group["name"], group["date_delete"]) == ("S0FIN", "finance", "Finance", 0)
    assert "users" not in group
    assert "user_count" not in group


def test_counts_people_and_disabled_groups_come_when_they_are_asked_for(client: WebClient) -> None:
    found = client.usergroups_list(include_count=True, include_users=True, include_disabled=True)["usergroups"]
    assert [(each["users"], each["user_count"], bool(each["date_delete"])) for each in found] == [
        ([ALICE, BOB], 2, False),
        ([BOB], 1, True),
    ]


def test_who_is_in_a_group(client: WebClient) -> None:
    assert client.usergroups_users_list(usergroup="S0FIN")["users"] == [ALICE, BOB]
    assert client.usergroups_users_list(usergroup="S0OLD", include_disabled=True)["users"] == [BOB]
    assert error_of(client.usergroups_users_list, usergroup="S0OLD") == "no_such_subteam"
    assert error_of(client.usergroups_users_list, usergroup="S0NONE") == "no_such_subteam"
    assert error_of(client.api_call, "usergroups.users.list") == "invalid_arguments"


def test_without_the_scope_or_on_the_free_plan_there_are_none(clock: Clock) -> None:
    with Playground(without(spec_with_groups(), "usergroups:read"), clock=clock) as playground:
        assert error_of(client_of(playground).usergroups_list) == "missing_scope"
        assert error_of(client_of(playground).usergroups_users_list, usergroup="S0FIN") == "missing_scope"
    with Playground(replace(spec_with_groups(), has_groups=False), clock=clock) as playground:
        assert error_of(client_of(playground).usergroups_list) == "plan_upgrade_required"
