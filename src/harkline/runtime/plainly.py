"""Plain statements, for the few questions that every page asks and the few rows that every message leaves: the ORM takes many times as
long to put one together as the database to carry it out."""

from collections.abc import Collection, Iterable
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper


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
        cursor.executemany(statement, [[_kept(one, plain, row, here) for one, plain in fields] for row in rows_])
    for row in rows_:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


# What a database takes as it is; everything else is asked of the field, which takes its time.
_PLAIN: tuple[tuple[type, type], ...] = (
    (models.CharField, str), (models.TextField, str), (models.BooleanField, bool), (models.IntegerField, int), (models.BinaryField, bytes),
)  # fmt: skip


def _plain(field: "models.Field[Any, Any]") -> type | None:
    return next((value for kind, value in _PLAIN if isinstance(field, kind)), None)


def _kept(field: "models.Field[Any, Any]", plain: type | None, row: models.Model, here: BaseDatabaseWrapper) -> Any:
    value = field.pre_save(row, True)
    # Exactly this type: a word of an enumeration is a text, too.
    return value if plain and (value is None or type(value) is plain) else field.get_db_prep_save(value, here)


@cache
def _insertion(model: type[models.Model]) -> "tuple[str, list[tuple[models.Field[Any, Any], type | None]]]":
    given = [one for one in model._meta.concrete_fields if not isinstance(one, models.AutoField)]
    names = ", ".join(connection.ops.quote_name(str(one.column)) for one in given)
    # The words of our own models, and nothing else.
    statement = f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({_marks(len(given))})"  # noqa: S608
    return statement, [(one, _plain(one)) for one in given]
