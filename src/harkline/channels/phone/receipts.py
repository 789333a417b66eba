"""At the end of a call: ten digits by which the caller finds, later and alone, that the call was counted. And what shows it to be genuine."""

from typing import TYPE_CHECKING

from harkline.channels.phone import desk, terms
from harkline.count import evidence, receipts
from harkline.runtime import clock, db

if TYPE_CHECKING:
    from harkline.channels.phone.flow import Call

KEY = "5"
UNSAFE = {"listener_present", "duress"}  # whoever listens must hear nothing of a receipt


async def offer(call: "Call") -> None:
    """Offer it, never push it: who presses nothing goes on. Silent where the line does not count in the open."""
    if not receipts.offered() or call.flags & UNSAFE or not call.contact:
        return
    if await call.choose([await call.clip("receipt_offer")], KEY, rounds=1, wait=call.timing.choice) != KEY:
        return
    digits = await terms.Asked(call).keyed("receipt_choose", receipts.OWN)
    try:
        code = await db.run(receipts.issue, call.attempt, digits)
    except receipts.NotNow:
        return
    # Committed before it is said: what a caller hears will be in the log.
    said = [await call.clip("receipt_said", code=code[receipts.OWN :]), await call.clip("receipt_use")]
    again = await call.clip("hear_again")
    while await call.choose([*said, again], "1", rounds=1, wait=call.timing.choice) == "1":
        continue


async def keep_evidence(call: "Call") -> None:
    """Seal what the carrier knows of a call that came through it: its signed word where it sent one, else what its own list of calls can
    be held against. A number that is withheld, or not to be kept, is not in it; nor is the carrier's word, which would name it."""
    if not receipts.offered() or not call.contact or not call.incoming.trunk:
        return
    said = {
        "trunk": call.incoming.trunk,
        "dialled": call.incoming.dialled,
        "ended": clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "seconds": str(round(call.now() - call.began)) if call.began else "0",
        "call": call.incoming.key,
        "identity": call.incoming.identity if call.number else "",
    }
    kind, document = evidence.of_call(said)
    await desk.keep_evidence(call.attempt, kind, document)
