"""An operator, or somebody of the escalation chain, on a telephone of their own: ring, say what it is, press 1 to accept."""

import asyncio
from collections.abc import Callable

from harkline.channels.phone import desk
from harkline.channels.phone.inbox import Gone, Join
from harkline.channels.phone.party import Party
from harkline.channels.phone.settings import PhoneSettings
from harkline.channels.phone.switch import Answered, LegGone, Switch, SwitchDown
from harkline.channels.phone.voice import Voice
from harkline.routing.lines import InterpreterRef, OfferRef


class Ringer:
    """Rings one number and asks for a key."""

    def __init__(
        self, switch: Switch, settings: PhoneSettings, voice: Voice, route: Callable[[str, Party], None]
    ) -> None:
        self.switch, self.settings, self.voice, self.route = switch, settings, voice, route

    def _trunk(self) -> str:
        return self.settings.trunks[0].name if self.settings.trunks else ""

    async def reach(self, number: str, language: str) -> Party:
        """Ring until answered. Raises Gone with the reason when nobody does."""
        leg = await self.switch.dial(number, trunk=self._trunk())
        party = Party(self.switch, leg, self.voice, self.settings.timing)
        party.language = language
        self.route(leg, party)
        until = party.now() + self.settings.timing.own_phone_ring
        try:
            while not isinstance(item := await party.next(until), Answered):
                if item is None and party.now() >= until:
                    raise Gone("no_answer")
        except BaseException:
            await let_go(party)
            raise
        return party

    async def whisper(self, party: Party, language: str, channel: str) -> str:
        """Say what waits and ask; returns ``1``, ``2`` or nothing."""
        words = [
            await party.clip("whisper", language=language, channel=channel),
            await party.clip("press_one_accept"),
        ]
        return await party.choose(words, "12", rounds=2, wait=self.settings.timing.own_phone_choice / 2)


async def let_go(party: Party) -> None:
    """Hang up, in whatever state."""
    try:
        await party.switch.hangup(party.leg)
    except (LegGone, SwitchDown):
        return


async def put(ringer: Ringer, offer: OfferRef, own_language: str, meet: Callable[[str, Join], bool]) -> None:
    """Put an offer to an operator's own phone. Cancelled when the offer ends elsewhere."""
    party = None
    try:
        party = await ringer.reach(offer.number, own_language)
        key = await ringer.whisper(party, offer.language, offer.channel)
        if key == "1" and await _accepted(ringer, party, offer, meet):
            return
        if key != "1":
            await desk.decline_by_phone(offer.id, "declined" if key == "2" else "no key")
    except Gone as gone:
        await desk.decline_by_phone(offer.id, gone.reason)
        return
    except (LegGone, SwitchDown):
        await desk.decline_by_phone(offer.id, "failed")
        return
    except asyncio.CancelledError:
        if party:
            await let_go(party)
        raise
    await let_go(party)


async def _accepted(ringer: Ringer, party: Party, offer: OfferRef, meet: Callable[[str, Join], bool]) -> bool:
    """Take the contact and bring the leg to it; the caller may have gone in this very moment."""
    # Once this is committed the offer is ours: what the phone does from here on belongs to the call.
    if not await desk.accept_by_phone(offer.id):
        now = await desk.offer(offer.id)
        if now is None or now.state != "accepted":  # accepted at the console meanwhile: the phone is how they talk
            await party.say(await party.clip("caller_gone"))
            return False
    seat = await desk.seat(offer.contact_id, offer.operator_id)
    if seat is None:
        return False
    return meet(offer.contact_id, Join(party.leg, None, offer.operator_id, seat.companion, seat.silent))


async def bring_in(ringer: Ringer, who: InterpreterRef, meet: Callable[[str, Join], bool]) -> None:
    """Ring an interpreter and let them into the call. Cancelled when nobody wants them any more; whoever is not let in is put down."""
    party, why = None, "failed"
    try:
        party = await ringer.reach(who.number, who.language)
        if not who.press_one or await ringer.whisper(party, who.language, "phone") == "1":
            if meet(who.contact_id, Join(party.leg, companion=who.id)):
                return
            why = "caller gone"
        else:
            why = "no key"
    except Gone as gone:
        why = gone.reason
    except (LegGone, SwitchDown):
        why = "failed"
    except asyncio.CancelledError:
        if party:
            await let_go(party)
        raise
    if party:
        await let_go(party)
    await desk.companion_left(who.id, why)


async def alert(ringer: Ringer, number: str, language: str, channel: str, about: str = "waiting") -> str:
    """Tell somebody of the escalation chain that a contact waits, or (``colleague``, ``alarm``) that they are needed, never who or why.
    Returns the key that was pressed, nothing where none was."""
    try:
        party = await ringer.reach(number, language)
    except (Gone, LegGone, SwitchDown):
        return ""
    try:
        if about in ("colleague", "alarm"):
            words = [await party.clip("please_sign_in"), await party.clip("press_one_accept")]
            return await party.choose(words, "12", rounds=2, wait=ringer.settings.timing.own_phone_choice / 2)
        return await ringer.whisper(party, language, channel)
    except (Gone, LegGone):
        return ""
    finally:
        await let_go(party)
