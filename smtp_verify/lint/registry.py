"""The registry: every rule with its code, its name and its severity. A code never changes its meaning."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from smtp_verify.finding import Severity
from smtp_verify.lint.rules import (
    authentication,
    console,
    files,
    headers,
    logto,
    oauth2,
    providers,
    security,
    sender,
    server,
    templates,
    texts,
    variables,
)
from smtp_verify.lint.view import Rule, View

if TYPE_CHECKING:
    from smtp_verify.config.document import Document
    from smtp_verify.finding import Finding

MOST_FINDINGS = 200
"""What one rule finds in one document: finding the place of each takes time, and no config has as many."""
_WARNING, _INFO = Severity.WARNING, Severity.INFO

RULES = (
    Rule("SV201", "host-form", _WARNING, server.host_form),
    Rule("SV202", "port-range", _WARNING, server.port_range),
    Rule("SV203", "localhost", _INFO, server.local_host),
    Rule("SV204", "local-address", _WARNING, server.local_address),
    Rule("SV205", "timeout-unit", _WARNING, server.timeouts),
    Rule("SV206", "address-without-name", _INFO, server.address_without_name),
    Rule("SV211", "cleartext-on-tls-port", _WARNING, security.cleartext_on_tls_port),
    Rule("SV212", "tls-on-starttls-port", _WARNING, security.tls_on_starttls_port),
    Rule("SV213", "ignore-beats-require", _WARNING, security.ignore_beats_require),
    Rule("SV214", "login-in-clear", _WARNING, security.login_in_clear),
    Rule("SV215", "starttls-optional", _INFO, security.starttls_optional),
    Rule("SV216", "starttls-keys-without-effect", _INFO, security.starttls_keys_without_effect),
    Rule("SV217", "certificate-unchecked", _WARNING, security.certificate_unchecked),
    Rule("SV218", "reject-unauthorized-type", _WARNING, security.reject_unauthorized_type),
    Rule("SV219", "pem-text", _WARNING, security.pem_text),
    Rule("SV220", "tls-version", _WARNING, security.tls_versions),
    Rule("SV221", "tls-redirects", _WARNING, security.tls_redirects),
    Rule("SV222", "tls-ciphers", _WARNING, security.tls_ciphers),
    Rule("SV223", "secure-protocol", _WARNING, security.secure_protocol),
    Rule("SV224", "tls-option", _WARNING, security.tls_option),
    Rule("SV301", "credentials-missing", _WARNING, authentication.credentials_missing),
    Rule("SV302", "login-without-credentials", _INFO, authentication.login_without_credentials),
    Rule("SV303", "oauth2-type-missing", _WARNING, authentication.oauth2_type_missing),
    Rule("SV304", "login-mixed-with-oauth2", _WARNING, authentication.login_mixed_with_oauth2),
    Rule("SV305", "no-token", _WARNING, oauth2.no_token),
    Rule("SV306", "access-token-alone", _WARNING, oauth2.access_token_alone),
    Rule("SV307", "token-expired", _WARNING, oauth2.token_expired),
    Rule("SV308", "service-account-without-key", _WARNING, oauth2.service_account_without_key),
    Rule("SV309", "private-key-form", _WARNING, oauth2.private_key_form),
    Rule("SV310", "client-missing", _WARNING, oauth2.client_missing),
    Rule("SV311", "google-endpoint", _WARNING, oauth2.google_endpoint),
    Rule("SV312", "token-in-clear", _WARNING, oauth2.token_in_clear),
    Rule("SV313", "unknown-method", _WARNING, authentication.unknown_method),
    Rule("SV314", "white-space-in-credentials", _WARNING, authentication.white_space),
    Rule("SV401", "no-address", _WARNING, sender.no_address),
    Rule("SV402", "malformed-address", _WARNING, sender.malformed_address),
    Rule("SV403", "several-senders", _WARNING, sender.several_senders),
    Rule("SV404", "long-address", _WARNING, sender.long_address),
    Rule("SV405", "non-ascii-address", _WARNING, sender.non_ascii_address),
    Rule("SV406", "encoded-name", _WARNING, sender.encoded_name),
    Rule("SV407", "control-character-in-address", _WARNING, sender.control_character),
    Rule("SV408", "sender-from-variable", _WARNING, sender.sender_from_variable),
    Rule("SV409", "address-not-text", _WARNING, sender.field_not_text),
    Rule("SV410", "display-name-as-host", _WARNING, sender.display_name_as_host),
    Rule("SV501", "header-name", _WARNING, headers.header_name),
    Rule("SV502", "header-line-break", _WARNING, headers.line_break),
    Rule("SV503", "header-adds-recipients", _WARNING, headers.adds_recipients),
    Rule("SV504", "header-overridden", _WARNING, headers.overridden),
    Rule("SV505", "second-content-type", _WARNING, headers.second_content_type),
    Rule("SV506", "header-key-and-value", _WARNING, headers.key_and_value),
    Rule("SV601", "no-code", _WARNING, templates.no_code),
    Rule("SV602", "invitation-without-link", _WARNING, templates.invitation_without_link),
    Rule("SV603", "invitation-with-code", _WARNING, templates.invitation_with_code),
    Rule("SV604", "unknown-variable", _WARNING, variables.unknown_variable),
    Rule("SV605", "empty-variable", _WARNING, variables.empty_variable),
    Rule("SV606", "inherited-name", _WARNING, variables.inherited_name),
    Rule("SV607", "malformed-variable", _WARNING, variables.malformed_variable),
    Rule("SV608", "html-in-text", _WARNING, texts.html_in_text),
    Rule("SV609", "text-in-html", _WARNING, texts.text_in_html),
    Rule("SV610", "long-subject", _INFO, texts.long_subject),
    Rule("SV611", "empty-part", _WARNING, templates.empty_part),
    Rule("SV612", "shadowed-template", _WARNING, templates.shadowed_template),
    Rule("SV613", "encoded-subject", _WARNING, texts.encoded_subject),
    Rule("SV614", "control-character-in-text", _WARNING, texts.control_character),
    Rule("SV615", "subject-line-break", _INFO, texts.subject_line_break),
    Rule("SV616", "code-lifetime", _INFO, templates.code_lifetime),
    Rule("SV701", "save-strips", _WARNING, console.save_strips),
    Rule("SV702", "empty-auth", _INFO, console.empty_auth),
    Rule("SV703", "sends-nothing", _WARNING, logto.sends_nothing),
    Rule("SV704", "other-transport", _WARNING, logto.other_transport),
    Rule("SV705", "url-replaces", _WARNING, logto.url_replaces),
    Rule("SV706", "service-overrides", _WARNING, logto.service_overrides),
    Rule("SV707", "unknown-service", _WARNING, logto.unknown_service),
    Rule("SV708", "proxy-unusable", _WARNING, logto.proxy_unusable),
    Rule("SV709", "pool", _WARNING, logto.pool),
    Rule("SV710", "opportunistic-tls", _WARNING, logto.opportunistic),
    Rule("SV711", "console-drops", _INFO, console.console_drops),
    Rule("SV712", "codes-in-log", _INFO, logto.codes_in_log),
    Rule("SV713", "unsavable", _WARNING, console.unsavable),
    Rule("SV714", "unusable-option", _WARNING, logto.unusable_option),
    Rule("SV801", "unserved-port", _WARNING, providers.unserved_port),
    Rule("SV802", "unserved-security", _WARNING, providers.unserved_security),
    Rule("SV803", "fixed-user", _WARNING, providers.fixed_user),
    Rule("SV804", "gmail-password", _WARNING, providers.gmail_password),
    Rule("SV805", "unknown-region", _INFO, providers.unknown_region),
    Rule("SV806", "blocked-port", _INFO, providers.blocked_port),
    Rule("SV807", "sender-not-user", _WARNING, providers.sender_not_user),
    Rule("SV902", "world-readable", _INFO, files.world_readable),
    Rule("SV903", "unfilled-variable", _WARNING, files.unfilled_variable),
    Rule("SV904", "unfilled-value", _WARNING, files.unfilled_value),
    Rule("SV905", "foreign-value", _WARNING, files.foreign_value),
)


def check(document: Document, rules: tuple[Rule, ...] = RULES) -> list[Finding]:
    """What these rules find in a document; nothing where its text could not be read, or is no object."""
    if not document.readable or not isinstance(document.config, dict):
        return []
    view = View(document)
    found = ((rule, problem) for rule in rules for problem in islice(rule.check(view), MOST_FINDINGS))
    return [view.finding(rule, problem) for rule, problem in found]
