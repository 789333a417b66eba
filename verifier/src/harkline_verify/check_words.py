"""Check words: five words, or twelve digits, by which people compare a notice over the air, on the telephone or on paper.

They are the same for everybody who holds the same notice. Making another notice with the same words would take about 2**59 hashes:
each guess costs 600,000 of them (PBKDF2-HMAC-SHA256, RFC 8018), and the words tell 2**40 notices apart.
"""

import hashlib
from dataclasses import dataclass

ROUNDS = 600_000
_SALT = b"harkline-notice check words/v1"

# 256 everyday words of one or two syllables that are hard to mishear for one another and say nothing of anybody's trouble.
_LIST = """
acorn almond anchor apple april apron arrow autumn bacon badge bakery balcony bamboo banjo barley basket
beaver bench berry bicycle birch biscuit blanket blossom bottle branch breeze brick bridge bronze brush bucket
butter button cabin cactus camel candle canoe carpet carrot castle cedar cello cherry chimney circle clay
clover cobalt coffee comet compass copper coral cotton cradle crane crayon cricket crystal cushion daisy dentist
desert diamond dolphin donkey dragon drum eagle easel echo elbow ember emerald engine fabric falcon feather
fennel ferry fiddle finger flannel flute forest fountain fox galaxy garden garlic ginger giraffe glacier glove
gold granite grape gravel guitar hammer harbour harvest hazel helmet heron hill honey horizon hotel husky
igloo indigo island ivory jacket jasmine jelly jigsaw jungle kettle kitchen kite koala ladder lagoon lantern
laundry lavender lemon leopard lettuce library lilac linen lizard lobster lotus magnet mango maple marble market
meadow melon meteor mint mirror mitten moon mosaic mountain museum mustard napkin nectar needle nickel noodle
nutmeg oak oatmeal ocean olive onion opal orange orbit orchid otter oval owl oyster paddle palace
pancake panda paper parrot pasture peach peanut pebble pelican pencil pepper piano pigeon pillow pine planet
plum pocket polar pony poplar potato prairie pumpkin puzzle quartz quilt rabbit radish rainbow raven ribbon
river robin rocket rosemary ruby saddle salad salmon sandal satin sparrow scarf shadow silver sketch snow
soup spinach spoon spruce squirrel stable summer sunset swallow sycamore syrup teapot thimble thunder ticket tiger
timber toast tomato trumpet tulip tundra tunnel turtle umbrella valley vanilla velvet violet walnut willow window
"""
WORDS = tuple(_LIST.split())
assert len(WORDS) == len(set(WORDS)) == 256


@dataclass(frozen=True)
class Check:
    """``words``: five. ``number``: twelve digits in groups of four, which say the same to whoever reads no Latin letters."""

    words: tuple[str, ...]
    number: str

    @property
    def spoken(self) -> str:
        """The words in one line."""
        return " ".join(self.words)


def check(text: str) -> Check:
    """Of a notice's signed text. Takes a good part of a second, on purpose."""
    made = hashlib.pbkdf2_hmac("sha256", hashlib.sha256(text.encode()).digest(), _SALT, ROUNDS, dklen=13)
    digits = f"{int.from_bytes(made[5:]) % 10**12:012}"
    return Check(tuple(WORDS[byte] for byte in made[:5]), " ".join(digits[at : at + 4] for at in (0, 4, 8)))
