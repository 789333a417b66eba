"""The fallback pack as people on duty will hold it."""

import pytest
from django.utils import translation

from harkline.line.models import Cover
from harkline.paper import pack, policy
from harkline.paper.models import Pack
from harkline.paper.tests import reading
from harkline.people import operators, vault
from harkline.rota import shifts
from harkline.routing import policy as routing_policy

pytestmark = [pytest.mark.django_db, *reading.NEEDS]


@pytest.fixture
def crew(staff, clock):
    robin, sam = staff("robin", "en", "fa"), staff("sam", "en", role="supervisor")
    operators.set_own_phone(robin, "+442079460155")
    operators.set_own_phone(sam, "+442079460166")
    from datetime import time

    shifts.add(robin.pk, 0, time(8), 480)
    before = routing_policy.present()
    routing_policy.use(
        routing_policy.Policy(escalation=(routing_policy.Step(300, "phone:+441632960777", outside=True),))
    )
    policy.use([policy.Trunk("north", "sip.trunk.example", ["+442079460123"])])
    yield robin, sam
    policy.use([])
    routing_policy.use(before)


def test_it_holds_what_people_on_duty_need_and_numbers_only_by_consent(crew):
    robin, sam = crew
    pack.agree(robin)
    copied = reading.text(pack.make(sam, 2))
    for there in (
        "The Line",
        "Robin",
        "Sam",
        "+44 207 946 0155",
        "08:00–16:00",
        "+44 163 296 0777",
        "after 5 minutes",
        "north",
        "sip.trunk.example",
    ):
        assert there in copied
    assert "0166" not in copied
    assert "Form 000001" in copied
    assert "Form 000002" in copied


def test_no_two_packs_have_a_form_of_the_same_number(crew):
    pack.make(None, 2)
    copied = reading.text(pack.make(None, 2))
    assert ("000002" in copied, "000003" in copied, "000004" in copied) == (False, True, True)
    assert [(row.first, row.forms) for row in Pack.objects.order_by("pk")] == [(1, 2), (3, 2)]


def test_consent_is_taken_back(crew):
    robin, _sam = crew
    pack.agree(robin)
    pack.take_back(robin)
    assert [one["phone"] for one in pack.people()] == ["", ""]


def test_cover_words_and_code_phrases_are_kept_out(crew):
    phrase = vault.close(b"the heron is back", "cover|en")
    Cover.objects.create(language="en", topics=["bicycle repairs"], phrase=phrase)
    copied = reading.text(pack.make(None, 1))
    assert "heron" not in copied
    assert "bicycle" not in copied


def test_it_is_made_in_right_to_left_languages_too(crew):
    with translation.override("ar"):
        told = reading.facts(pack.make(None, 2))
    assert (told["Pages"], told["Tagged"]) == ("4", "yes")  # the pack on two, each form on one


def test_too_many_forms_are_refused(crew):
    with pytest.raises(ValueError, match="up to 60"):
        pack.make(None, 61)
