"""Whether a sentence has a verb, in languages whose verbs show it by their endings."""

from __future__ import annotations

import pytest

from socialcopy.copywriting.text.verbs import has_verb


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Der fehlt fast immer."),
        ("de", "Connactiv zeigt dir, was gerade läuft."),
        ("es", "Los resultados se guardan automáticamente."),
        ("es", "La tienda empieza mañana."),
        ("fr", "Combien j'ai dépensé cette année ?"),
        ("fr", "Les enfants apprennent en jouant."),
        ("it", "Lo sapevi che la rete consuma energia?"),
        ("it", "Quest'anno partiranno quattro corsi."),
        ("pt", "A estratégia volta multiplicada."),
        ("nl", "Wat jij eet, voel jij."),
        ("nl", "Het houdt je langer vol."),
        ("ja", "これは新しい店です。"),
    ],
)
def test_what_a_clause_says_is_found_by_its_ending(language: str, text: str):
    assert has_verb(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Direkt auf einer Karte."),
        ("de", "Ein Projekt der Hochschule Pforzheim."),
        ("es", "Rápida, segura y gratis."),
        ("fr", "Sur Android, un lien d'installation direct."),
        ("it", "Più o meno equivalente all'utilizzo d'acqua di 100.000 case."),
        ("pt", "4 dias investidos."),
        ("nl", "Altijd op tijd, nooit te laat."),
    ],
)
def test_a_piece_of_a_sentence_has_no_verb(language: str, text: str):
    assert not has_verb(text, language)
