"""What an administrator writes in harkline.toml, and what they are told when it is wrong."""

import tomllib
from dataclasses import fields
from ipaddress import ip_network
from pathlib import Path

import pytest

from harkline.server import config, config_file
from harkline.server.keys import Endpoint, Target, declared
from harkline.server.toml_lines import lines

ROOT = Path(__file__).parents[4]


def told(source: str) -> list[tuple[int, str]]:
    with pytest.raises(config_file.Mistakes) as caught:
        config_file.parse(source, Path("/data"))
    return [(mistake.line, mistake.sentence) for mistake in caught.value.found]


def test_without_a_file_everything_has_its_default(tmp_path: Path) -> None:
    settings = config.load(tmp_path)
    assert settings.folder == tmp_path.resolve()
    assert settings.web.bind == Endpoint("127.0.0.1", 8000)
    assert settings.phone.announce_seconds == 30
    assert settings.trunk == ()
    assert settings.imap.server is None


def test_the_template_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / config.FILE).write_text(config.template(), encoding="utf-8")
    assert config.load(tmp_path) == config.load(tmp_path / "absent" / config.FILE).__class__(tmp_path.resolve())


def test_every_line_of_the_template_can_be_taken_into_use() -> None:
    source = "\n".join(
        row[2:] if row[2:].startswith("[") or " = " in row else row for row in config.template().splitlines()
    )
    settings = config_file.parse(source, Path("/data"))
    assert settings.sip == config.Sip()
    assert len(settings.trunk) == len(settings.escalation) == 1


def test_values_are_read_as_what_they_mean() -> None:
    settings = config_file.parse(
        """
        [web]
        bind = "[::1]:8443"
        tls_cert = "keys/tls.pem"
        tls_key = "/etc/line/tls.key"
        public_url = "https://line.example/"
        [sip]
        allow = ["192.0.2.0/24"]
        rtp = "30000-30100"
        [[trunk]]
        name = "north"
        server = "sip.trunk.example"
        numbers = ["+442079460123"]
        [[escalation]]
        after_seconds = 60
        to = "team:second"
        [[escalation]]
        after_seconds = 300
        to = "phone:+442079460199"
        outside = true
        """,
        Path("/data"),
    )
    assert settings.web.bind == ("::1", 8443)
    assert settings.web.tls_cert == Path("/data/keys/tls.pem")
    assert settings.web.tls_key == Path("/etc/line/tls.key")
    assert settings.web.public_url == "https://line.example"
    assert settings.sip.allow == (ip_network("192.0.2.0/24"),)
    assert settings.sip.rtp == (30000, 30100)
    assert settings.trunk[0].server == ("sip.trunk.example", 5060)
    assert [step.to for step in settings.escalation] == [
        Target("team", "second"), Target("phone", "+442079460199"),
    ]  # fmt: skip


def test_a_misspelt_key_is_named_with_its_line_and_the_nearest_right_one() -> None:
    assert told('[web]\n\nbnid = "127.0.0.1:8000"\n') == [(3, "There is no key bnid in [web]. Did you mean bind?")]


def test_a_misspelt_section_is_named_with_the_nearest_right_one() -> None:
    assert told("[webform]\n") == [(1, "There is no section [webform]. Did you mean web_form?")]


def test_a_word_that_is_not_a_choice_is_answered_with_the_nearest() -> None:
    [(line, sentence)] = told('[relay]\nsecurity = "startls"\n')
    assert line == 2
    assert sentence.endswith("Did you mean starttls?")


def test_a_key_before_any_section_is_told_where_it_belongs() -> None:
    assert told('offer_seconds = 30\n[web]\nbind = "127.0.0.1:1"\n') == [
        (1, "The key offer_seconds stands before any section. It belongs below the heading [phone].")
    ]


@pytest.mark.parametrize(
    "written",
    [
        "[phone]\noffer_seconds = 1000",
        "[phone]\noffer_seconds = true",
        '[phone]\noffer_seconds = "20"',
        '[web]\nbind = ""',
        '[web]\nbind = "127.0.0.1"',
        '[web]\nbind = "127.0.0.1:99999"',
        '[web]\npublic_url = "line.example"',
        "[sip]\nallow = ['192.0.2.1/24']",
        "[sip]\nallow = '192.0.2.0/24'",
        "[sip]\nrtp = '20400-20000'",
        "[sip]\npublic_address = 'line.example'",
        "[sip]\ntransports = ['upd']",
        "[backup_line]\nnumber = '020 7946 0123'",
        "[imap]\naddress = 'help'",
        "[auto_acknowledge]\non = 1",
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_with_an_example(written: str) -> None:
    [(line, sentence)] = told(written)
    assert line == 2
    assert "for instance" in sentence


@pytest.mark.parametrize("to", ["+442079460199", "phnoe:+442079460199", "email:nobody", "team:", "phone:none"])
def test_an_alert_must_be_able_to_go_somewhere(to: str) -> None:
    assert [line for line, _ in told(f'[[escalation]]\nafter_seconds = 5\nto = "{to}"\n')] == [3]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    found = told('[web]\nbind = 8000\ncolour = "teal"\n[[trunk]]\nname = "a"\n[phon]\n')
    assert [line for line, _ in found] == [2, 3, 4, 6]


def test_the_second_of_two_trunks_is_the_one_that_is_named() -> None:
    trunk = '[[trunk]]\nname = "{}"\nserver = "sip.trunk.example"\nnumbers = ["+44207946012{}"]\n'
    assert told(trunk.format("a", 1) + trunk.format("a", 2)) == [(6, "a stands twice in the trunks.")]
    assert told(trunk.format("a", 1) + trunk.format("b", 1)) == [(8, "+442079460121 stands twice in the trunks.")]


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ('[web]\ntls_cert = "a.pem"\n', 2),
        ('[sip]\ntransports = ["tls"]\n', 2),
        ("[web_form]\nmax_attachment_megabytes = 20\nmax_total_megabytes = 10\n", 3),
        (
            '[[escalation]]\nafter_seconds = 60\nto = "team:a"\n[[escalation]]\nafter_seconds = 5\nto = "team:b"\n',
            5,
        ),
    ],
)
def test_what_is_wrong_only_as_a_whole_is_told_too(source: str, line: int) -> None:
    assert [found for found, _ in told(source)] == [line]


def test_brackets_that_do_not_fit_the_section() -> None:
    assert told("[[web]]\n") == [(1, "Write [web] with single brackets, once.")]
    assert told("[trunk]\n") == [(1, "Write [[trunk]] with double brackets, once for each.")]


def test_what_is_not_toml_is_told_with_its_line() -> None:
    assert [line for line, _ in told('[web]\nbind = "127.0.0.1:8000\n')] == [2]


def test_lines_are_found_past_long_strings_quotes_and_dots() -> None:
    source = '[backup_line]\ntext = """\n[web]\nbind = 1\n"""\nnumber = ""\n[ web ]\n"bind" = "x:1"\n'
    assert lines(source)["web", 0, ""] == 7
    assert lines(source)["web", 0, "bind"] == 8
    assert lines('web.bind = "x:1"\n')["web", 0, "bind"] == 1


def test_every_key_says_what_it_does_and_what_it_gives_away() -> None:
    for section in {**config.SINGLE, **config.MANY}.values():
        assert section.__doc__
        for one in map(declared, fields(section)):
            assert one.help.endswith("."), one.name
            assert one.gains.endswith("."), one.name
            tomllib.loads(f"{one.name} = {one.kind.example}")
            assert one.kind.parse(tomllib.loads(f"x = {one.kind.example}")["x"]) is not None


def test_the_table_covers_every_section_of_the_settings() -> None:
    assert {one.name for one in fields(config.Settings)} - {"folder"} == config.SINGLE.keys() | config.MANY.keys()


def test_no_key_can_hold_a_secret() -> None:
    names = {one.name for section in {**config.SINGLE, **config.MANY}.values() for one in fields(section)}
    assert not {
        name
        for name in names
        if any(word in name for word in ("password", "secret", "token"))
        if not name.endswith("_file")
    }


def test_the_reference_page_says_what_the_code_does() -> None:
    page = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    assert page == config_file.reference()
