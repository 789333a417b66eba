"""``python -m harkline.channels.phone.engine FD``: started by ``embedded.EmbeddedSwitch``, never by hand."""

import asyncio
import logging
import sys

from harkline.channels.phone.engine.host import serve

# What the SIP library has to say may hold numbers and addresses: none of it is kept.
logging.getLogger("baresip").setLevel(logging.CRITICAL + 1)
logging.getLogger("baresip").propagate = False
logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")

if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
