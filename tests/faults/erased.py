"""Fills a line's database with known bytes, winds the clock, removes what is due. Prints what must not be found afterwards.

Run in a process of its own with ``HARKLINE_DATA`` set: ``python -m tests.faults.erased NUMBER``.
"""

import json
import sys
import uuid
from typing import Any

import django


def main(number: int) -> int:
    django.setup()
    from django.db import connection

    from harkline.intake import receive
    from harkline.intake.models import Chunk, Contact, SealedObject, Wrap
    from harkline.records import filing, purge
    from harkline.runtime import clock, uptime
    from harkline.server import daily

    shifted, (boot, begun) = clock.Shifted(), uptime.uptime()
    with clock.using(shifted):
        uptime.uptime = lambda: (boot, begun + shifted.shift.total_seconds())
        gone = [_written(receive, n) for n in range(number)]
        filing.file_pending(10 * number)
        Contact.objects.update(state="closed", closed_at=clock.now(), kind="counselling", disposition="resolved")
        marks: list[Any] = [bytes(one)[:24] for one in Wrap.objects.values_list("data", flat=True)]
        marks += [bytes(one)[-24:] for one in Wrap.objects.values_list("data", flat=True)]
        marks += [bytes(one)[:32] for one in Chunk.objects.values_list("data", flat=True)]
        marks += [one.hex.encode() for one in SealedObject.objects.values_list("pk", flat=True)]
        marks += [uuid.UUID(one).hex.encode() for one in gone]
        daily.truncate()
        shifted.forward(days=60)
        kept = [_written(receive, number + n) for n in range(number // 4)]
        filing.file_pending(10 * number)
        stays = [bytes(one)[:24] for one in Wrap.objects.order_by("-pk").values_list("data", flat=True)[: len(kept)]]
        shifted.forward(days=31)
        steps = 0
        while purge.step():
            steps += 1
        written = daily.rewrite()
        cut = daily.truncate()
    connection.close()
    print(
        json.dumps(
            {
                "gone": [one.hex() for one in marks],
                "stays": [one.hex() for one in stays],
                "steps": steps,
                "cut": cut,
                "written": written,
            }
        )
    )
    return 0


def _written(receive: Any, number: int) -> str:
    tried = receive.attempt("web", "/", dedupe_key=f"dedupe-{number}")
    body = f"the blue door behind the mill {number} ".encode() * (1 + number % 7 * 500)
    return str(receive.contact(tried.id, [receive.Part("message", {}, body)], language="en").thread_id)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
