"""The console's routes: nouns, and what may be done with them by verb."""

from django.urls import path

from harkline.console.gates import gate, only
from harkline.console.views import board, duty, entries, health, in_hand, line, offers, prompts, screen, setup, shifts
from harkline.people.roles import Action

ANSWER, BOARD, ROTA, LINE = Action.ANSWER, Action.BOARD, Action.ROTA, Action.LINE

urlpatterns = [
    path("console", gate(ANSWER, get=screen.show), name="console"),
    path("console/now", gate(ANSWER, get=screen.now), name="now"),
    path("console/waiting", gate(ANSWER, get=screen.waiting), name="waiting"),
    path("console/mine", gate(ANSWER, get=screen.mine), name="mine"),
    path("console/colleagues", gate(ANSWER, get=screen.beside), name="colleagues"),
    path("duty", gate(ANSWER, post=duty.sign_on, delete=duty.sign_off), name="duty"),
    path("duty/rest", gate(ANSWER, post=duty.rest, delete=duty.ready), name="rest"),
    path("duty/<int:operator_id>", gate(ROTA, delete=duty.end_duty), name="duty_of"),
    path("hand", gate(ANSWER, post=duty.raise_hand, delete=duty.lower_hand), name="hand"),
    path("hands/<int:operator_id>", gate(BOARD, delete=duty.lower_hand), name="hand_of"),
    path("offers/<uuid:offer_id>/accept", gate(ANSWER, post=offers.accept), name="accept"),
    path("offers/<uuid:offer_id>/decline", gate(ANSWER, post=offers.decline), name="decline"),
    path("contacts/<uuid:contact_id>", gate(ANSWER, get=in_hand.show), name="contact"),
    path("contacts/<uuid:contact_id>/head", gate(ANSWER, get=in_hand.head), name="contact_head"),
    path("contacts/<uuid:contact_id>/conversation", gate(ANSWER, get=in_hand.conversation), name="conversation"),
    path("contacts/<uuid:contact_id>/case", gate(ANSWER, get=in_hand.case), name="case"),
    path("contacts/<uuid:contact_id>/claim", gate(ANSWER, post=in_hand.claim, delete=in_hand.release), name="claim"),
    path("contacts/<uuid:contact_id>/call", gate(ANSWER, delete=in_hand.end), name="call"),
    path("contacts/<uuid:contact_id>/leg", gate(ANSWER, post=in_hand.leg, delete=in_hand.leg_lost), name="leg"),
    path("contacts/<uuid:contact_id>/risk", gate(ANSWER, post=in_hand.risk), name="risk"),
    path("contacts/<uuid:contact_id>/wrap-up", gate(ANSWER, post=in_hand.wrap_up), name="wrap_up"),
    path("contacts/<uuid:contact_id>/callback", gate(ANSWER, delete=in_hand.called_back), name="callback"),
    path(
        "contacts/<uuid:contact_id>/draft",
        gate(ANSWER, get=entries.draft, put=entries.save_draft, delete=entries.forget_draft),
        name="draft",
    ),
    path("contacts/<uuid:contact_id>/entries/<slug:purpose>", gate(ANSWER, post=entries.add), name="entries"),
    path(
        "contacts/<uuid:contact_id>/recipients/<slug:purpose>",
        gate(ANSWER, get=entries.recipients),
        name="recipients",
    ),
    path("entries/<uuid:object_id>", gate(Action.READ, get=entries.read), name="entry"),
    path("contacts/<uuid:contact_id>/going-out", gate(ANSWER, get=in_hand.going_out), name="going_out"),
    path(
        "contacts/<uuid:contact_id>/clear-replies",
        gate(BOARD, post=entries.allow_clear, delete=entries.withdraw_clear),
        name="clear_replies",
    ),
    path("shifts", gate(ANSWER, get=shifts.show, post=only(ROTA, shifts.add)), name="shifts"),
    path("shifts/<int:shift_id>", gate(ROTA, delete=shifts.remove), name="shift"),
    path("board", gate(BOARD, get=board.show), name="board"),
    path("board/figures", gate(BOARD, get=board.figures), name="board_figures"),
    path("attempts.csv", gate(BOARD, get=board.attempts), name="attempts"),
    path("prompts", gate(ANSWER, get=prompts.show), name="prompts"),
    path(
        "prompts/<slug:language>/<str:key>",
        gate(
            ANSWER,
            get=prompts.hear,
            put=only(LINE, prompts.replace),
            delete=only(LINE, prompts.withdraw),
        ),
        name="prompt",
    ),
    path("prompts/<slug:language>/<str:key>/review", gate(LINE, post=prompts.review), name="prompt_review"),
    path("line", gate(LINE, get=line.show, post=line.rename), name="line"),
    path("line/addresses", gate(LINE, post=line.add), name="line_addresses"),
    path("line/addresses/<int:address_id>", gate(LINE, delete=line.remove), name="line_address"),
    path("setup", gate(LINE, get=setup.show, post=setup.finish), name="setup"),
    path("setup/later", gate(LINE, post=setup.later), name="setup_later"),
    path("setup/line", gate(LINE, get=setup.line, post=setup.save_line), name="setup_line"),
    path("setup/addresses", gate(LINE, get=setup.addresses, post=setup.add_address), name="setup_addresses"),
    path("setup/addresses/tried", gate(LINE, get=setup.tried), name="setup_tried"),
    path("health", gate(ANSWER, get=health.show), name="health"),
    path("health/parts", gate(ANSWER, get=health.figures), name="health_parts"),
    path("health.json", health.as_json, name="health_json"),
]
