"""A delivery's manifest and certificate are values, written as they always have been."""

from __future__ import annotations

from pathlib import Path

import pytest

from socialcopy.models import Certificate, Manifest, Value
from socialcopy.pipeline.steps.publish import as_json

DELIVERED = Path(__file__).parent / "delivered"
"""Of a real delivery, by the version before these were values; fields added since are put in."""


@pytest.mark.parametrize(
    ("name", "kind"), [("manifest.json", Manifest), ("certificate.json", Certificate)]
)
def test_a_delivery_that_is_read_is_written_byte_for_byte(name: str, kind: type[Value]):
    written = (DELIVERED / name).read_text(encoding="utf-8")

    assert as_json(kind.model_validate_json(written)) == written
