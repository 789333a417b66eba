"""What a test does on a folder whose line counts: ``python tests/counting_inside.py FOLDER begin|told DAY KEY|entered``."""

import sys
from datetime import timedelta
from pathlib import Path


def main(folder: Path, do: str, *more: str) -> None:
    from harkline.server import setup

    settings = setup.settings(folder)
    from harkline.count import receipts, sequence
    from harkline.count.models import Leaf
    from harkline.intake import receive
    from harkline.intake.models import Contact
    from harkline.runtime import clock
    from harkline.server import adapters

    adapters.use_count(settings)
    log = sequence.begin()
    if do == "told":
        day, key = more
        with clock.using(clock.Wound(log.begun_at + timedelta(days=int(day)))):
            tried = receive.attempt("web", "/", dedupe_key=key)
            contact = receive.contact(tried.id, [], language="en", waiting=False)
            receive.finish(tried.id, "message")
            print(receipts.issue(tried.id, "4711"))
            Contact.objects.filter(pk=contact.id).update(state="closed", kind="counselling", closed_at=clock.now())
    elif do == "entered":
        for row in Leaf.objects.order_by("index"):
            if bytes(row.data[:1]) == b"\x01":
                print(bytes(row.data[2:12]).decode())


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
