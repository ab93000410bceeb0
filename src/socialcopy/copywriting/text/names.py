"""Given names of the languages that copy is written in, by the lists of Faker (MIT)."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from socialcopy.copywriting.text.vocabulary import every

LOCALES = (
    "en_US", "en_GB", "en_IN", "de_DE", "de_AT", "fr_FR", "es_ES", "es_MX", "it_IT", "nl_NL",
    "pt_BR", "pt_PT", "sv_SE", "no_NO", "da_DK", "pl_PL",
)  # fmt: skip


def is_given_name(word: str) -> bool:
    """Tell whether people are called so; `April` and `June` are taken for dates."""
    return word.lower() in _given_names()


@cache
def _given_names() -> frozenset[str]:
    providers = (import_module(f"faker.providers.person.{locale}").Provider for locale in LOCALES)
    lists = ("first_names", "first_names_female", "first_names_male")
    names = (name for one in providers for kind in lists for name in getattr(one, kind, ()))
    return frozenset(name.lower() for name in names) - every("dates")
