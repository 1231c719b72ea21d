from __future__ import annotations

import pytest

from kg.normal_forms import values


def _plain(field, normal):
    return {predicate.value.rpartition("/")[2]: literal.value for predicate, literal in values(field, normal)}


@pytest.mark.parametrize(
    ("field", "normal", "said"),
    [
        ("cost", "250000 EUR", {"minValue": "250000", "maxValue": "250000", "currency": "EUR"}),
        ("cost", "100000-250000.5 EUR/year", {"minValue": "100000", "maxValue": "250000.5", "currency": "EUR"}),
        ("cost", "high", {}),
        ("cost", None, {}),
        ("period", "2024/2026", {"startDate": "2024", "endDate": "2026"}),
        ("period", "../2030", {"endDate": "2030"}),
        ("period", "2024/..", {"startDate": "2024"}),
        ("period", "2025", {"startDate": "2025", "endDate": "2025"}),
        ("period", "2024-01-31/..", {"startDate": "2024-01-31"}),
        ("period", "P3Y", {}),
        ("period", "short", {}),
        ("priority", "2025", {}),
    ],
)
def test_normal_forms_become_typed_values(field, normal, said):
    assert _plain(field, normal) == said
