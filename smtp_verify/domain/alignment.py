"""Whether SPF or DKIM proves the domain in From (RFC 9989 section 4.4): one that aligns is enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtp_verify.domain.check import Check, CheckVerdict

if TYPE_CHECKING:
    from smtp_verify.domain.dkim import Signing
    from smtp_verify.domain.dmarc import Policy
    from smtp_verify.providers.sending_domains import SendingDomain

NAME = "alignment"


def check_alignment(
    domain: str, policy: Policy | None, signing: Signing, spf: Check, provider: SendingDomain | None
) -> Check:
    """What DMARC will say of a mail that is signed and sent as the provider does it."""
    by_dkim, dkim = _by_dkim(domain, policy, signing)
    by_spf, sent = _by_spf(domain, policy, spf, provider)
    verdicts = {by_dkim, by_spf}
    verdict = (
        CheckVerdict.YES
        if CheckVerdict.YES in verdicts
        else CheckVerdict.UNKNOWN
        if CheckVerdict.UNKNOWN in verdicts
        else CheckVerdict.NO
    )
    no = verdict is CheckVerdict.NO
    return Check(
        name=NAME,
        verdict=verdict,
        found=f"DKIM: {dkim}; SPF: {sent}",
        why="without one that aligns, DMARC fails" if no else "",
        fix=_fix(provider) if no else "",
        source=provider.bounce_source if provider else "",
    )


def _fix(provider: SendingDomain | None) -> str:
    return f"have {provider.name} sign for the domain" if provider else "have the server sign for the domain"


def _by_dkim(domain: str, policy: Policy | None, signing: Signing) -> tuple[CheckVerdict, str]:
    verdict = signing.check.verdict
    if verdict is not CheckVerdict.YES:
        return verdict, "no key" if verdict is CheckVerdict.NO else "could not tell"
    if signing.domain != domain and policy is not None and policy.strict_dkim:
        return CheckVerdict.NO, f"d={signing.domain} is not {domain}, which adkim=s asks for"
    return CheckVerdict.YES, f"d={signing.domain} aligns, if the provider signs with this key"


def _by_spf(
    domain: str, policy: Policy | None, spf: Check, provider: SendingDomain | None
) -> tuple[CheckVerdict, str]:
    if provider is not None and provider.bounce and spf.verdict is not CheckVerdict.NO:
        # One of the sender's own may be set up, and only the provider knows.
        return CheckVerdict.UNKNOWN, f"{provider.bounce} does not align, a return path below {domain} would"
    envelope = f"{provider.return_path}.{domain}" if provider and provider.return_path else domain
    if envelope != domain and policy is not None and policy.strict_spf:
        return CheckVerdict.NO, f"{envelope} is not {domain}, which aspf=s asks for"
    words = {
        CheckVerdict.YES: f"{envelope} aligns",
        CheckVerdict.NO: f"does not pass for {envelope}",
        CheckVerdict.UNKNOWN: "could not tell",
    }
    return spf.verdict, words[spf.verdict]
