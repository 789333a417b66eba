"""Plain statements, for the few questions that every page asks and the few rows that every message leaves: the ORM takes many times as
long to put one together as the database to carry it out."""

from collections.abc import Collection, Iterable
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models


def rows(statement: str, *given: Any) -> list[tuple[Any, ...]]:
    """All rows of a SELECT whose ``%s`` stand for ``given``."""
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def firsts(statement: str, *given: Any) -> list[Any]:
    """The first column of them."""
    return [row[0] for row in rows(statement, *given)]


def among(statement: str, some: Collection[Any], *given: Any) -> list[Any]:
    """The first column of the rows whose last condition, ``… IN`` at the end of ``statement``, names one of ``some``; ``given`` stands for
    what comes before."""
    return firsts(f"{statement} ({_marks(len(some))})", *given, *some) if some else []


def _marks(number: int) -> str:
    return ", ".join(["%s"] * number)


def insert(some: Iterable[models.Model]) -> None:
    """Insert new rows of one model, as ``bulk_create`` does, in the present transaction. Their keys are not asked back where the
    database gives them."""
    rows_ = list(some)
    if not rows_:
        return
    statement, fields = _insertion(type(rows_[0]))
    here = connections[DEFAULT_DB_ALIAS]  # itself: what stands for it looks it up at every touch
    with here.cursor() as cursor:
        given = [[one.get_db_prep_save(one.pre_save(row, True), here) for one in fields] for row in rows_]
        cursor.executemany(statement, given)
    for row in rows_:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


@cache
def _insertion(model: type[models.Model]) -> "tuple[str, list[models.Field[Any, Any]]]":
    given = [one for one in model._meta.concrete_fields if not isinstance(one, models.AutoField)]
    names = ", ".join(connection.ops.quote_name(str(one.column)) for one in given)
    # The words of our own models, and nothing else.
    return f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({_marks(len(given))})", given  # noqa: S608
