"""Public methods of the engine, wrapped from outside: the engine carries no measuring code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Wrapper = Callable[[Callable[..., Any]], Callable[..., Any]]


def wrap(owner: Any, name: str, wrapper: Wrapper) -> None:
    """Put `wrapper(method)` in the place of a method of a class, for the rest of this process."""
    setattr(owner, name, wrapper(getattr(owner, name)))


def before(act: Callable[[], None]) -> Wrapper:
    """Do something before each call."""

    def wrapper(method: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **options: Any) -> Any:
            act()
            return method(*arguments, **options)

        return wrapped

    return wrapper


def after(act: Callable[..., None]) -> Wrapper:
    """Do something after each call, with its arguments."""

    def wrapper(method: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **options: Any) -> Any:
            result = method(*arguments, **options)
            act(*arguments, **options)
            return result

        return wrapped

    return wrapper
