"""Simulated callers mail like a mail program."""

from harkline.demo import mail
from harkline.demo.story import Letter

LETTER = Letter("Hello.", ("Thanks.",), sender="cedar@mail.example", subject="A question")


async def test_a_reply_handed_to_the_relay_reaches_the_caller_and_is_answered_to_its_reply_address():
    async with mail.Mailbox() as mailbox:
        reply = mail.letter(LETTER, "cedar@mail.example")
        reply.replace_header("From", "help@line.example")
        reply["Reply-To"] = "help+abc@line.example"
        await mail.send(("127.0.0.1", mailbox.port), reply)
        to, arrived = await mailbox.next()
    assert to == "cedar@mail.example"
    back = mail.answer(arrived, to, "Thanks.")
    assert back["To"] == "help+abc@line.example"
    assert back["In-Reply-To"] == back["References"] == arrived["Message-ID"]
    assert back["Subject"] == "Re: A question"
    assert back.get_content() == "Thanks.\n\n> Hello.\n"
    assert mail.answer(back, to, "Again.")["Subject"] == "Re: A question"
