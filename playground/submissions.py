"""Sending and closing modals, and what the app may answer to it."""

from collections.abc import Mapping
from typing import Any

from playground import payloads
from playground.api.checks import check_view
from playground.errors import Declined, Refused
from playground.interactions import TROUBLE
from playground.messages import Json
from playground.office import Office
from playground.people import Person
from playground.views import DEEPEST, View, filled_state, incomplete


class Submissions:
    def __init__(self, office: Office) -> None:
        self._office = office
        self._world = office.world

    async def submit(self, person: Person, view: View, given: Mapping[str, Any] | None) -> Json:
        """Send a view. What it lacks is said beside its fields before the app hears of it."""
        state = filled_state(view.blocks, given)
        errors = incomplete(view.blocks, state)
        if errors:
            raise Declined("Something is missing.", outcome="errors", errors=errors)
        payload = payloads.submission(self._world, person, view, state)
        payload["trigger_id"] = self._world.tickets.trigger(person.id, view.id)
        ack = await self._office.deliveries.ask("interactive", payload)
        if not ack.ok:
            raise self._trouble(ack.reason)
        try:
            return self._answered(view, ack.payload)
        except Refused as refused:
            raise self._trouble(f"{refused.error} {' '.join(refused.messages)}".strip()) from None

    def _answered(self, view: View, answer: Any) -> Json:
        action = answer.get("response_action") if isinstance(answer, Mapping) else None
        if action is None:
            self._world.take_away(view)
            return {"outcome": "closed"}
        match action:
            case "errors":
                raise Declined("Something is not right yet.", outcome="errors", errors=self._errors(view, answer))
            case "update":
                self._world.redraw(view, check_view(answer.get("view"), "modal"))
                return {"outcome": "updated", "view_id": view.id}
            case "push":
                source = check_view(answer.get("view"), "modal")
                if len(self._world.stacks.get(view.user, [])) >= DEEPEST:
                    raise Refused("push_limit_reached")
                return {"outcome": "pushed", "view_id": self._world.put_on_top(view.user, source).id}
            case "clear":
                self._clear(view.user)
                return {"outcome": "closed"}
        raise Refused("invalid_response_action", messages=[str(action)])

    def _errors(self, view: View, answer: Mapping[str, Any]) -> dict[str, str]:
        """The app's words beside its fields. Only an input block can carry them."""
        errors = answer.get("errors")
        inputs = {block["block_id"] for block in view.blocks if block.get("type") == "input"}
        if not isinstance(errors, Mapping) or not errors:
            raise Refused("invalid_errors", messages=["errors must name at least one block"])
        for block_id, words in errors.items():
            if block_id not in inputs:
                raise Refused("invalid_errors", messages=[f"no input block {block_id!r}"])
            if not isinstance(words, str) or not words:
                raise Refused("invalid_errors", messages=[f"no words for {block_id!r}"])
        return dict(errors)

    def _clear(self, user: str) -> None:
        views = self._world.stacks.get(user, [])
        self._world.stacks[user] = []
        self._world.changed()
        self._tell_closed(views, is_cleared=True)

    def close(self, person: Person, view: View) -> None:
        """Close a view, or all of them where it says so."""
        if view.source.get("clear_on_close"):
            self._clear(person.id)
            return
        self._world.take_away(view)
        self._tell_closed([view], is_cleared=False)

    def _tell_closed(self, views: list[View], *, is_cleared: bool) -> None:
        for view in views:
            if view.notifies:
                person = self._world.people[view.user]
                payload = payloads.closed(self._world, person, view, is_cleared=is_cleared)
                self._office.deliveries.tell("interactive", payload)

    def _trouble(self, reason: str) -> Declined:
        return Declined(TROUBLE, outcome="failed", reason=reason)
