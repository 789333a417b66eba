"""Words that are meant to become something else: a script, a header, a formula, a query, a path."""

from email.message import EmailMessage

MARK = "harkline_hit"

# Each would set a mark, ask an outside host, or leave its place, wherever it was put into a page unescaped.
SCRIPTS = [
    f"<script>window.{MARK}=1</script>",
    f'"><script>window.{MARK}=1</script>',
    f"'><img src=x onerror=window.{MARK}=1>",
    f"<svg/onload=window.{MARK}=1>",
    f'<iframe srcdoc="<script>parent.{MARK}=1</script>"></iframe>',
    f'<a href="javascript:window.{MARK}=1" autofocus onfocus=window.{MARK}=1>x</a>',
    f"<math><mtext><table><mglyph><style><img src=x onerror=window.{MARK}=1>",
    f"</title></textarea></template><script>window.{MARK}=1</script>",
    f"{{% if 1 %}}{{{{ {MARK} }}}}{{% endif %}}{{{{constructor.constructor('window.{MARK}=1')()}}}}",
    f"${{window.{MARK}=1}}`;window.{MARK}=1;//",
    f'" autofocus onfocus="window.{MARK}=1',
    f"</script><script>window.{MARK}=1</script>",
    f"&#x3c;script&#x3e;window.{MARK}=1&#x3c;/script&#x3e;",
    f"<input formaction=javascript:window.{MARK}=1 type=submit><button hx-get=/logout hx-trigger=load>",
    '<img src="http://outside.example/p.png"><link rel=stylesheet href=//outside.example/a.css><meta http-equiv=refresh content="0;url=//outside.example">',
    "<style>@import '//outside.example/b.css';*{background:url(//outside.example/c)}</style>",
    "<base href=//outside.example/><form action=//outside.example/><object data=//outside.example/d><embed src=//outside.example/e>",
    "\u202e<script>\u2066window\u2069\x00</script>",
]
FORMULAS = ['=HYPERLINK("http://outside.example")', "+1+1", "-2+3", "@SUM(1)", "\t=1+1", "\r=1+1"]
HEADERS = [
    "Hello\r\nBcc: everybody@outside.example",
    "Hello\nX-Injected: yes\n\nbody",
    "=?utf-8?q?Hello=0d=0aBcc:_everybody@outside.example?=",
]
QUERIES = [
    "' OR 1=1 --",
    "'; DROP TABLE intake_contact; --",
    "1) UNION SELECT 1--",
    "%' AND 1=0 UNION ALL SELECT sql FROM sqlite_master--",
]


def mail(to: str) -> bytes:
    """One mail with scripts in its subject, sender, body, HTML and file names."""
    message = EmailMessage()
    message["From"] = f'"<img src=x onerror=window.{MARK}=1>" <caller@sender.example>'
    message["To"] = to
    message["Subject"] = SCRIPTS[0] + SCRIPTS[2]
    message["Message-ID"] = "<injection@sender.example>"
    message.set_content("\n".join([*SCRIPTS, *FORMULAS, *QUERIES]).replace("\x00", ""))
    message.add_alternative("<html><body>" + "".join(SCRIPTS).replace("\x00", "") + "</body></html>", subtype="html")
    for number, words in enumerate(SCRIPTS[:6]):
        message.add_attachment(
            words.encode(), maintype="text", subtype="html", filename=f"{words}.html".replace("/", "_")
        )
        message.add_attachment(
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='window.%s=1'/>" % MARK.encode(),
            maintype="image",
            subtype="svg+xml",
            filename=f"{number}.svg",
        )
    return bytes(message)
