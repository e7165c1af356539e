"""The three answers of a comparison of APIs survive their way through JSON, and are never taken for one another."""

from __future__ import annotations

import msgspec
import pytest

from pilotage.model.api import ApiChange, ApiCompared, ApiNotCompared, ApiNothingToCompare, ApiReport

CHANGE = ApiChange("object-removed", "pkg.f", "src/pkg/a.py", 3, side="base")


@pytest.mark.parametrize(
    "report",
    [
        ApiCompared(("pkg",)),
        ApiCompared(("a", "b"), (CHANGE,), (ApiChange("function-added", "a.g", "a.py", 1),), 2),
        ApiNotCompared("a file is too large"),
        ApiNothingToCompare("no-package"),
        ApiNothingToCompare("same-files"),
    ],
)
def test_a_report_reads_back_as_itself(report: ApiReport) -> None:
    decoder: msgspec.json.Decoder[ApiReport] = msgspec.json.Decoder(ApiReport)

    assert decoder.decode(msgspec.json.encode(report)) == report


def test_a_report_says_which_answer_it_is() -> None:
    assert msgspec.json.encode(ApiNotCompared("why")) == b'{"type":"not-compared","reason":"why"}'


def test_a_reason_that_nobody_knows_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"type":"nothing","because":"mood"}', type=ApiNothingToCompare)
