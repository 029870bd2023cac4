"""Every recorded send of Logto's connector comes out as it did, with each nodemailer that has a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smtp_verify.config.schema import guard
from smtp_verify.logto_versions import version_of
from tests.smtp import recorded

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sampling import Sample

GROUPS = [
    (corpus, version, group)
    for corpus in recorded.CORPORA
    for version in recorded.VERSIONS
    for group in recorded.groups(corpus)
]


@pytest.mark.parametrize(("corpus", "version", "group"), GROUPS)
def test_each_recorded_send_ends_as_the_connector_ended_it(
    corpus: str, version: str, group: str, record_property: Callable[[str, object], None]
) -> None:
    wrong = recorded.played_wrong(corpus, version, group)
    total = sum(recorded.group_of(case) == group for case in recorded.cases(corpus, version))
    what = f"{corpus}, Logto {version} (nodemailer {version_of(version).nodemailer})"
    record_property("agreement", f"{what}: {total - len(wrong)} of {total}")
    assert wrong == {}


@pytest.mark.parametrize(
    ("corpus", "group"),
    [(corpus, group) for corpus, version, group in GROUPS if version == recorded.VERSIONS[0]],
)
def test_pipelining_changes_no_outcome(corpus: str, group: str, sample: Sample) -> None:
    logto = version_of(recorded.VERSIONS[0])
    cases = sample(case for case in recorded.cases(corpus, logto.name) if recorded.group_of(case) == group)
    for case in (case for case in cases if not recorded.differs_on_purpose(case, logto)):
        grouped, single = (recorded.play(case, logto, ("PIPELINING",), each) for each in (True, False))
        assert (grouped.ending, grouped.log.envelopes, grouped.log.mechanism) == (
            single.ending,
            single.log.envelopes,
            single.log.mechanism,
        ), case["id"]
        assert list(recorded.disagreements(case, grouped)) == [], case["id"]


def test_every_recorded_config_is_judged_as_it_was() -> None:
    cases = [case for corpus in recorded.CORPORA for case in recorded.cases(corpus, "1.42")]
    refused = [case["id"] for case in cases if guard.guard(recorded.config_of(case, 25, None))]
    assert refused == ["port-string"]


@pytest.mark.parametrize("version", recorded.VERSIONS)
def test_the_groups_hold_every_case(version: str) -> None:
    for corpus, number in recorded.CORPORA.items():
        counted = [
            case["id"]
            for group in recorded.groups(corpus)
            for case in recorded.cases(corpus, version)
            if recorded.group_of(case) == group
        ]
        assert len(counted) == number
