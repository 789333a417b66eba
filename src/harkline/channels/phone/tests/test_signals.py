"""What keys say."""

import pytest

from harkline.channels.phone.signals import Signals


def said(keys: str, pause: float = 1.0) -> list[str]:
    signals = Signals()
    return [word for n, key in enumerate(keys) if (word := signals.heard(key, n * pause))]


@pytest.mark.parametrize(
    ("keys", "meant"),
    [
        ("9", ["listener_present"]),
        ("99", ["listener_present", "duress"]),
        ("*9", ["duress"]),
        ("12*#", []),
        ("919", ["listener_present", "listener_present"]),
        ("9*9", ["listener_present", "duress"]),
    ],
)
def test_one_nine_says_that_somebody_listens_and_two_that_somebody_forces_me(keys: str, meant: list[str]) -> None:
    assert said(keys) == meant


def test_a_nine_that_is_pressed_again_later_only_says_the_same_once_more() -> None:
    assert said("99", pause=3.5) == ["listener_present", "listener_present"]
