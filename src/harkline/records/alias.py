"""Names for cases: a tree and a number. Nobody is called by a number or an address."""

import secrets

TREES = (
    "Acacia Alder Almond Apple Ash Aspen Balsa Bay Beech Birch Box Buckeye Cedar Cherry Chestnut Citron Cork Cypress "
    "Date Dogwood Ebony Elder Elm Fig Fir Ginkgo Guava Gum Hazel Hemlock Hickory Holly Hornbeam Ironwood Juniper Karri "
    "Larch Laurel Lemon Lime Linden Locust Magnolia Mahogany Mango Maple Medlar Mulberry Myrtle Neem Oak Olive Orange "
    "Osier Palm Pear Pecan Pine Plane Plum Poplar Quince Redwood Rowan Rubber Sandal Sequoia Spruce Sumac Sycamore "
    "Tamarisk Teak Thorn Tulip Walnut Willow Yew Zelkova"
).split()


def suggest(tries: int = 0) -> str:
    """A random alias; the number grows longer when shorter ones turn out to be taken."""
    return f"{secrets.choice(TREES)} {secrets.randbelow(90 * 10 ** (tries // 3)) + 10 * 10 ** (tries // 3)}"
