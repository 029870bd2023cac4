"""The checks of a sender's domain, against a DNS server that really answers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from smtp_verify.domain.check import Check, CheckVerdict, DomainRecord, DomainReport
from smtp_verify.domain.dmarc import targets
from smtp_verify.domain.examine import check_domain
from smtp_verify.providers.sending_domains import SENDING_DOMAINS, sending_domain_of
from tests.dnsd import Fault, Names, Records, serving
from tests.domain.keys import RSA_1024, RSA_2048, SHORT
from tests.timing import within

if TYPE_CHECKING:
    from collections.abc import Mapping

FROM = "Acme <no-reply@example.com>"
MAIL_SERVER: Names = {"mx.example.com": {"A": ("198.51.100.9",)}}
GOOGLE: Names = {"_spf.google.com": {"TXT": ("v=spf1 ip4:203.0.113.0/25 ip4:198.51.100.0/24 ~all",)}}
SENDGRID: Names = {"sendgrid.net": {"TXT": ("v=spf1 ip4:203.0.113.128/25 ~all",)}}
KEY = f"v=DKIM1; k=rsa; p={RSA_2048}"
YES, NO, UNKNOWN = CheckVerdict.YES, CheckVerdict.NO, CheckVerdict.UNKNOWN


def domain(*texts: str, mx: str = "10 mx.example.com.", **more: Any) -> Records:
    """The records of example.com."""
    return {"MX": (mx,), **({"TXT": texts} if texts else {}), **more}


def examine(
    names: Mapping[str, Records | Fault], host: str = "smtp.gmail.com", from_email: str = FROM, **more: Any
) -> DomainReport:
    everywhere = more.pop("everywhere", None)
    with serving({**MAIL_SERVER, **names}, everywhere) as server:
        options = {"deadline": 5, "nameservers": [server.address], **more}
        return asyncio.run(check_domain(from_email, host, **options))


def only(report: DomainReport, name: str) -> Check:
    [check] = [check for check in report.checks if check.name == name]
    return check


# MX ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "verdict", "found"),
    [
        ({"example.com": domain()}, YES, "mx.example.com"),
        (
            {"example.com": domain(mx="0 .")},
            NO,
            "example.com says that it takes no mail (a null MX, RFC 7505)",
        ),
        ({"example.com": domain(mx="10 gone.example.com.")}, NO, "gone.example.com: none has an address"),
        ({"example.com": {"A": ("192.0.2.1",)}}, YES, "its address takes the mail (RFC 5321 section 5.1)"),
        ({"example.com": {"TXT": ("x",)}}, NO, "example.com has neither an MX nor an address"),
        ({"mx.example.com": Fault.SERVFAIL, "example.com": domain()}, UNKNOWN, "mx.example.com"),
        ({"example.com": Fault.REFUSED}, UNKNOWN, "example.com: the DNS server answered REFUSED"),
    ],
)
def test_mx(names: Names, verdict: CheckVerdict, found: str) -> None:
    check = only(examine(names), "mx")
    assert check.verdict is verdict
    assert found in check.found


def test_a_domain_that_does_not_exist_is_told_as_such() -> None:
    report = examine({}, from_email="a@missing.test")
    assert only(report, "mx").found == "missing.test does not exist"


# SPF -----------------------------------------------------------------------------------------------------


def spf(report: DomainReport) -> tuple[CheckVerdict, CheckVerdict]:
    return only(report, "spf").verdict, only(report, "spf provider").verdict


def test_a_record_that_includes_the_provider_covers_it() -> None:
    report = examine({**GOOGLE, "example.com": domain("v=spf1 mx include:_spf.google.com ~all")})
    assert spf(report) == (YES, YES)
    assert only(report, "spf").found == "v=spf1 mx include:_spf.google.com ~all (2 of 10 lookups)"


def test_an_include_may_lie_deep_or_behind_a_redirect() -> None:
    names: Names = {
        **GOOGLE,
        "example.com": domain("v=spf1 redirect=_spf.example.com"),
        "_spf.example.com": {"TXT": ("v=spf1 include:all.example.com -all",)},
        "all.example.com": {"TXT": ("v=spf1 include:_spf.google.com ?all",)},
    }
    assert spf(examine(names)) == (YES, YES)


def test_a_record_without_the_provider_comes_with_the_one_to_publish() -> None:
    check = only(
        examine({**GOOGLE, "example.com": domain("v=spf1 a -all", A=("192.0.2.1",))}), "spf provider"
    )
    assert check.verdict is NO
    assert check.publish == (DomainRecord("example.com", "TXT", "v=spf1 a include:_spf.google.com -all"),)


@pytest.mark.parametrize(
    ("text", "publish"),
    [
        ("v=spf1 -include:_spf.google.com -all", "v=spf1 include:_spf.google.com -all"),
        ("v=spf1 -all include:_spf.google.com", "v=spf1 include:_spf.google.com -all"),
        ("v=spf1 ip4:192.0.2.1", "v=spf1 ip4:192.0.2.1 include:_spf.google.com"),
        ("v=spf1 redirect=o.example.com", "v=spf1 include:_spf.google.com redirect=o.example.com"),
    ],
)
def test_the_record_to_publish_covers_the_provider(text: str, publish: str) -> None:
    other: Names = {"o.example.com": {"TXT": ("v=spf1 -all",)}}
    check = only(examine({**GOOGLE, **other, "example.com": domain(text)}), "spf provider")
    assert check.verdict is NO
    assert [each.value for each in check.publish] == [publish]
    assert spf(examine({**GOOGLE, **other, "example.com": domain(publish)})) == (YES, YES)


def test_no_record_comes_with_one_to_publish() -> None:
    check = only(examine({**GOOGLE, "example.com": domain()}), "spf")
    assert check.verdict is NO
    assert check.publish == (DomainRecord("example.com", "TXT", "v=spf1 include:_spf.google.com ~all"),)


def test_the_networks_themselves_cover_the_provider_too() -> None:
    flat = "v=spf1 ip4:198.51.100.0/24 ip4:203.0.113.0/24 -all"
    assert spf(examine({**GOOGLE, "example.com": domain(flat)})) == (YES, YES)
    report = examine({**GOOGLE, "example.com": domain("v=spf1 ip4:203.0.113.0/24 -all")})
    assert spf(report) == (YES, UNKNOWN)
    assert "1 of the 2 networks" in only(report, "spf provider").why


def test_a_provider_that_decides_by_address_is_not_covered_by_networks() -> None:
    theirs: Names = {"_spf.google.com": {"TXT": ("v=spf1 ip4:203.0.113.0/24 exists:%{i}.x.example -all",)}}
    assert spf(examine({**theirs, "example.com": domain("v=spf1 ip4:203.0.113.0/24 -all")})) == (YES, UNKNOWN)


def test_what_is_decided_by_address_could_not_be_told() -> None:
    report = examine({**GOOGLE, "example.com": domain("v=spf1 include:%{ir}.spf.example.net -all")})
    assert spf(report) == (YES, UNKNOWN)


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (("v=spf1 include:_spf.google.com -all", "v=spf1 -all"), "example.com has 2 SPF records"),
        (("v=spf1 include:_spf.google.com -al",), "-al is no mechanism of SPF"),
        (("v=spf1 include:example.com include:_spf.google.com -all",), "more than 10 lookups"),
        (("v=spf1 include:gone.example.com -all",), "gone.example.com has no SPF record"),
        (
            ("v=spf1 a:no1.example.com a:no2.example.com a:no3.example.com include:_spf.google.com -all",),
            "more than 2 lookups find nothing",
        ),
    ],
)
def test_a_permanent_error_is_a_no_with_its_reason(texts: tuple[str, ...], found: str) -> None:
    report = examine({**GOOGLE, "example.com": domain(*texts)})
    assert spf(report) == (NO, NO)
    assert found in only(report, "spf").found
    assert only(report, "spf").fix


def test_a_provider_before_the_limit_passes_with_some_receivers() -> None:
    many = " ".join(f"include:i{n}.example.com" for n in range(10))
    names: Names = {f"i{n}.example.com": {"TXT": ("v=spf1 -all",)} for n in range(10)}
    report = examine(
        {**GOOGLE, **names, "example.com": domain(f"v=spf1 include:_spf.google.com {many} -all")}
    )
    assert spf(report) == (NO, UNKNOWN)


@pytest.mark.parametrize("text", ["v=spf1 +all", "v=spf1 ip4:0.0.0.0/0 -all"])
def test_a_record_that_lets_anybody_send_is_told(text: str) -> None:
    report = examine({**GOOGLE, "example.com": domain(text)})
    assert spf(report) == (YES, YES)
    assert "any server" in only(report, "spf").why


@pytest.mark.parametrize("fault", [Fault.SERVFAIL, Fault.REFUSED, Fault.SILENT])
def test_an_include_that_does_not_answer_is_never_a_no(fault: Fault) -> None:
    names: Names = {"other.example": fault, **GOOGLE}
    report = examine(
        {**names, "example.com": domain("v=spf1 include:other.example include:_spf.google.com -all")},
        deadline=1,
    )
    assert spf(report) == (UNKNOWN, UNKNOWN)


def test_where_the_provider_has_its_own_mail_from_spf_is_checked_there() -> None:
    check = only(
        examine({**SENDGRID, "example.com": domain("v=spf1 -all")}, "smtp.sendgrid.net"), "spf provider"
    )
    assert check.verdict is UNKNOWN
    assert check.why.startswith("SendGrid sends with a MAIL FROM of its own (sendgrid.net)")
    assert check.publish == ()
    assert check.source.startswith("https://")


def test_a_return_path_below_the_domain_is_where_spf_is_checked() -> None:
    names: Names = {
        "amazonses.com": {"TXT": ("v=spf1 ip4:203.0.113.0/24 -all",)},
        "example.com": domain(),
    }
    assert spf(examine(names, "smtp.resend.com")) == (NO, UNKNOWN)
    below: Names = {"send.example.com": {"TXT": ("v=spf1 include:amazonses.com ~all",)}}
    assert spf(examine({**names, **below}, "smtp.resend.com")) == (NO, YES)
    empty: Names = {"send.example.com": {"TXT": ("v=spf1 -all",)}}
    assert spf(examine({**names, **empty}, "smtp.resend.com")) == (NO, NO)


@pytest.mark.parametrize(
    ("addresses", "verdict"),
    [
        (["8.8.8.8"], YES),
        (["8.8.4.4"], NO),
        (["8.8.8.8", "2606:4700::1"], UNKNOWN),
        (["127.0.0.1", "10.0.0.1", "fe80::1%eth0"], UNKNOWN),
        (["127.0.0.1", "8.8.8.8"], YES),
        ([], UNKNOWN),
    ],
)
def test_a_server_of_ones_own_is_looked_for_by_address(addresses: list[str], verdict: CheckVerdict) -> None:
    names: Names = {"example.com": domain("v=spf1 ip4:8.8.8.8 -all")}
    report = examine(names, "mail.example.com", addresses=addresses)
    assert report.provider == ""
    assert only(report, "spf provider").verdict is verdict
    if verdict is not UNKNOWN:
        assert "an approximation: mail.example.com takes the mail" in only(report, "spf provider").why


# DKIM ----------------------------------------------------------------------------------------------------


def dkim(names: Names, host: str = "smtp.gmail.com", **more: Any) -> Check:
    return only(examine({"example.com": domain(), **names}, host, **more), "dkim")


def test_the_provider_s_key_is_found() -> None:
    check = dkim({"google._domainkey.example.com": {"TXT": (KEY,)}})
    assert check.verdict is YES
    assert check.found == "google._domainkey.example.com: RSA, 2048 bits"


def test_an_alias_is_followed_to_the_key() -> None:
    names: Names = {
        "s1._domainkey.example.com": {"CNAME": ("s1.domainkey.u1.wl.sendgrid.net",)},
        "s1.domainkey.u1.wl.sendgrid.net": {"TXT": (KEY,)},
    }
    check = dkim(names, "smtp.sendgrid.net")
    assert check.verdict is YES
    assert "(an alias of s1.domainkey.u1.wl.sendgrid.net)" in check.found


def test_a_selector_that_can_be_chosen_may_be_another() -> None:
    elsewhere: Names = {"mine._domainkey.example.com": {"TXT": (KEY,)}}
    check = dkim(elsewhere)
    assert check.verdict is UNKNOWN
    assert check.fix == "name the selector with --selector"
    assert dkim(elsewhere, selectors=["mine"]).verdict is YES
    assert dkim(elsewhere, selectors=["yours"]).verdict is NO


def test_where_no_selector_can_be_no_key_is() -> None:
    check = dkim({})
    assert check.verdict is NO
    assert dkim({}, "email-smtp.eu-west-1.amazonaws.com").found == (
        "_domainkey.example.com does not exist, so no key does (RFC 8020)"
    )


def test_a_selector_made_up_by_the_provider_cannot_be_guessed() -> None:
    names: Names = {"abcdef._domainkey.example.com": {"TXT": (KEY,)}}
    assert dkim(names, "email-smtp.eu-west-1.amazonaws.com").verdict is UNKNOWN
    assert dkim(names, "mail.example.com").verdict is UNKNOWN


def test_a_fixed_selector_without_a_key_is_a_no() -> None:
    assert dkim({"other._domainkey.example.com": {"TXT": (KEY,)}}, "in-v3.mailjet.com").verdict is NO


@pytest.mark.parametrize(
    ("texts", "verdict", "found"),
    [
        (("v=DKIM1; p=",), NO, "the key was revoked"),
        ((f"v=DKIM1; p={SHORT}",), NO, "RSA, 512 bits, shorter than 1024 bits"),
        ((KEY, f"v=DKIM1; p={RSA_1024}"), UNKNOWN, "2 keys"),
        ((KEY, "hello"), YES, "RSA, 2048 bits"),
        (("hello",), NO, "a TXT record, but no key"),
    ],
)
def test_what_stands_at_a_selector(texts: tuple[str, ...], verdict: CheckVerdict, found: str) -> None:
    check = dkim({"mailjet._domainkey.example.com": {"TXT": texts}}, "in-v3.mailjet.com")
    assert check.verdict is verdict
    assert found in check.found


@pytest.mark.parametrize("fault", [Fault.SERVFAIL, Fault.REFUSED, Fault.SILENT])
def test_a_selector_that_does_not_answer_is_never_a_no(fault: Fault) -> None:
    assert dkim({"mailjet._domainkey.example.com": fault}, "in-v3.mailjet.com", deadline=1).verdict is UNKNOWN


def test_one_good_key_is_enough_and_the_others_are_told() -> None:
    names: Names = {
        "selector1._domainkey.example.com": {"TXT": (KEY,)},
        "selector2._domainkey.example.com": {"TXT": ("v=DKIM1; p=",)},
    }
    check = dkim(names, "smtp.office365.com")
    assert check.verdict is YES
    assert "selector2._domainkey.example.com: a revoked key" in check.why


# DMARC and alignment -------------------------------------------------------------------------------------

BELOW = "a@news.example.com"


def dmarc(names: Names, from_email: str = FROM, **more: Any) -> Check:
    return only(examine({"example.com": domain(), **names}, from_email=from_email, **more), "dmarc")


def policy(*texts: str, at: str = "example.com") -> Names:
    return {f"_dmarc.{at}": {"TXT": texts}}


@pytest.mark.parametrize(
    ("names", "from_email", "found"),
    [
        (policy("v=DMARC1; p=reject"), FROM, "p=reject, no reports"),
        (policy("v=DMARC1; p=none; rua=mailto:d@x.example"), FROM, "p=none, reports to mailto:d@x.example"),
        (policy("v=DMARC1; p=reject; sp=none"), BELOW, "p=none, inherited from example.com, no reports"),
        (policy("v=DMARC1; p=reject"), BELOW, "p=reject, inherited from example.com, no reports"),
        (policy("v=DMARC1;p=quarantine;adkim=s"), FROM, "p=quarantine, no reports, strict alignment of DKIM"),
        (policy("v=DMARC1; p=bogus; rua=mailto:d@x.example"), FROM, "p=none, reports to mailto:d@x.example"),
        (policy("v=DMARC1; p=reject", "google=x"), FROM, "p=reject, no reports"),
        (policy("v=DMARC1; p=reject; psd=y", at="com"), FROM, "p=reject, inherited from com, no reports"),
    ],
)
def test_a_policy_is_found(names: Names, from_email: str, found: str) -> None:
    check = dmarc(names, from_email)
    assert check.verdict is YES
    assert check.found == found


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ({}, "_dmarc.example.com does not exist, nor above it"),
        (policy("v=DMARC1; p=none", "v=DMARC1; p=reject"), "2 policies: receivers discard them all"),
        (policy("v=DMARC1; p=bogus"), "p=bogus is no policy"),
        (policy("v=DMARC1; p=none; p=none"), "p= stands twice"),
        (policy("V=dmarc1; p=none"), "_dmarc.example.com has no policy, nor above it"),
    ],
)
def test_no_policy_comes_with_one_to_publish(names: Names, found: str) -> None:
    check = dmarc(names)
    assert check.verdict is NO
    assert found in check.found
    expected = DomainRecord(
        "_dmarc.example.com", "TXT", "v=DMARC1; p=none; rua=mailto:postmaster@example.com"
    )
    assert check.publish == (expected,)


@pytest.mark.parametrize("at", ["example.com", "com"])
def test_a_policy_that_was_not_answered_is_never_a_no(at: str) -> None:
    assert dmarc({f"_dmarc.{at}": Fault.SERVFAIL}).verdict is UNKNOWN


def test_the_walk_asks_eight_times_at_most() -> None:
    assert targets("example.com") == ["example.com", "com"]
    long = ".".join("abcdefghij") + ".com"
    assert targets(long) == [long, *(".".join("abcdefghij"[n:]) + ".com" for n in range(4, 10)), "com"]
    assert len(targets(long)) == 8


def aligned(names: Names, host: str = "smtp.gmail.com", from_email: str = FROM) -> CheckVerdict:
    return only(examine({**GOOGLE, "example.com": domain(), **names}, host, from_email), "alignment").verdict


COVERED: Names = {"example.com": domain("v=spf1 include:_spf.google.com ~all")}
UNCOVERED: Names = {"example.com": domain("v=spf1 -all")}
SIGNED: Names = {"google._domainkey.example.com": {"TXT": (KEY,)}}


def test_either_spf_or_dkim_has_to_align() -> None:
    assert aligned(COVERED) is YES
    assert aligned({**UNCOVERED, **SIGNED}) is YES
    assert aligned(UNCOVERED) is NO


def test_a_signature_of_the_organizational_domain_aligns_unless_strict() -> None:
    relaxed = policy("v=DMARC1; p=none")
    strict = policy("v=DMARC1; p=none; adkim=s")
    below: Names = {"news.example.com": {"TXT": ("v=spf1 -all",)}}
    assert aligned({**below, **SIGNED, **relaxed}, from_email=BELOW) is YES
    assert aligned({**below, **SIGNED, **strict}, from_email=BELOW) is NO


def test_a_record_may_draw_the_boundary_itself() -> None:
    names = {**policy("v=DMARC1; p=none"), **policy("v=DMARC1; p=reject; psd=n", at="news.example.com")}
    assert (
        dmarc(names, "a@x.news.example.com").found == "p=reject, inherited from news.example.com, no reports"
    )
    assert dmarc(names, BELOW).found == "p=reject, no reports"


def test_below_a_public_suffix_lies_the_organizational_domain() -> None:
    suffix = policy("v=DMARC1; p=none; psd=y", at="com")
    below: Names = {"news.example.com": {"TXT": ("v=spf1 -all",)}}
    assert aligned({**below, **SIGNED, **suffix}, from_email=BELOW) is YES
    assert aligned({**below, **SIGNED}, from_email=BELOW) is NO


def test_a_return_path_below_the_domain_aligns_unless_strict() -> None:
    names: Names = {
        "amazonses.com": {"TXT": ("v=spf1 ip4:203.0.113.0/24 -all",)},
        "send.example.com": {"TXT": ("v=spf1 include:amazonses.com ~all",)},
    }
    assert aligned(names, "smtp.resend.com") is YES
    assert aligned({**names, **policy("v=DMARC1; p=none; aspf=s")}, "smtp.resend.com") is NO


def test_the_provider_s_own_mail_from_does_not_align_but_another_may_be_set_up() -> None:
    assert aligned(
        {**SENDGRID, "example.com": domain("v=spf1 include:sendgrid.net ~all")}, "smtp.sendgrid.net"
    ) is (UNKNOWN)


def test_a_mailbox_domain_is_nobody_else_s_to_send_for() -> None:
    report = examine({**SENDGRID, "gmail.com": domain("v=spf1 -all")}, "smtp.sendgrid.net", "me@gmail.com")
    verdicts = {check.name: check.verdict for check in report.checks}
    assert verdicts["spf provider"] is verdicts["dkim"] is verdicts["alignment"] is NO
    assert {check.publish for check in report.checks} == {()}
    own = examine({"gmail.com": domain("v=spf1 -all")}, "smtp.gmail.com", "me@gmail.com")
    assert only(own, "spf provider").verdict is YES
    assert only(own, "alignment").verdict is YES


# The whole -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("from_email", "nothing"),
    [
        ("a@[192.0.2.1]", "[192.0.2.1] is an address, which has no SPF, DKIM or DMARC"),
        ("Acme", "fromEmail has no address"),
        ("", "fromEmail has no address"),
        ("a@localhost", "localhost is no domain of the public DNS"),
    ],
)
def test_without_a_domain_there_is_nothing_to_check(from_email: str, nothing: str) -> None:
    report = examine({}, from_email=from_email)
    assert (report.checks, report.nothing) == ((), nothing)


def test_other_scripts_are_asked_for_in_punycode() -> None:
    report = examine({"xn--bcher-kva.example": {"MX": ("0 .",)}}, from_email="a@BÜCHER.example")
    assert report.domain == "xn--bcher-kva.example"
    assert "null MX" in only(report, "mx").found


@pytest.mark.parametrize(
    "fault", [Fault.SILENT, Fault.GARBAGE, Fault.LYING_ID, Fault.SERVFAIL, Fault.REFUSED]
)
def test_a_dns_server_that_fails_ends_in_time_and_says_nothing_of_the_domain(fault: Fault) -> None:
    with within(4):
        report = examine({}, everywhere=fault, deadline=0.8)
    assert {check.verdict for check in report.checks} == {UNKNOWN}
    assert len(report.checks) == 6


@pytest.mark.parametrize(
    ("host", "included"),
    [
        ("smtp.gmail.com", "_spf.google.com"),
        ("SMTP-RELAY.GMAIL.COM.", "_spf.google.com"),
        ("smtp.sendgrid.net", "sendgrid.net"),
        ("smtpdm.aliyun.com", "spf1.dm.aliyun.com"),
        ("smtpdm-ap-southeast-1.aliyuncs.com", "spfdm-ap-southeast-1.aliyun.com"),
        ("smtp.qiye.aliyun.com", "spf.qiye.aliyun.com"),
        ("email-smtp.eu-central-1.amazonaws.com", "amazonses.com"),
        ("smtp.eu.mailgun.org", "mailgun.org"),
        ("in-v3.mailjet.com", "spf.mailjet.com"),
        ("smtp-relay.brevo.com", "spf.brevo.com"),
        ("smtp.zoho.eu", "spf.zoho.eu"),
        ("smtp.zoho.com.au", "spf.zoho.com.au"),
        ("smtp.mail.me.com", "icloud.com"),
        ("smtp.exmail.qq.com", "spf.mail.qq.com"),
        ("smtp.mail.ru", "_spf.mail.ru"),
    ],
)
def test_the_host_tells_the_provider(host: str, included: str) -> None:
    wanted = sending_domain_of(host)
    assert wanted is not None
    assert wanted.includes[0] == included


@pytest.mark.parametrize("host", ["", "mail.example.com", "notsendgrid.net", "sendgrid.net.example.com"])
def test_other_hosts_belong_to_none(host: str) -> None:
    assert sending_domain_of(host) is None


def test_every_fact_about_a_provider_has_its_source() -> None:
    for each in SENDING_DOMAINS:
        assert not each.includes or each.spf_source.startswith(("https://", "http://")), each.name
        assert not each.selectors or each.dkim_source.startswith("https://"), each.name
        assert not (each.bounce or each.return_path) or each.bounce_source.startswith("https://"), each.name
