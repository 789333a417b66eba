"""The settings of radio by data, as ``harkline.toml`` gives them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RadioSettings:
    """``host`` and ``port`` of the modem. Nothing is transmitted but with ``transmit``, a call sign and a licence. ``path``: stations that
    are asked to repeat what is sent. Minutes that are 0 mean never."""

    host: str = "127.0.0.1"
    port: int = 8001
    call_sign: str = ""
    licence: str = ""
    band: str = "amateur"
    transmit: bool = False
    path: tuple[str, ...] = ()
    duty_percent: int = 10
    delay_ms: int = 300
    baud: int = 1200
    beacon_minutes: int = 0
    silent_minutes: int = 0
    reply_messages: int = 4
    canary: bool = False

    @property
    def may_transmit(self) -> bool:
        """Whether this station transmits at all."""
        return self.transmit and bool(self.call_sign and self.licence)

    @property
    def amateur(self) -> bool:
        """Whether the rules of the amateur service hold."""
        return self.band == "amateur"
