"""The radio's pages behind the console's gates, and what the channel cannot know of: roles, cases, the empty desk."""

from django.urls import path

from harkline.channels.radio import card_views, draws, exchange, views
from harkline.console import decoy
from harkline.console.gates import gate
from harkline.people import step_up
from harkline.people.models import Operator
from harkline.people.roles import Action
from harkline.records import joining


def _joins(operator_id: int, contact_id: str, thread_id: str) -> None:
    """Whoever was recognised by a caller's card comes to that caller's case."""
    joining.recognised(Operator.objects.get(pk=operator_id), contact_id, thread_id)


draws.when_recognised(_joins)
decoy.ROUTES |= {
    "radio": decoy.Route(Action.ANSWER, {"get": views.empty}),
    "radio_contacts": decoy.Route(Action.ANSWER, {"post": views.empty_log}),
    "cards": decoy.Route(Action.CARDS, {"get": card_views.empty, "post": card_views.empty}),
}

ANSWER, CARDS = Action.ANSWER, Action.CARDS

urlpatterns = [
    path("radio", gate(ANSWER, get=views.show), name="radio"),
    path("radio/contacts", gate(ANSWER, post=views.add_contact), name="radio_contacts"),
    path("radio/stations", gate(Action.LINE, post=views.add_station), name="radio_stations"),
    path("radio/stations/<int:station_id>", gate(Action.LINE, delete=views.remove_station), name="radio_station"),
    path("radio/nets", gate(Action.ROTA, post=views.add_net), name="radio_nets"),
    path("radio/nets/<int:net_id>", gate(Action.ROTA, delete=views.remove_net), name="radio_net"),
    path("radio/cards", gate(CARDS, get=card_views.listing, post=card_views.add), name="cards"),
    path("radio/cards/<int:card_id>", gate(CARDS, post=card_views.end), name="card"),
    path(
        "radio/cards/<int:card_id>/sheet",
        # Whoever is shown a card can answer for its holder: a console left open for a minute must not be enough.
        gate(CARDS, get=card_views.sheet, post=step_up.asked(card_views.show_once)),
        name="card_sheet",
    ),
    path("radio/card-keys", gate(CARDS, post=card_views.end_all), name="card_keys"),
    path("contacts/<uuid:contact_id>/card", gate(ANSWER, get=exchange.show, post=exchange.draw), name="card_check"),
    path("contacts/<uuid:contact_id>/card/answer", gate(ANSWER, post=exchange.answer), name="card_answer"),
]
