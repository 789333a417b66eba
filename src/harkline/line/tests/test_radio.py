"""The line on the air: addresses in one spelling, hours of the week, and what may be sent on which band."""

from datetime import UTC, datetime, time

import pytest

from harkline.line import addressing, radio, this
from harkline.line.models import Band, Line
from harkline.line.radio import Sent


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("x0line 145.5", "X0LINE 145.500 MHz"),
        ("X0LINE   145,500 mhz", "X0LINE 145.500 MHz"),
        ("X0LINE-10 144800 kHz", "X0LINE-10 144.800 MHz"),
        ("lantern base 3.7125MHz", "LANTERN BASE 3.7125 MHz"),
    ],
)
def test_a_radio_address_has_one_spelling(typed, value):
    assert addressing.checked("radio", typed) == value
    assert addressing.on_air(*addressing.parted(value)) == value


@pytest.mark.parametrize(
    "typed", ["", "X0LINE", "145.500 MHz", "X0LINE 0.001 MHz", "X0LINE 145.500 GHz", "X0LINE <b> 7 MHz"]
)
def test_what_is_no_radio_address_says_how_it_is_written(typed):
    with pytest.raises(ValueError, match="X0LINE"):
        addressing.checked("radio", typed)


def test_on_amateur_bands_nothing_is_coded_but_authentication():
    for band in Band:
        radio.heed(band, Sent.PLAIN)
        radio.heed(band, Sent.AUTHENTICATION)
    radio.heed(Band.LICENSED, Sent.OBSCURED)
    for band in (Band.AMATEUR, "", "unheard of"):
        with pytest.raises(radio.Forbidden):
            radio.heed(band, Sent.OBSCURED)


@pytest.mark.django_db
def test_stations_are_addresses_of_the_line(team_private):
    one = radio.add_station("x0line", 145_500_000, Band.AMATEUR, label="hills")
    data = radio.add_station("X0LINE-10", 144_800_000, Band.AMATEUR, data=True)
    assert [row.value for row in this.addresses("radio")] == ["X0LINE 145.500 MHz", "X0LINE-10 144.800 MHz"]
    assert [row.pk for row in radio.stations(data=True)] == [data.pk]
    assert radio.band_of("X0LINE 145.500 MHz") == "amateur"
    assert radio.band_of("+442079460123") == ""
    radio.add_net(one, 1, time(20), 60)
    this.remove_address(one.pk)
    assert radio.hours() == [(data, [])]
    assert radio.add_station("X0LINE", 145_500_000, Band.OTHER).pk == one.pk
    assert [len(nets) for _station, nets in radio.hours()] == [1, 0]


@pytest.mark.django_db
def test_what_is_on_and_what_comes(team_private):
    station = radio.add_station("X0LINE", 145_500_000, Band.AMATEUR)
    radio.add_net(station, 0, time(23), 120)  # Monday, over midnight
    radio.add_net(station, 3, time(20), 60)
    monday = datetime(2026, 6, 1, 23, 30, tzinfo=UTC)
    assert [(one.begins.day, one.ends.hour) for one in radio.sittings(monday)] == [(1, 1), (4, 21), (8, 1)]
    after_midnight = monday.replace(day=2, hour=0)
    assert radio.sittings(after_midnight)[0].begins.day == 1
    with pytest.raises(ValueError, match="five minutes"):
        radio.add_net(station, 0, time(9), 2)


@pytest.mark.django_db
def test_hours_are_by_the_clock_on_the_line_s_wall_when_clocks_change(team_private):
    Line.objects.update(timezone="Europe/London")
    station = radio.add_station("X0LINE", 145_500_000, Band.AMATEUR)
    radio.add_net(station, 6, time(0), 1440)
    sunday = datetime(2026, 3, 29, 0, 0, tzinfo=UTC)  # an hour shorter there
    [today, *_later] = radio.sittings(sunday, days=3)
    assert today.ends.astimezone(UTC) == datetime(2026, 3, 29, 23, tzinfo=UTC)
