"""The open count: a contact made and verified, a whole log verified by the command as a reader runs it, the tree against pymerkle.

By default the log has 98,304 contacts of one column and the time for a million is reckoned from its processor time, which others who
share the machine do not stretch as much as its seconds; ``--full`` verifies 983,040.
The bars: 0.3 ms to make a contact, 0.3 ms to verify it, 120 s for a million on two cores, and memory that does not grow with the log.
"""

import argparse
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from datetime import time as clock
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.figures import Sheet
from harkline_verify import contact, entries, quick, receipts, sampling, tiles, tree
from harkline_verify.checkpoints import Checkpoint
from harkline_verify.notes import COSIGNATURE, Signer

DAY = 32_768
SCHEMA = entries.Schema(
    "line.example/count",
    (entries.Column("contact", "Somebody reached the line"),),
    {0: "1"},
    10,
    sampling.QUICKNET,
    clock(6),
)
HASH = hashlib.sha256(SCHEMA.encode()).digest()


def best(times: int, what: Callable[[], object]) -> float:
    """The quickest of some runs, in seconds of this process's own time: others share the machine."""
    spent = []
    for _run in range(times):
        start = time.process_time()
        what()
        spent.append(time.process_time() - start)
    return min(spent)


def made(codes: list[str]) -> list[bytes]:
    return [contact.make(HASH, code, bytes(32), [1])[0] for code in codes]


def codes(count: int) -> list[str]:
    """Receipt codes in ascending order."""
    stems = (f"{number:09}" for number in range(0, 10**9, 10**9 // count))
    return [stem + receipts.check_digit(stem) for stem, _number in zip(stems, range(count), strict=False)]


def log(folder: Path, days: int, pool: ProcessPoolExecutor) -> str:
    """A log of so many days, cosigned by one witness; answers its policy's fingerprint."""
    every, day = codes(DAY), [SCHEMA.encode()]
    shares = [every[at : at + 1024] for at in range(0, DAY, 1024)]
    for number in range(days):
        day.append(entries.Batch(HASH.hex(), date(2026, 1, 1) + timedelta(number), DAY).encode())
        for share in pool.map(made, shares):
            day += share
    grown = tree.Tree()
    for entry in day:
        grown.append(tree.leaf_hash(entry))
    for path, data in tiles.grown(grown, 0, day):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    signer, witness = Signer.generate(SCHEMA.origin), Signer.generate("paper.example/witness")
    text = Checkpoint(signer.name, len(day), grown.root()).text()
    (folder / "checkpoint").write_text(signer.sign(text) + witness.cosign(text, 1_800_000_000))
    policy = f"log {signer.key()}\nwitness paper {witness.key(COSIGNATURE)}\nquorum paper\n".encode()
    (folder / "policy").write_bytes(policy)
    return hashlib.sha256(policy).hexdigest()


def spent() -> float:
    """Processor seconds of every process that this one started and that has ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def read(folder: Path, fingerprint: str) -> tuple[float, float, float]:
    """(seconds, processor seconds, MB at the most in one process) of the command over a log, on two cores."""
    command = [sys.executable, "-m", "harkline_verify.command", str(folder), "--policy", fingerprint]
    start, before = time.perf_counter(), spent()
    done = subprocess.run([*command, "--jobs", "2", "--json", "--forget"], capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    assert json.loads(done.stdout)["verdict"] == "holds", done.stdout + done.stderr
    return seconds, spent() - before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def contacts(sheet: Sheet) -> None:
    some = codes(300)
    whole = made(some)
    sheet.bar("one contact made", best(3, lambda: made(some)) / 300 * 1000, most=0.3, unit=" ms")
    one = best(3, lambda: [contact.holds(data, 1, HASH) for data in whole]) / 300
    sheet.bar("one contact verified", one * 1000, most=0.3, unit=" ms")
    if quick.COMPILED is None:
        sheet.say("not compiled: many contacts are verified as one is (a C compiler at installation makes it quicker)")
        return
    many = best(3, lambda: quick.sums(HASH, 1, whole)) / 300
    sheet.say(f"of many, compiled: {many * 1000:.3f} ms each, {one / many:.1f} times quicker")


def logs(sheet: Sheet, days: int) -> None:
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(2) as pool:
        small, large = Path(folder) / "small", Path(folder) / "large"
        small_print, large_print = log(small, 1, pool), log(large, days, pool)
        _seconds, _processor, least = read(small, small_print)
        seconds, processor, most = read(large, large_print)
    count = days * DAY
    sheet.say(f"{count:,} contacts verified in {seconds:.1f} s, with the machine's load at {os.getloadavg()[0]:.1f}")
    sheet.say(f"{processor:.1f} s of processor time; {most:.0f} MB in the largest process")
    reckoned = processor / 2 / count * 1_000_000
    sheet.bar("a million contacts on two free cores, reckoned from the processor time", reckoned, most=120, unit=" s")
    sheet.say(f"of the stretch of 60 s: {reckoned / 60:.2f}")
    sheet.bar(f"memory, {count:,} against {DAY:,} contacts", most / least, most=1.25)


def append(sheet: Sheet, count: int = 50_000) -> None:
    data = [b"%d" % number * 20 for number in range(count)]

    def ours() -> None:
        frontier = tree.Frontier()
        for one in data:
            for _subtree in frontier.append(tree.leaf_hash(one)):
                pass
        frontier.root()

    mine = best(3, ours) / count
    sheet.say(f"append: {mine * 1e6:.2f} µs an entry")
    try:
        from pymerkle import InmemoryTree
    except ImportError:
        sheet.say(
            "skipped: append against pymerkle, which is not installed (GPL, so in no lock of ours: pip install pymerkle)"
        )
        return

    def theirs() -> None:
        tree = InmemoryTree(algorithm="sha256")
        for one in data:
            tree.append_entry(one)
        tree.get_root()

    peer = best(3, theirs) / count
    sheet.bar(f"append against pymerkle ({peer * 1e6:.2f} µs)", mine / peer, most=1)


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument(
        "--full", action="store_true", help="verify a million contacts (minutes) instead of reckoning from a tenth"
    )
    full = options.parse_args().full
    sheet = Sheet("the open count")
    contacts(sheet)
    append(sheet)
    logs(sheet, 30 if full else 3)
    return sheet.code()


if __name__ == "__main__":
    sys.exit(main())
