"""Talks with known facts, a faithful retelling of each, and the same retelling with one lie."""

from __future__ import annotations

from typing import NamedTuple

PRODUCTS = [
    "Brightline",
    "Harbor Mug",
    "Solvane",
    "Kettleworks",
    "Northpeak",
    "Lumora",
    "Velora",
    "Tidewell",
]
PEOPLE = [
    "Clara Bennett",
    "Omar Haddad",
    "Ingrid Solberg",
    "Mateo Rivas",
    "Priya Nair",
    "Jonas Weber",
    "Amara Okafor",
    "Lena Fischer",
]
PLACES = ["Boston", "Lisbon", "Leeds", "Oslo", "Porto", "Austin", "Kyoto", "Ghent"]
MONTHS = ["March", "June", "October", "January", "August", "April", "November", "February"]
DAYS = ["Monday", "Tuesday", "Friday", "Sunday"]
NUMBER_WORDS = {
    6: "six",
    12: "twelve",
    45: "forty five",
    90: "ninety",
    300: "three hundred",
    24: "twenty four",
    18: "eighteen",
    75: "seventy five",
}
NUMBERS = list(NUMBER_WORDS)
PRICES = [29, 149, 8, 65, 1200, 39, 480, 17]


class Planted(NamedTuple):
    """One talk and what may be said of it."""

    said: str
    faithful: str
    """Says the same in other words."""
    lies: tuple[tuple[str, str], ...]
    """What was swapped, and the retelling with it."""


def _pick(values: list, n: int):
    return values[n % len(values)]


def _talk(n: int) -> Planted:
    kind = n % 8
    product, person, place = _pick(PRODUCTS, n), _pick(PEOPLE, n * 3 + 1), _pick(PLACES, n * 5 + 2)
    month, day, number, price = (
        _pick(MONTHS, n + 1),
        _pick(DAYS, n),
        _pick(NUMBERS, n),
        _pick(PRICES, n + 3),
    )
    spoken = NUMBER_WORDS[number]
    date = 3 + n % 25
    said, faithful, negated, positive = _VERSIONS[kind](
        product, person, place, month, day, spoken, number, price, date
    )
    other_person, other_place = _pick(PEOPLE, n * 3 + 2), _pick(PLACES, n * 5 + 3)
    lies = [
        ("number", faithful.replace(f"{number} ", f"{number + 1} ", 1)),
        ("price", faithful.replace(f"${price}", f"${price + 10}", 1)),
        ("person", faithful.replace(person, other_person, 1)),
        ("place", faithful.replace(place, other_place, 1)),
        ("date", faithful.replace(f"{month} {date}", f"{month} {date + 1}", 1)),
        ("said of something else", faithful.replace(f"${price}", f"${number}", 1)),
        ("said of something else", faithful.replace(f"{number} ", f"{price} ", 1)),
        ("not", faithful.replace(negated, positive, 1)),
    ]
    return Planted(said, faithful, tuple((kind, text) for kind, text in lies if text != faithful))


def _gadget(product, person, place, month, day, spoken, number, price, date):
    said = (
        f"Meet the new {product}. It runs for {spoken} hours on a single charge. {person} designed it in a garage in {place}. "
        f"It is not waterproof, so keep it away from the pool. The price is {price} dollars until {month} {date}. "
        f"The battery can be changed at home."
    )
    faithful = (
        f"{product}: {number} hours on one charge. Designed by {person} in {place}. It is not waterproof. "
        f"${price} until {month} {date}."
    )
    return said, faithful, "It is not waterproof", "It is waterproof"


def _course(product, person, place, month, day, spoken, number, price, date):
    said = (
        f"Our pottery course at {product} starts on {month} {date} in {place}. {person} teaches {spoken} students in two groups. "
        f"You don't need any experience to join. The course costs {price} dollars and clay is included."
    )
    faithful = (
        f"Learn pottery in {place} from {month} {date}. {person} teaches {number} students. "
        f"You don't need experience. The course costs ${price}, clay included."
    )
    return said, faithful, "You don't need experience", "You need experience"


def _app(product, person, place, month, day, spoken, number, price, date):
    said = (
        f"Accountants lose {spoken} hours every month to receipts. {product} reads them for you. The app never sells your data. "
        f"{person}, who runs a bakery in {place}, got her weekends back. A licence costs {price} dollars a year from {month} {date}."
    )
    faithful = (
        f"Receipts cost accountants {number} hours every month. {product} reads them, and the app never sells your data. "
        f"{person} runs a bakery in {place}. A licence: ${price} a year from {month} {date}."
    )
    return said, faithful, "the app never sells your data", "the app sells your data"


def _event(product, person, place, month, day, spoken, number, price, date):
    said = (
        f"The {product} festival comes to {place} on {month} {date}. There will be {spoken} bands on two stages. "
        f"{person} opens the evening with a piano set. Dogs are not allowed on the grounds. Tickets cost {price} dollars at the gate."
    )
    faithful = (
        f"{place}, {month} {date}: {number} bands on two stages. {person} opens the evening. "
        f"Dogs are not allowed. Tickets: ${price} at the gate."
    )
    return said, faithful, "Dogs are not allowed", "Dogs are allowed"


def _recipe(product, person, place, month, day, spoken, number, price, date):
    said = (
        f"This is how {person} bakes the famous bread of {place}. Knead the dough for {spoken} minutes. "
        f"Do not open the oven while it bakes. The flour from {product} costs {price} dollars a bag. "
        f"We baked this loaf on {month} {date}."
    )
    faithful = (
        f"Bread from {place}, as {person} bakes it. Knead the dough {number} minutes. Do not open the oven. "
        f"Flour from {product}: ${price} a bag. Baked on {month} {date}."
    )
    return said, faithful, "Do not open the oven", "Do open the oven"


def _clinic(product, person, place, month, day, spoken, number, price, date):
    said = (
        f"Doctor {person} has treated back pain in {place} for years. In the {product} study {spoken} patients walked every morning. "
        f"The exercise does not replace a visit to your doctor. A session costs {price} dollars. The next study begins {month} {date}."
    )
    faithful = (
        f"{number} patients walked every morning in the {product} study. {person} treats back pain in {place}. "
        f"The exercise does not replace your doctor. A session is ${price}. Next study: {month} {date}."
    )
    return (
        said,
        faithful,
        "The exercise does not replace your doctor",
        "The exercise does replace your doctor",
    )


def _estate(product, person, place, month, day, spoken, number, price, date):
    said = (
        f"Welcome to a bright flat in the centre of {place}. It has {spoken} square metres and a balcony. "
        f"The kitchen is not part of the rent. The rent is {price} dollars a month. Call for a viewing with {person} "
        f"from {product}. Viewings begin on {month} {date}."
    )
    faithful = (
        f"A bright flat in {place}: {number} square metres and a balcony. The kitchen is not part of the rent. "
        f"Rent: ${price} a month. Viewings with {person} begin {month} {date}."
    )
    return said, faithful, "The kitchen is not part of the rent", "The kitchen is part of the rent"


def _charity(product, person, place, month, day, spoken, number, price, date):
    said = (
        f"Last year {person} planted {spoken} trees along the river in {place}. One tree costs {price} dollars. "
        f"None of the money goes to advertising. {product} pays for the tools. The next planting is on {month} {date}."
    )
    faithful = (
        f"{person} planted {number} trees along the river in {place}. A tree costs ${price}. "
        f"None of the money goes to advertising. Next planting: {month} {date}."
    )
    return said, faithful, "None of the money goes", "The money goes"


_VERSIONS = [_gadget, _course, _app, _event, _recipe, _clinic, _estate, _charity]
TALKS = [_talk(n) for n in range(64)]
LIES = [(talk, kind, text) for talk in TALKS for kind, text in talk.lies]
