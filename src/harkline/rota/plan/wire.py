"""Problems, progress and results as JSON: what goes into the worker process and what comes out of it."""

import dataclasses
import math
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

from harkline.rota.plan.terms import Refused

T = TypeVar("T")


def plain(value: Any) -> Any:
    """A dataclass of ``terms`` as dictionaries, lists, texts and numbers; an infinite number is None."""
    if dataclasses.is_dataclass(value):
        return {one.name: plain(getattr(value, one.name)) for one in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, frozenset):
        return sorted((plain(one) for one in value), key=repr)
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def read(kind: type[T], value: Any) -> T:
    """The dataclass ``kind`` from what ``plain`` made. Raises Refused where the shape is wrong."""
    try:
        return typing.cast(T, _read(kind, value))
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise Refused(f"this is no {kind.__name__}: {error}") from error


def _read(kind: Any, value: Any) -> Any:
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return kind(**{key: _read(hints[key], one) for key, one in value.items()})  # type: ignore[operator]
    if origin is types.UnionType:
        return None if value is None else _read(next(one for one in inner if one is not types.NoneType), value)
    if origin is tuple:
        return (
            tuple(_read(inner[0], one) for one in value)
            if inner[-1] is Ellipsis
            else tuple(_read(k, v) for k, v in zip(inner, value, strict=True))
        )
    if origin is frozenset:
        return frozenset(_read(inner[0], one) for one in value)
    if origin is Mapping:
        return {key: _read(inner[1], one) for key, one in value.items()}
    return kind(value)
