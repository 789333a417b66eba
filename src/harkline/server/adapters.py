"""Which adapters the settings ask for, and routing's policy from the same settings."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from django.conf import settings as django
from django.db import connection

from harkline.channels.email.adapter import EmailAdapter
from harkline.channels.email.settings import Bind, EmailSettings, ImapSettings, RelaySettings
from harkline.channels.phone.adapter import PhoneAdapter
from harkline.channels.phone.audio import AudioSocket, Scope
from harkline.channels.phone.settings import PhoneSettings, Timing, Trunk
from harkline.channels.radio import policy as radio_policy
from harkline.channels.radio.aprs import beacon, rules, wire
from harkline.channels.radio.aprs.adapter import RadioAdapter
from harkline.channels.radio.aprs.settings import RadioSettings
from harkline.channels.web import limits, pressure
from harkline.channels.web.adapter import WebChannel
from harkline.count import policy as count_policy
from harkline.count.columns import Column
from harkline.intake import policy as intake_policy
from harkline.line import this
from harkline.notice import door as notice
from harkline.notice import elsewhere
from harkline.notice import policy as notice_policy
from harkline.paper import policy as paper_policy
from harkline.paper import typeset
from harkline.people import discreet
from harkline.rota import targets
from harkline.rota.erlang import Target
from harkline.routing import lines, policy
from harkline.runtime import db
from harkline.server import doors, entitled
from harkline.server.asgi import App
from harkline.server.config import Settings
from harkline.server.config_phone import Trunk as TrunkSettings
from harkline.server.supervise import Adapter, Kept


def use_policy(settings: Settings) -> None:
    """Put routing's seconds and rules in force."""
    level, numbers, conflict = settings.service_level, settings.numbers, settings.conflict
    intake_policy.use(
        intake_policy.Policy(
            reveal=numbers.reveal,
            country=numbers.country,
            block=timedelta(days=numbers.block_days),
            review=timedelta(hours=numbers.review_hours),
            first_readers=conflict.first_readers,
            outside=conflict.outside,
        )
    )
    if numbers.key_file:
        django.HANDLE_KEY = numbers.key_file
    policy.use(
        policy.Policy(
            offer_seconds=settings.phone.offer_seconds,
            answer_target=settings.phone.answer_target_seconds,
            record_calls=settings.phone.record_calls,
            at_once=settings.routing.messages_at_once,
            chats_at_once=settings.routing.chats_at_once,
            ageing=settings.routing.ageing_hours * 3600.0,
            reserve_percent=settings.routing.reserve_percent,
            same_operator=settings.routing.same_operator_seconds,
            same_operator_message=settings.routing.same_operator_hours * 3600.0,
            listen_in=settings.routing.listen_in,
            interpreters=[
                policy.Interpreter(one.name, one.languages, one.number, one.press_one)
                for one in settings.interpreter
                if one.number
            ],
            escalation=[policy.Step(one.after_seconds, str(one.to), one.outside) for one in settings.escalation],
            alarms=[policy.Step(one.after_seconds, str(one.to), one.outside) for one in settings.alarm],
            absent=settings.watch.absent_seconds,
            adapter_down=settings.watch.adapter_down_seconds,
            message_target=settings.need.message_hours * 3600,
            service_level=policy.ServiceLevel(
                level.goal_percent / 100,
                level.threshold_seconds,
                level.count_abandoned,
                settings.phone.short_abandon_seconds,
            ),
        )
    )
    use_targets(settings)
    cards = settings.cards
    radio_policy.use(
        radio_policy.Policy(cards.wrong_answers, timedelta(hours=cards.within_hours), timedelta(days=cards.valid_days))
    )


def use_targets(settings: Settings) -> None:
    """Tell the forecast and the need what is promised, and what is assumed until it is measured."""
    level, need, forecast = settings.service_level, settings.need, settings.forecast
    targets.use(
        targets.Targets(
            call=Target(
                level.goal_percent / 100,
                level.threshold_seconds,
                level.count_abandoned,
                need.abandoned_percent / 100 if need.abandoned_percent else None,
            ),
            busy_at_most=need.busy_percent / 100,
            patience=need.patience_seconds,
            handling=need.talk_minutes * 60,
            message_handling=need.message_minutes * 60,
            answer_messages=need.message_hours * 3600,
            calls_a_week=forecast.calls_a_week,
            messages_a_week=forecast.messages_a_week,
            country=forecast.country,
            region=forecast.region,
            small_cell=settings.figures.small_cell,
            interpreted=need.interpreted,
        )
    )


def use_count(settings: Settings) -> None:
    """Put the open count's rules in force."""
    count = settings.count
    count_policy.use(
        count_policy.Policy(
            origin=count.origin,
            folder=settings.folder,
            slot=count.slot,
            beacon=count.beacon,
            beacon_url=count.beacon_url or "",
            quorum=count.quorum,
            witnesses=tuple(
                count_policy.Witness(one.verifier_key.partition("+")[0], one.verifier_key, one.url)
                for one in settings.witness
            ),
            own_columns=tuple(Column(one.name, one.wording, one.when, one.rate) for one in settings.column),
        )
    )


def use_notice(settings: Settings) -> None:
    """Tell the notice where it signs, for how long, and under which address the public finds it."""
    given = settings.notice
    notice_policy.use(
        notice_policy.Policy(
            folder=settings.folder,
            page=(settings.web.public_url or "").rstrip("/"),
            days=given.days,
            renews=given.renews_itself,
            security=given.security_contact,
        )
    )


def use_pages(settings: Settings) -> None:
    """Tell the public pages their limits, and where they lead when nobody is here or somebody leaves."""
    form, backup = settings.web_form, settings.backup_line
    limits.use(
        limits.Limits(
            characters=form.max_message_characters,
            files=form.max_attachments,
            each=form.max_attachment_megabytes,
            total=form.max_total_megabytes,
        )
    )
    pressure.use(pressure.Gauge(calm=form.unsolved_a_minute * pressure.SPAN / 60))
    discreet.use(settings.web.discreet_name)
    typeset.use(settings.print.fonts)
    paper_policy.use([paper_policy.Trunk(one.name, str(one.server), one.numbers) for one in settings.trunk])
    doors.use(doors.of(settings.onion))
    elsewhere.use(elsewhere.Elsewhere(settings.web.quick_exit or elsewhere.HARMLESS, backup.text, backup.number or ""))


def publish(settings: Settings) -> None:
    """The onion address is one of the line's addresses. One that somebody has taken away stays away."""
    onion = settings.onion.public
    if onion and not this.known("web", onion):
        this.add_address("web", onion, "Tor")


def use_radio(settings: Settings) -> None:
    """Tell the console how replies go by radio, and the beacon where its words come from."""
    lines.register_air(None)
    if settings.radio.modem is None:
        return
    given = radio(settings)
    lines.register_air(
        lines.Air(
            call_sign=given.call_sign,
            transmits=given.may_transmit,
            plain=given.amateur,
            messages=given.reply_messages,
            size=wire.TEXT,
            refuses=partial(rules.refuses, given),
            tried=given.canary and given.may_transmit and bool(given.path),
        )
    )
    beacon.use(_status)


def _status() -> str:
    """What the notice says of the line, in one line: by its check words the genuine station is known."""
    if notice.state() != notice.OPEN:
        return "This line is closed. Do not use it."
    there = notice.present()
    return "Check words: " + " ".join(there.check_words) if there else ""


def build(settings: Settings) -> dict[str, Adapter]:
    """The adapters by name; the pages are no adapter."""
    adapters: dict[str, Adapter] = {"web": WebChannel()}
    if settings.smtp.bind or settings.smtp.lmtp or settings.imap.server:
        adapters["email"] = EmailAdapter(email(settings))
    if settings.sip.bind:
        adapters["phone"] = PhoneAdapter(phone(settings, str(settings.sip.bind)))
    if settings.radio.modem:
        adapters["radio"] = RadioAdapter(radio(settings))
    return adapters


def radio(settings: Settings) -> RadioSettings:
    """What the settings say of radio by data."""
    given = settings.radio
    return RadioSettings(
        host=given.modem.host if given.modem else "",
        port=given.modem.port if given.modem else 0,
        call_sign=given.call_sign,
        licence=given.licence,
        band=given.band,
        transmit=given.transmit,
        path=given.path,
        duty_percent=given.duty_percent,
        delay_ms=given.delay_ms,
        baud=given.baud,
        beacon_minutes=given.beacon_minutes,
        silent_minutes=given.silent_minutes,
        reply_messages=given.reply_messages,
        canary=given.canary,
    )


def phone(settings: Settings, listen: str) -> PhoneSettings:
    """The phone channel's own settings."""
    sip, course = settings.sip, settings.phone
    return PhoneSettings(
        listen=listen,
        rtp_ports=str(sip.rtp),
        allow=tuple(str(one) for one in sip.allow),
        public_address=sip.public_address or "",
        backup=settings.backup_line.number or "",
        transports=tuple(sip.transports),
        certificate=_certificate(settings),
        trunks=tuple(_trunk(one) for one in settings.trunk),
        conversations=max(1, sip.max_calls // 2),
        media_timeout=sip.media_timeout_seconds,
        recording=course.record_calls,
        timing=Timing(
            place_every=course.announce_seconds,
            target=course.answer_target_seconds,
            own_phone_ring=course.offer_seconds,
            message_longest=course.max_message_seconds,
            short_abandon=course.short_abandon_seconds,
        ),
    )


def _trunk(one: TrunkSettings) -> Trunk:
    return Trunk(
        name=one.name,
        domain=str(one.server),
        username=one.username,
        password=one.password_file.read_text(encoding="utf-8").strip() if one.password_file else "",
        auth_user=one.auth_user,
        transport=one.transport,
        encryption="" if one.encryption == "none" else one.encryption,
        register=bool(one.username),
        numbers={number: number for number in one.numbers},
    )


def _certificate(settings: Settings) -> str:
    """The engine reads key and chain from one file, which is written beside the host's other keys."""
    sip = settings.sip
    if "tls" not in sip.transports or not (sip.tls_cert and sip.tls_key):
        return ""
    path = settings.folder / "keys" / "sip.pem"
    path.touch(mode=0o600)
    path.write_text(sip.tls_key.read_text() + sip.tls_cert.read_text())
    return str(path)


def email(settings: Settings) -> EmailSettings:
    """What the settings say of mail."""
    smtp, imap, relay = settings.smtp, settings.imap, settings.relay
    return EmailSettings(
        smtp=Bind(*smtp.bind) if smtp.bind else None,
        lmtp=Bind(*smtp.lmtp) if smtp.lmtp else None,
        imap=ImapSettings(
            host=imap.server.host,
            port=imap.server.port,
            user=imap.username,
            password_file=imap.password_file,
            security=imap.security,
            folder=imap.folder,
            after=imap.after,
            address=imap.address or "",
        )
        if imap.server
        else None,
        relay=RelaySettings(
            host=relay.server.host,
            port=relay.server.port,
            user=relay.username,
            password_file=relay.password_file,
            security=relay.security,
        )
        if relay.server
        else None,
        auto_acknowledge=settings.auto_acknowledge.on,
        acknowledgement=settings.auto_acknowledge.text,
        max_size=smtp.max_megabytes * 1024 * 1024,
        evidence=settings.mail.evidence,
        resolver=(settings.mail.resolver.host, settings.mail.resolver.port) if settings.mail.resolver else None,
        tls_cert=smtp.tls_cert,
        tls_key=smtp.tls_key,
    )


def audio(kept: Sequence[Kept]) -> App | None:
    """The operators' audio socket, where there is a phone."""
    for one in kept:
        if isinstance(one.adapter, PhoneAdapter):
            return AudioSocket(one.adapter, _signed_in)
    return None


async def _signed_in(scope: Scope) -> int | None:
    found = await db.run(entitled.operator, entitled.session_key(list(scope["headers"])))
    return found.pk if found else None


def listeners() -> "list[asyncio.Task[None]]":
    """On PostgreSQL, one connection that listens for bells of every process."""
    if connection.vendor != "postgresql":
        return []
    from harkline.server import pg_bell

    return [asyncio.create_task(pg_bell.run(), name="bell")]
