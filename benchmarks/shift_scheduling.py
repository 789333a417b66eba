"""Published shift-scheduling instances (Curtois and Qu) solved by the rota engine and checked by the independent checker.

    python benchmarks/shift_scheduling.py FILE… --seconds 60 --out DIR

For each instance a line: name objective bound seconds; the rota in DIR/name.csv (staff,day,shift; days from 0). The repository does not carry the
instances (schedulingbenchmarks.org); without FILE they are looked for in ../shared/data/shift-scheduling.
"""

import argparse
import csv
import sys
from collections import defaultdict
from pathlib import Path

from harkline.rota.check import check
from harkline.rota.plan.run import Died, Unavailable, plan
from harkline.rota.plan.terms import Person, Problem, Request, Result, ShiftNeed, ShiftType

GIVEN = Path(__file__).parents[2] / "shared/data/shift-scheduling"


def main() -> int:
    """Solve every file; 1 when a rota breaks a rule or its cost was miscounted."""
    arguments = _arguments()
    files = arguments.files or sorted(GIVEN.glob("Instance*.txt"), key=lambda path: (len(path.name), path.name))
    if not files:
        print(f"No instances: give their files, or put them in {GIVEN.name}/ (schedulingbenchmarks.org).")
    wrong = [path for path in files if not _solved(path, arguments.seconds, arguments.out)]
    return int(bool(wrong))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--out", type=Path, default=None, help="the folder for the rotas as name.csv")
    return parser.parse_args()


def _solved(path: Path, seconds: float, out: Path | None) -> bool:
    if not path.is_file():
        print(f"{path} is not there", file=sys.stderr)
        return False
    try:
        problem = parse(path.read_text())
        result = plan(problem, seconds, nice=0)
    except (ValueError, LookupError, Died, Unavailable) as error:
        print(f"{path.stem}: {error}", file=sys.stderr)
        return False
    report = check(problem, result.rota)
    for one in report.broken:
        print(f"{path.stem}: {one.sentence} ({one.rule}, day {one.day})", file=sys.stderr)
    right = abs(report.objective - result.objective) < 1e-6
    print(f"{path.stem} {report.objective:g} {result.bound:g} {result.seconds:.1f}", flush=True)
    if out is not None:
        _write(out / f"{path.stem}.csv", result)
    return right and not report.broken


def _write(path: Path, result: Result) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["staff", "day", "shift"])
        rows.writerows(
            (name, day, shift) for name, row in result.rota.items() for day, shift in enumerate(row) if shift
        )


def parse(text: str) -> Problem:
    """The problem of an instance file."""
    sections: dict[str, list[list[str]]] = defaultdict(list)
    section = ""
    for line in (one.strip() for one in text.splitlines()):
        if line.startswith("SECTION_"):
            section = line.removeprefix("SECTION_")
        elif line and not line.startswith("#"):
            sections[section].append([part.strip() for part in line.split(",")])
    return Problem(
        days=int(sections["HORIZON"][0][0]),
        shifts=tuple(_shift(row) for row in sections["SHIFTS"]),
        people=_people(sections["STAFF"], sections["DAYS_OFF"]),
        shift_needs=tuple(ShiftNeed(int(d), s, int(n), float(u), float(o)) for d, s, n, u, o in sections["COVER"]),
        requests=(*_requests(sections["SHIFT_ON_REQUESTS"], True), *_requests(sections["SHIFT_OFF_REQUESTS"], False)),
    )


def _shift(row: list[str]) -> ShiftType:
    followers = row[2] if len(row) > 2 else ""
    return ShiftType(
        row[0], 0, min(int(row[1]), 1440), int(row[1]), not_before=frozenset(one for one in followers.split("|") if one)
    )


def _people(staff: list[list[str]], days_off: list[list[str]]) -> tuple[Person, ...]:
    off: dict[str, set[int]] = defaultdict(set)
    for name, *days in days_off:
        off[name] |= {int(day) for day in days if day}
    return tuple(_person(row, off[row[0]]) for row in staff)


def _person(row: list[str], off: set[int]) -> Person:
    name, limits, most, least, longest, shortest, rest, weekends = row[:8]
    return Person(
        name,
        min_minutes=int(least),
        max_minutes=int(most),
        most={shift: int(count) for shift, _, count in (one.partition("=") for one in limits.split("|") if one)},
        min_days_in_row=int(shortest),
        max_days_in_row=int(longest),
        min_days_off=int(rest),
        max_weekends=int(weekends),
        days_off=frozenset(off),
    )


def _requests(rows: list[list[str]], wants: bool) -> list[Request]:
    return [
        Request(name, int(day), shift, float(weight), wants) for name, day, shift, weight in (row[:4] for row in rows)
    ]


if __name__ == "__main__":
    sys.exit(main())
