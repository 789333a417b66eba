"""Forty-nine SIP messages that are unusual or wrong, one for each of RFC 4475's, written for a line at ``host:port``.

The RFC's names are kept, so that a failure can be looked up there; the messages are our own.
"""

from collections.abc import Callable, Iterator

CRLF = "\r\n"
SDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 49152 RTP/AVP 0\r\n"


class Message:
    """A request that is right, whose parts can be changed one by one."""

    def __init__(self, at: str, name: str, method: str = "INVITE") -> None:
        self.first = f"{method} sip:line@{at} SIP/2.0"
        self.rows = {
            "Via": f"SIP/2.0/UDP 127.0.0.1:5099;branch=z9hG4bK{name};rport",
            "Max-Forwards": "70",
            "From": f"<sip:tester@127.0.0.1:5099>;tag={name}",
            "To": f"<sip:line@{at}>",
            "Call-ID": f"{name}@tester.example",
            "CSeq": f"1 {method}",
            "Contact": "<sip:tester@127.0.0.1:5099>",
        }
        self.extra = ""
        self.body = SDP if method == "INVITE" else ""
        self.length: str | None = None

    def bytes(self) -> bytes:
        """As it goes over the wire."""
        rows = "".join(f"{name}: {value}{CRLF}" for name, value in self.rows.items())
        kind = f"Content-Type: application/sdp{CRLF}" if self.body and "Content-Type" not in self.rows else ""
        length = str(len(self.body)) if self.length is None else self.length
        content = f"Content-Length: {length}{CRLF}" if length else ""
        return (self.first + CRLF + rows + self.extra + kind + content + CRLF + self.body).encode("latin-1", "replace")


def messages(at: str) -> Iterator[tuple[str, bytes]]:
    """Each name and its message."""
    for name, change in CHANGES.items():
        method = METHODS.get(name, "INVITE")
        message = Message(at, name, method)
        change(message)
        yield name, message.bytes()
    yield "dblreq", Message(at, "dblreq", "REGISTER").bytes() + Message(at, "dblreq2").bytes()
    yield "unreason", response("200 = 2**3 * 5**2 \u043d\u043e \u0441\u0442\u043e")
    yield "noreason", response("100 ")
    yield "bigcode", response("4294967301 better not break the receiver")
    yield "badbranch", Message(at, "", "OPTIONS").bytes()


def response(status: str) -> bytes:
    """A response that nobody asked for."""
    return (
        f"SIP/2.0 {status}\r\nVia: SIP/2.0/UDP 127.0.0.1:5099;branch=z9hG4bKnobody\r\nFrom: <sip:a@nowhere.example>;tag=1\r\n"
        "To: <sip:b@nowhere.example>;tag=2\r\nCall-ID: nobody@nowhere.example\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n"
    ).encode()


def row(name: str, value: str) -> Callable[[Message], None]:
    """Another value for one header."""
    return lambda message: message.rows.__setitem__(name, value)


def extra(text: str) -> Callable[[Message], None]:
    """More headers."""
    return lambda message: setattr(message, "extra", text)


def first(change: Callable[[str], str]) -> Callable[[Message], None]:
    """Another request line."""
    return lambda message: setattr(message, "first", change(message.first))


def length(value: str) -> Callable[[Message], None]:
    """A Content-Length that is not so."""
    return lambda message: setattr(message, "length", value)


def body(kind: str, text: str) -> Callable[[Message], None]:
    """Another body."""

    def change(message: Message) -> None:
        message.rows["Content-Type"] = kind
        message.body = text

    return change


def without(*names: str) -> Callable[[Message], None]:
    """Fewer headers."""

    def change(message: Message) -> None:
        for name in names:
            message.rows.pop(name)

    return change


def winding(message: Message) -> None:
    """Folded lines, odd spaces, short names, many cases, an unknown header."""
    message.rows = {
        "TO ": f" sip:line@127.0.0.1 ;{CRLF}  tag    = 1918181833n",
        "from": f'"J Rosen \\\\\\""       <sip:jdrosen@example.com>{CRLF}  ;{CRLF}  tag = 98asjd8',
        "MaX-fOrWaRdS": "0068",
        "Call-ID": "wsinv.ndaksdj@192.0.2.1",
        "cseq": f"0009{CRLF}  INVITE",
        "v": f"SIP  / 2.0  /UDP{CRLF}    192.0.2.2;branch=390skdjuw",
        "s": "",
        "NewFangledHeader": f"newfangled value{CRLF} continued newfangled value",
        "m": '"Quoted string \\"\\"" <sip:jdrosen@example.com> ; newparam = newvalue ; secondparam ; q = 0.33',
    }


CHANGES: dict[str, Callable[[Message], None]] = {
    # 3.1.1 unusual and valid
    "wsinv": winding,
    "intmeth": lambda m: (
        first(
            lambda _: (
                "!interesting-Method0123456789_*+`.%indeed'~ sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?@example.com SIP/2.0"
            )
        )(m),
        row("CSeq", "139122385 !interesting-Method0123456789_*+`.%indeed'~")(m),
    )[0],
    "esc01": first(lambda _: "INVITE sip:sips%3Auser%40example.com@example.net SIP/2.0"),
    "escnull": row("Contact", "<sip:%00@host5.example.com>, <sip:%00%00@host5.example.com>"),
    "esc02": first(lambda _: "RE%47IST%45R sip:registrar.example.com SIP/2.0"),
    "lwsdisp": row("From", "caller<sip:caller@example.com>;tag=323"),
    "longreq": lambda m: (
        extra("".join(f"Unknown-{'long' * 20}{i}: {'very' * 60}{CRLF}" for i in range(12)))(m),
        row("To", f'"{"I have a user name of extreme proportion" * 4}" <sip:line@127.0.0.1>')(m),
    )[0],
    "semiuri": first(lambda _: "OPTIONS sip:user;par=u%40example.net@example.com SIP/2.0"),
    "transports": extra(
        "Via: SIP/2.0/TCP spindle.example.com;branch=z9hG4bK9ikj8\r\nVia: SIP/2.0/SCTP 192.168.1.1;branch=z9hG4bKjhja8781hjuaij65144\r\nVia: SIP/2.0/UNKNOWN host.example.com;branch=z9hG4bKx\r\n"
    ),
    "mpart01": body(
        "multipart/mixed;boundary=7a9cbec02ceef655",
        f"--7a9cbec02ceef655{CRLF}Content-Type: text/plain{CRLF}{CRLF}Hello{CRLF}--7a9cbec02ceef655{CRLF}Content-Type: application/octet-stream{CRLF}{CRLF}\x00\x82\x01R0{CRLF}--7a9cbec02ceef655--{CRLF}",
    ),
    # 3.1.2 invalid
    "badinv01": lambda m: (
        row("Contact", '"Joe" <sip:joe@example.org>;;;;')(m),
        row("To", "sip:line@127.0.0.1 ;tag=;;")(m),
    )[0],
    "clerr": length("9999"),
    "ncl": length("-999"),
    "scalar02": lambda m: (
        row("CSeq", "36893488147419103232 REGISTER")(m),
        row("Max-Forwards", "300")(m),
        extra("Expires: 10000000000000000000000\r\n")(m),
    )[0],
    "scalarlg": extra('Retry-After: 949302838503028349304023988\r\nWarning: 1812 overture "In Progress"\r\n'),
    "quotbal": row("To", '"Mr. J. User <sip:j.user@example.com>'),
    "ltgtruri": first(lambda line: line.replace("sip:", "<sip:").replace(" SIP", "> SIP")),
    "lwsruri": first(lambda line: line.replace("sip:line", "sip:line; lr")),
    "lwsstart": first(lambda line: line.replace(" ", "  ")),
    "trws": first(lambda line: line + "  "),
    "escruri": first(lambda _: "INVITE sip:line@example.com?Route=%3Csip:example.com%3E SIP/2.0"),
    "baddate": extra("Date: Fri, 01 Jan 2010 16:00:00 EST\r\n"),
    "regbadct": row("Contact", "sip:line@example.com?Route=%3Csip:sip.example.com%3E"),
    "badaspec": row("To", '"Watson, Thomas" < sip:t.watson@example.org >'),
    "baddn": row("From", "Bell, Alexander <sip:a.g.bell@example.com>;tag=43"),
    "badvers": first(lambda line: line.replace("SIP/2.0", "SIP/7.0")),
    "mismatch01": row("CSeq", "8 INVITE"),
    "mismatch02": row("CSeq", "8 INVITE"),
    # 3.3 meaningless to the application
    "insuf": without("Call-ID", "From", "To"),
    "unkscm": first(lambda _: "OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0"),
    "novelsc": first(lambda _: "OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0"),
    "unksm2": lambda m: (row("To", "isbn:2983792873")(m), row("From", "<http://www.example.com>;tag=3234233")(m))[0],
    "bext01": extra(
        "Require: nothingSupportsThis, nothingSupportsThisEither\r\nProxy-Require: noProxiesSupportThis\r\n"
    ),
    "invut": body("application/unknownformat", '<audio>\r\n <pcmu port="443"/>\r\n</audio>\r\n'),
    "regaut01": extra("Authorization: NoOneKnowsThisScheme opaque-data=here\r\n"),
    "multi01": extra(
        "Call-ID: another@tester.example\r\nCSeq: 59 INVITE\r\nFrom: sip:other@example.com;tag=2\r\nTo: sip:other@example.com\r\nMax-Forwards: 5\r\n"
    ),
    "mcl01": extra("Content-Length: 13\r\nContent-Length: 5\r\n"),
    "bcast": row("Via", "SIP/2.0/UDP 255.255.255.255;branch=z9hG4bKbcast"),
    "zeromf": row("Max-Forwards", "0"),
    "cparam01": row("Contact", "sip:+19725552222@gw1.example.net;unknownparam"),
    "cparam02": row("Contact", "<sip:+19725552222@gw1.example.net;unknownparam>"),
    "regescrt": row("Contact", "<sip:user@example.com?Route=%3Csip:sip.example.com%3E>"),
    "sdp01": extra("Accept: text/nobodyKnowsThis\r\n"),
    # 3.4 from before there was a branch
    "inv2543": lambda m: (row("Via", "SIP/2.0/UDP iftgw.example.com")(m), without("Max-Forwards", "Contact")(m))[0],
}
METHODS = {
    "esc02": "REGISTER", "semiuri": "OPTIONS", "transports": "OPTIONS", "mpart01": "MESSAGE", "scalar02": "REGISTER",
    "trws": "OPTIONS", "regbadct": "REGISTER", "badaspec": "OPTIONS", "baddn": "OPTIONS", "badvers": "OPTIONS",
    "mismatch01": "OPTIONS", "mismatch02": "NEWMETHOD", "unkscm": "OPTIONS", "novelsc": "OPTIONS", "unksm2": "REGISTER",
    "bext01": "OPTIONS", "regaut01": "REGISTER", "multi01": "INVITE", "mcl01": "OPTIONS", "bcast": "OPTIONS",
    "zeromf": "OPTIONS", "cparam01": "REGISTER", "cparam02": "REGISTER", "regescrt": "REGISTER", "escnull": "REGISTER",
}  # fmt: skip
