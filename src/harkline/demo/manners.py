"""How simulated callers behave on the telephone: by what they hear, and at a person's pace."""

from harkline.demo.listening import Ears, Sound
from harkline.demo.phone import STEP, Talk, Telephone
from harkline.demo.story import Call

PATIENCE = 150.0  # seconds in which nobody comes, before a caller gives up
BEFORE_KEY = 5.0
BEFORE_LEAVING = 25.0  # of waiting
BREATH = 2.0  # between one thing and the next
TURN = 1.2  # of silence, before somebody takes the word
NO_ANNOUNCEMENT = 20.0  # of speech lasts as long
TONE_WITHIN = 15.0
UNASKED = 9.0  # of silence, before a caller goes on by themselves


async def live(telephone: Telephone, call: Call, number: str, languages: list[str]) -> str:
    """Ring as this person would; says how it ended, in a few words."""
    talk = await telephone.ring(call.number, number, call.language)
    try:
        if call.manner == "short":
            await talk.stay(3)
            return "hung up in the greeting"
        if not await _choose(talk, call, languages):
            return "was hung up on"
        return await (_leave(talk, call) if call.manner == "leaves" else _converse(talk, call))
    finally:
        await talk.hang_up()


async def _choose(talk: Talk, call: Call, languages: list[str]) -> bool:
    if not await talk.stay(BEFORE_KEY):
        return False
    if len(languages) > 1:
        talk.press(str(languages.index(call.language) + 1))
    if call.manner == "silent":
        if not await talk.stay(BREATH):
            return False
        talk.press("9")
    return await talk.stay(BREATH)


async def _leave(talk: Talk, call: Call) -> str:
    """Wait a while, press 1, speak after the tone."""
    if not await talk.stay(BEFORE_LEAVING):
        return "was hung up on"
    talk.press("1")
    return await _message(talk, call.sentences()) if await _until_tone(talk, TONE_WITHIN) else "heard no tone"


async def _until_tone(talk: Talk, seconds: float) -> bool:
    for _step in range(int(seconds / STEP)):
        if talk.ears.beeped:
            return True
        if not await talk.stay(STEP):
            return False
    return False


async def _converse(talk: Talk, call: Call) -> str:
    """Wait for somebody, then speak in turn; leave a message where nobody is there."""
    sentences = call.sentences()
    waited, said, pressed = 0.0, 0, False
    while await talk.stay(0.1):
        waited += 0.1
        if talk.ears.beeped:
            return await _message(talk, sentences)
        if not pressed and "menu_unattended" in talk.ears.understood:
            talk.press("1")
            pressed = True
            await _until_tone(talk, TONE_WITHIN)
        elif talk.heard is not Sound.WAITING and _with_somebody(talk.ears):
            if said >= max(len(sentences), 1):
                return "said goodbye"
            await _speak(talk, sentences, said)
            said, waited = said + 1, 0.0
        if waited > PATIENCE:
            return "gave up waiting"
    return "talked until the other side hung up" if said else "was hung up on"


def _with_somebody(ears: Ears) -> bool:
    """It is quiet, as it never is in the queue; or there is speech for longer than any announcement."""
    return ears.quiet_for > TURN or ears.since_waiting > NO_ANNOUNCEMENT


async def _speak(talk: Talk, sentences: list[bytes], turn: int) -> None:
    """Say one's turn, or press a key where one cannot speak, and hear the other side out."""
    if sentences:
        await talk.say(sentences[turn])
    else:
        talk.press("1")
    await _answered(talk)


async def _answered(talk: Talk) -> None:
    """Until the other side has spoken and stopped, or has said nothing for a while."""
    spoke, steps = False, int(UNASKED / 0.1)
    while steps > 0 and await talk.stay(0.1):
        if talk.heard is Sound.WAITING:
            return
        spoke = spoke or talk.heard is Sound.SPEECH
        if spoke and talk.ears.quiet_for > TURN:
            return
        steps -= 0 if talk.heard is Sound.SPEECH else 1


async def _message(talk: Talk, sentences: list[bytes]) -> str:
    await talk.stay(0.6)
    for sentence in sentences:
        await talk.say(sentence)
    talk.press("#")
    await talk.stay(2 * BREATH)
    return "left a message"
