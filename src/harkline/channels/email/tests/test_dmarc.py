"""Who stands behind a From line."""

import pytest

from harkline.channels.email import dmarc

ZONE = {
    "_dmarc.news.example": ["v=DMARC1; p=reject"],
    "_dmarc.strict.example": ["v=DMARC1; p=reject; adkim=s; aspf=s"],
    "_dmarc.example": ["v=DMARC1; p=none; psd=y"],
    "_dmarc.twice.test": ["v=DMARC1; p=none", "v=DMARC1; p=reject"],
}


@pytest.mark.parametrize(
    ("author", "signed_by", "sent_by", "result"),
    [
        ("news.example", ["news.example"], "", "pass"),
        ("news.example", ["mail.news.example"], "", "pass"),
        ("desk.news.example", ["mail.news.example"], "", "pass"),
        ("news.example", [], "bounces.news.example", "pass"),
        ("news.example", ["other.example"], "other.example", "fail"),  # neighbours under one public suffix
        ("news.example", [], "", "fail"),
        ("strict.example", ["mail.strict.example"], "mail.strict.example", "fail"),
        ("strict.example", ["strict.example"], "", "pass"),
        ("nobody.test", ["nobody.test"], "nobody.test", "none"),
        ("twice.test", ["twice.test"], "", "none"),
    ],
)
def test_the_domain_of_the_from_line_stands_behind_it_or_does_not(author, signed_by, sent_by, result):
    assert dmarc.judge(author, signed_by, sent_by, lambda name: ZONE.get(name, [])) == result


def test_a_name_of_a_hundred_labels_is_asked_for_a_few_times():
    asked = []
    dmarc.judge(".".join("a" * 100), [], "", lambda name: asked.append(name) or [])
    assert len(asked) <= dmarc.LOOKUPS
