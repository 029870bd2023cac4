"""The table of providers: what each wants, and how it is found."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from smtp_verify.config.schema.placeholders import is_placeholder
from smtp_verify.diagnosis.row import Match, Symptom
from smtp_verify.diagnosis.table import ROWS
from smtp_verify.errors import UsageError
from smtp_verify.providers.families import FAMILIES, is_of
from smtp_verify.providers.nodemailer_services import well_known
from smtp_verify.providers.provider import Port, Provider, Security, SenderRule
from smtp_verify.providers.sending_domains import SENDING_DOMAINS, sending_domain_of
from smtp_verify.providers.table import PROVIDERS, find, provider_of
from smtp_verify.smtp.endpoint import derive
from smtp_verify.smtp.wire.transcript import Ending, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator

ASKED_FOR = """
gmail google-workspace-relay sendgrid aliyun aliyun-intl microsoft365 outlook.com ses mailgun mailjet postmark
brevo zoho yandex mailru qq exmail 163 126 icloud yahoo fastmail resend generic mailpit
""".split()
IDS = [provider.name for provider in PROVIDERS]


def test_all_that_were_asked_for_are_there() -> None:
    assert sorted(IDS) == sorted(ASKED_FOR)


def test_a_name_means_one_provider() -> None:
    words = Counter(word for each in PROVIDERS for word in (each.name, *each.aliases))
    assert [word for word, count in words.items() if count > 1] == []
    assert [word for word in words if word != word.lower() or re.search(r"[^a-z0-9.-]", word)] == []


def test_a_host_belongs_to_one_provider() -> None:
    hosts = {host for each in PROVIDERS for host in (*each.hosts, *(region.host for region in each.regions))}
    for host in hosts:
        assert [each.name for each in PROVIDERS if each.serves(host)] == [find(host).name]


@pytest.mark.parametrize("provider", PROVIDERS, ids=IDS)
def test_a_row_is_whole(provider: Provider) -> None:
    numbers = [port.number for port in provider.ports]
    assert len(set(numbers)) == len(numbers)
    assert provider.port == provider.ports[0]
    assert (provider.password is None) == (provider.user is None or provider.name == "outlook.com")
    assert provider.user is not None or provider.name == "mailpit"
    assert provider.password is None or is_placeholder(provider.password.value)
    assert all(source.startswith("https://") for source in (provider.page, *provider.sources))
    for field in (provider.user, provider.password, provider.sender):
        assert field is None or (field.value and field.about)
    if provider.regions:
        assert provider.regions[0].host == provider.host
        assert len({region.name for region in provider.regions}) == len(provider.regions)


@pytest.mark.parametrize("provider", PROVIDERS, ids=IDS)
def test_implicit_tls_is_where_it_usually_is(provider: Provider) -> None:
    implicit = {port.number for port in provider.ports if port.security is Security.IMPLICIT}
    assert implicit == {port.number for port in provider.ports} & {465, 2465}


@pytest.mark.parametrize("provider", PROVIDERS, ids=IDS)
def test_the_sender_that_must_be_the_user_has_the_same_placeholder(provider: Provider) -> None:
    if provider.sender_rule is SenderRule.SAME:
        assert provider.user is not None
        assert provider.sender.value == provider.user.value


SERVICES = """
gmail=Gmail google-workspace-relay=GmailWorkspace microsoft365=Outlook365 outlook.com=Outlook icloud=iCloud
yahoo=Yahoo fastmail=FastMail zoho=Zoho yandex=Yandex mailru=Mail.ru qq=QQ exmail=QQex 163=163 126=126
sendgrid=SendGrid ses=SES mailgun=Mailgun mailjet=Mailjet postmark=Postmark brevo=Brevo resend=Resend
""".split()


@pytest.mark.parametrize("pair", SERVICES)
def test_a_well_known_service_of_nodemailer_is_the_same_server(pair: str) -> None:
    name, service = pair.split("=")
    settings = well_known(service)
    provider = find(name)
    assert provider_of(settings["host"]) is provider
    port = provider.port_at(settings["port"])
    assert port is not None
    assert (port.security is Security.IMPLICIT) == settings.get("secure", False)


def test_each_region_of_ses_is_one_that_nodemailer_knows() -> None:
    for region in find("ses").regions:
        assert well_known(f"SES-{region.name}")["host"] == region.host


EXAMPLES = {
    "gmail": "smtp.googlemail.com",
    "google-workspace-relay": "smtp-relay.gmail.com",
    "microsoft": "outlook.office365.com",
    "icloud": "p01-smtp.mail.me.com",
    "yahoo": "smtp.aol.com",
    "fastmail": "smtp.messagingengine.com",
    "zoho": "smtp.zohocloud.ca smtp.zoho.jp smtp.zoho.com.au smtp.zoho.com.cn smtppro.zoho.in",
    "yandex": "smtp.yandex.net",
    "mailru": "smtp.mail.ru",
    "qq": "hwsmtp.exmail.qq.com",
    "netease": "smtp.qiye.163.com smtphz.qiye.163.com smtp.126.com",
    "sendgrid": "smtp.eu.sendgrid.net",
    "aliyun-directmail": "smtpdm.aliyun.com smtpdm-us-east-1.aliyuncs.com smtpdm-eu-central-1.aliyuncs.com",
    "aliyun-mail": "smtp.qiye.aliyun.com smtp.mxhichina.com",
    "ses": "email-smtp-fips.us-east-1.amazonaws.com email-smtp.af-south-1.amazonaws.com",
    "mailgun": "smtp.eu.mailgun.org",
    "mailjet": "in.mailjet.com",
    "postmark": "smtp-broadcasts.postmarkapp.com",
    "brevo": "smtp-relay.sendinblue.com",
    "resend": "smtp.resend.com",
}
"""Hosts of each family besides those that the table of settings lists."""


OTHERWISE = {
    "microsoft365": "microsoft",
    "outlook.com": "microsoft",
    "exmail": "qq",
    "163": "netease",
    "126": "netease",
    "aliyun": "aliyun-directmail",
    "aliyun-intl": "aliyun-directmail",
}
"""The family of a provider that goes by another name."""


def family_of(provider: Provider) -> str:
    return OTHERWISE.get(provider.name, provider.name)


def hosts_of_families() -> Iterator[tuple[str, str]]:
    """Every host that is known, with its family."""
    for each in PROVIDERS:
        hosts = (*each.hosts, *(region.host for region in each.regions))
        yield from ((host, family_of(each)) for host in hosts if family_of(each) in FAMILIES)
    for family, hosts_in_words in EXAMPLES.items():
        yield from ((host, family) for host in hosts_in_words.split())


@pytest.mark.parametrize(("host", "family"), sorted(set(hosts_of_families())))
def test_every_user_of_the_table_knows_a_host_as_the_same_family_s(host: str, family: str) -> None:
    """The settings, nodemailer's services, the sender's domain, and the rows of the diagnosis."""
    assert [name for name in FAMILIES if is_of(host, (name,))] == [family]
    provider = provider_of(host)
    assert provider is None or family_of(provider) == family
    wanted = sending_domain_of(host)
    assert wanted is None or family in wanted.families
    config = {"host": host, "port": 587}
    symptom = Symptom(Ending.NOT_AUTHENTICATED, Stage.AUTH, 535, "", "", derive(config), config)
    for row in ROWS:
        if row.match.providers:
            only = Match(providers=row.match.providers)
            assert bool(only.weight(symptom)) is (family in row.match.providers), row.code


def test_the_families_are_those_that_something_is_known_of() -> None:
    named = {family for row in ROWS for family in row.match.providers}
    named |= {family for each in SENDING_DOMAINS for family in each.families}
    assert named == FAMILIES.keys() == EXAMPLES.keys()
    settings = {family_of(each) for each in PROVIDERS} - {"generic", "mailpit"}
    assert settings <= FAMILIES.keys()


@pytest.mark.parametrize("host", ["notgmail.com", "smtp.gmail.com.example", "zoho.com.example"])
def test_what_only_looks_like_a_provider_s_name_is_nobody_s(host: str) -> None:
    assert not any(is_of(host, (family,)) for family in FAMILIES)


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("smtp.gmail.com", "gmail"),
        ("SMTP.Gmail.com.", "gmail"),
        ("smtp-relay.gmail.com", "google-workspace-relay"),
        ("email-smtp.af-south-1.amazonaws.com", "ses"),
        ("smtpdm-ap-southeast-2.aliyun.com", "aliyun-intl"),
        ("smtpdm.aliyun.com", "aliyun"),
        ("smtppro.zoho.eu", "zoho"),
        ("smtp.zoho.com.cn", "zoho"),
        ("smtp.eu.mailgun.org", "mailgun"),
        ("hwsmtp.exmail.qq.com", "exmail"),
        ("127.0.0.1", "mailpit"),
    ],
)
def test_a_host_leads_to_its_provider(host: str, name: str) -> None:
    provider = provider_of(host)
    assert provider is not None
    assert provider.name == name


@pytest.mark.parametrize(
    "host",
    [
        "",
        "smtp.example.com",
        "gmail.com.example.com",
        "smtp.gmail.com.evil",
        "email-smtp.x.y.amazonaws.com",
        "qq.com",
    ],
)
def test_a_host_that_is_nobodys_has_no_provider(host: str) -> None:
    assert provider_of(host) is None


@pytest.mark.parametrize(
    ("word", "name"),
    [("Gmail", "gmail"), (" ses ", "ses"), ("office365", "microsoft365"), ("mail.ru", "mailru")],
)
def test_a_provider_is_found_by_name_and_alias(word: str, name: str) -> None:
    assert find(word).name == name


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("gmial", "did you mean gmail?"),
        ("send-grid", "did you mean sendgrid?"),
        ("nothing-like-it", "init --list"),
    ],
)
def test_an_unknown_provider_is_answered_with_the_likeliest(word: str, hint: str) -> None:
    with pytest.raises(UsageError, match=re.escape(hint)):
        find(word)


def test_a_port_tells_how_it_is_encrypted() -> None:
    assert find("resend").port_at(2465) == Port(2465, Security.IMPLICIT)
    assert find("resend").port_at(26) is None


def test_a_host_that_is_listed_belongs_to_the_first_provider_that_serves_it() -> None:
    hosts = {host for each in PROVIDERS for host in (*each.hosts, *(region.host for region in each.regions))}
    first = {host: next(each for each in PROVIDERS if each.serves(host)) for host in hosts}
    assert {host: provider_of(host) for host in hosts} == first
    assert provider_of("SMTP.Gmail.com.") is provider_of("smtp.gmail.com")
