"""People use the app: its commands, shortcuts, buttons and views. Each waits up to three seconds for the app."""

from collections.abc import Mapping
from typing import Any

from playground import payloads
from playground.acks import Ack
from playground.channels import Channel
from playground.errors import Declined, Refused
from playground.messages import Json, Message
from playground.office import Office
from playground.people import Person
from playground.responses import Responses
from playground.tickets import Answerable
from playground.views import State, View, filled_state

MOST_OPTIONS = 100
TROUBLE = "We had some trouble connecting. Try again?"


class Interactions:
    def __init__(self, office: Office, responses: Responses) -> None:
        self._office = office
        self._world = office.world
        self._responses = responses

    # --- commands and shortcuts ---------------------------------------------------------------------------------------

    async def command(self, person: Person, channel: Channel, word: str, text: str) -> Json:
        """A command of the app's. Its answer, where it gives one with the acknowledgement, is shown."""
        payload: Json = dict(payloads.command(self._world, person, channel, word, text))
        place = self._world.tickets.new_place(channel.id, person.id)
        payload |= {"response_url": self._url(place), "trigger_id": self._world.tickets.trigger(person.id)}
        ack = await self._office.deliveries.ask("slash_commands", payload)
        if not ack.ok:
            reason = "operation_timeout" if ack.reason == "timeout" else "dispatch_failed"
            raise self._failed(word, reason)
        if ack.payload:
            try:
                self._responses.show(place, ack.payload)
            except Refused as refused:
                raise self._failed(word, refused.error) from None
        return {}

    def _failed(self, word: str, reason: str) -> Declined:
        return Declined(f'{word} failed with the error "{reason}"', error_code=reason)

    async def message_shortcut(self, person: Person, channel: Channel, message: Message, callback_id: str) -> Json:
        payload = payloads.message_shortcut(self._world, person, channel, message, callback_id)
        place = self._world.tickets.new_place(channel.id, person.id)
        payload |= {"response_url": self._url(place), "trigger_id": self._world.tickets.trigger(person.id)}
        return self._done(await self._office.deliveries.ask("interactive", payload))

    async def global_shortcut(self, person: Person, callback_id: str) -> Json:
        payload = payloads.global_shortcut(self._world, person, callback_id)
        payload["trigger_id"] = self._world.tickets.trigger(person.id)
        return self._done(await self._office.deliveries.ask("interactive", payload))

    # --- clicks -------------------------------------------------------------------------------------------------------

    async def click_on_message(
        self, person: Person, channel: Channel, message: Message, what: Mapping[str, Any]
    ) -> Json:
        element = _element(message.elements, what)
        state = _with_choice(filled_state(message.blocks, _mapping(what.get("state"))), what)
        payload = payloads.click_on_message(self._world, person, channel, message, state)
        place = self._world.tickets.new_place(channel.id, person.id)
        place.original, place.is_ephemeral = message.ts, message.only_for is not None
        payload |= {"response_url": self._url(place), "trigger_id": self._world.tickets.trigger(person.id)}
        return await self._clicked(payload, element, what)

    async def click_on_view(self, person: Person, view: View, what: Mapping[str, Any]) -> Json:
        element = _element(view.elements, what)
        state = _with_choice(filled_state(view.blocks, _mapping(what.get("state"))), what)
        payload = payloads.click_on_view(self._world, person, view, state)
        inside = view.id if view.kind == "modal" else None
        payload["trigger_id"] = self._world.tickets.trigger(person.id, inside)
        return await self._clicked(payload, element, what)

    async def _clicked(self, payload: Json, element: Json, what: Mapping[str, Any]) -> Json:
        given = _mapping(what.get("action")) or {}
        payload["actions"] = [payloads.action(self._world, element, str(what.get("block_id")), given)]
        return self._done(await self._office.deliveries.ask("interactive", payload))

    async def options(self, person: Person, place: Json, elements: Mapping[tuple[str, str], Json], what: Json) -> Json:
        """What an external select offers for what was typed so far."""
        element = _element(elements, what)
        payload = payloads.suggestion(
            self._world,
            person,
            place,
            element,
            block_id=str(what.get("block_id")),
            value=str(what.get("value") or ""),
        )
        ack = await self._office.deliveries.ask("interactive", payload)
        answer = ack.payload if isinstance(ack.payload, dict) else {}
        options, groups = answer.get("options"), answer.get("option_groups")
        if not ack.ok or (options is None and groups is None):
            raise Declined("There was a problem loading the options.")
        if len(options or groups or ()) > MOST_OPTIONS:
            raise Declined("There was a problem loading the options: more than 100.")
        return {"options": options} if options is not None else {"option_groups": groups}

    # --- a little help ------------------------------------------------------------------------------------------------

    def _url(self, place: Answerable) -> str:
        return f"{self._world.url}/response/{self._world.tickets.answerable(place)}"

    def _done(self, ack: Ack) -> Json:
        if not ack.ok:
            raise Declined(TROUBLE, outcome="failed", reason=ack.reason)
        return {}


def _mapping(value: Any) -> Mapping[str, Any] | None:
    return value if isinstance(value, Mapping) else None


def _element(elements: Mapping[tuple[str, str], Json], what: Mapping[str, Any]) -> Json:
    """The element that was used. One that has just been replaced may still be: the click crossed the change."""
    found = elements.get((str(what.get("block_id")), str(what.get("action_id"))))
    if found is None:
        raise Declined("That button is not there.")
    return found


def _with_choice(state: State, what: Mapping[str, Any]) -> State:
    """The state with what has just been chosen, where the page did not say so itself."""
    block, action = str(what.get("block_id")), str(what.get("action_id"))
    current, given = state.get(block, {}).get(action), _mapping(what.get("action")) or {}
    if current is not None and not what.get("state"):
        current.update({name: value for name, value in given.items() if name in current})
    return state
