"""Writers of one process take turns."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from harkline.runtime.sqlite import base


def connection(path: Path) -> base.DatabaseWrapper:
    settings: dict[str, Any] = {
        "ENGINE": "harkline.runtime.sqlite",
        "NAME": path / "x.sqlite3",
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 0.05},
        "AUTOCOMMIT": True,
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": False,
        "TIME_ZONE": None,
        "USER": "",
        "PASSWORD": "",
        "HOST": "",
        "PORT": "",
        "TEST": {},
    }
    made = base.DatabaseWrapper(settings, "other")
    made.inc_thread_sharing()
    return made


@pytest.fixture
def two(tmp_path: Path, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        first, second = connection(tmp_path), connection(tmp_path)
        with first.cursor() as cursor:
            cursor.execute("CREATE TABLE kept (n INTEGER)")
        yield first, second
        first.close()
        second.close()


def begin(one: base.DatabaseWrapper) -> None:
    one.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def end(one: base.DatabaseWrapper, *, keep: bool = True) -> None:
    one.commit() if keep else one.rollback()
    one.set_autocommit(True)


def test_the_second_waits_for_the_first_beyond_the_patience_of_sqlite(two: Any) -> None:
    first, second = two
    begin(first)
    written = threading.Event()

    def write() -> None:
        begin(second)
        with second.cursor() as cursor:
            cursor.execute("INSERT INTO kept VALUES (2)")
        end(second)
        written.set()

    thread = threading.Thread(target=write)
    thread.start()
    time.sleep(0.3)  # six times what SQLite was told to wait
    assert not written.is_set()
    end(first)
    assert written.wait(5)
    thread.join()


@pytest.mark.parametrize("keep", [True, False])
def test_the_turn_is_given_away_at_the_end_of_a_transaction(two: Any, keep: bool) -> None:
    first, second = two
    for one in (first, second, first):
        begin(one)
        end(one, keep=keep)


def test_a_connection_that_breaks_off_gives_its_turn_away(two: Any) -> None:
    first, second = two
    begin(first)
    first.close()
    begin(second)
    end(second)


def test_who_waits_too_long_is_told_that_the_database_is_locked(two: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = two
    monkeypatch.setattr(base, "PATIENCE", 0.05)
    begin(first)
    with pytest.raises(OperationalError, match="locked"):
        begin(second)
    end(first)
    second.close()
    begin(second)
    end(second)
