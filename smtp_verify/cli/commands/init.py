"""What `init` does, from its request to the exit code."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from smtp_verify import codes
from smtp_verify.cli.arguments.init import StarterFormat
from smtp_verify.cli.commands import loading
from smtp_verify.cli.terminal import asking
from smtp_verify.cli.terminal.output import (
    check_absent,
    check_distinct,
    check_file,
    is_file,
    write_file,
    write_new_file,
    write_result,
)
from smtp_verify.cli.terminal.say import say
from smtp_verify.config import overrides, secrets
from smtp_verify.config.loader import InputFormat, load_source
from smtp_verify.config.path import Assignment, dotted
from smtp_verify.config.reading.source import Source, display_path
from smtp_verify.config.schema import placeholders, secret_keys
from smtp_verify.config.schema.kinds import Schema
from smtp_verify.config.schema.suggestions import did_you_mean
from smtp_verify.errors import ConfigError, OutputError, UsageError
from smtp_verify.exit_code import ExitCode
from smtp_verify.finding import Severity
from smtp_verify.lint.verdict import judge_document
from smtp_verify.providers.provider import Port, Security
from smtp_verify.providers.table import PROVIDERS, find
from smtp_verify.starter.starter import LANGUAGES, Starter, as_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.cli.arguments.init import InitRequest
    from smtp_verify.config.document import Document
    from smtp_verify.config.path import Path
    from smtp_verify.providers.provider import Provider


def _list_providers(request: InitRequest) -> int:
    """Write the table of providers."""
    from smtp_verify.report.pages.providers import providers_json, providers_text

    if request.provider is not None or request.format is StarterFormat.YAML:
        raise UsageError("--list takes no provider, and writes text or json")
    check_distinct({"-o": request.output}, ())
    write_result((providers_json if request.as_json else providers_text)(PROVIDERS), request.output)
    return ExitCode.OK


def start(request: InitRequest) -> int:
    """Write the starter config, say what is left to do, and return the exit code."""
    if request.listing:
        return _list_providers(request)
    if request.provider is None:
        raise UsageError("name a provider; init --list names them")
    if request.format is StarterFormat.TEXT:
        raise UsageError("--format text is for --list; a config is yaml or json")
    provider = find(request.provider)
    starter = _starter(request, provider)
    path, json_wanted = _target(request, provider)
    _check_target(path, request.force)
    config = _filled(starter.config(), _given(request))
    if is_file(path) and asking.can_ask(request.no_input):
        config = _asked(starter, config)
    if not is_file(path):
        _refuse_secrets(config)
    text = as_json(config) if json_wanted else starter.as_yaml(config)
    document = _checked(path, text, config, json_wanted)
    _write(path, text, request.force)
    _tell(path, document)
    return ExitCode.OK


# What is asked for ---------------------------------------------------------------------------------------


def _starter(request: InitRequest, provider: Provider) -> Starter:
    if request.oauth2 and provider.oauth2 is None:
        raise UsageError(f"--oauth2: {provider.name} is not known to take it")
    return Starter(
        provider=provider,
        host=_host(provider, request.region),
        port=provider.port if request.port is None else _port(provider, request.port),
        # Where a provider takes no passwords there is nothing to choose.
        oauth2=request.oauth2 or (provider.password is None and provider.oauth2 is not None),
        language=LANGUAGES[request.lang.value],
        html=request.html,
    )


def _host(provider: Provider, region: str | None) -> str:
    if region is None:
        return provider.host
    hosts = {each.name: each.host for each in provider.regions}
    if not hosts:
        raise UsageError(f"--region: {provider.name} has none")
    if region not in hosts:
        hint = did_you_mean(region, hosts) or f"write one of {', '.join(hosts)}"
        raise UsageError(f"--region {region}: {provider.name} has no such region; {hint}")
    return hosts[region]


def _port(provider: Provider, number: int) -> Port:
    known = provider.port_at(number)
    if known is not None:
        return known
    if provider.hosts or not 0 < number < 65536:
        numbers = ", ".join(str(port.number) for port in provider.ports)
        raise UsageError(f"--port {number}: {provider.name} listens on {numbers}")
    return Port(number, Security.STARTTLS)


def _target(request: InitRequest, provider: Provider) -> tuple[str, bool]:
    """The path of the file, and whether it is JSON."""
    path, wanted = request.output, request.as_json
    if path is None:
        return f"{provider.name}.{'json' if wanted else 'yaml'}", bool(wanted)
    named_json = path.lower().endswith(".json")
    if named_json and wanted is False:
        raise UsageError(f"-o {path}: the name says JSON, --format says yaml")
    return path, named_json if wanted is None else wanted


def _check_target(path: str, force: bool) -> None:
    """Before any question.

    Raises:
        UsageError: the name is empty.
        OutputError: the file is there already, or none can be written there.
    """
    check_distinct({"-o": path}, ())
    if not force:
        try:
            check_absent(path)
        except OutputError as error:
            message = f"{error.message}; --force overwrites it, -o FILE writes another"
            raise OutputError(message) from None
    check_file(path)


def _given(request: InitRequest) -> list[Assignment]:
    given = [each.assignment for each in loading.given_overrides(request.overrides or [], request.no_input)]
    paths = {each.path for each in given}
    if ("port",) in paths and ("secure",) not in paths:
        raise UsageError("give the port with --port: secure depends on it")
    return given


def _filled(config: dict[str, Any], given: list[Assignment]) -> dict[str, Any]:
    """The config with what was given, each in the place of every placeholder that asks for the same."""
    asks = {each.path: (each.text, secret_keys.hides(each.path)) for each in _unfilled(config)}
    answers = {asks[each.path]: each.value for each in given if each.path in asks}
    named = {each.path for each in given}
    same = [
        Assignment(path, answers[question])
        for path, question in asks.items()
        if question in answers and path not in named
    ]
    filled: dict[str, Any] = overrides.apply(config, [*given, *same])
    return filled


def _asked(starter: Starter, config: dict[str, Any]) -> dict[str, Any]:
    """The config with what was answered at the terminal."""
    if not any(_unfilled(config)):
        return config
    say(f"{starter.provider.title}: {starter.host}, port {starter.port.number}")
    say("Enter leaves a value for later.")
    comments = starter.comments().before

    def explained(path: Path) -> str:
        for line in comments.get(path, ()):
            say(f"  {line}")
        return ""

    answered: dict[str, Any] = asking.answered(config, explained, may_skip=True)
    return answered


def _unfilled(config: dict[str, Any]) -> Iterator[placeholders.Placeholder]:
    return (each for each in placeholders.find(config) if not each.in_text)


# What comes out ------------------------------------------------------------------------------------------


def _refuse_secrets(config: dict[str, Any]) -> None:
    """A secret goes into a file of its owner's, never to a screen or into a pipe."""
    if secrets.values_of(config):
        raise UsageError("the config holds a secret, which is not printed: name a file with -o FILE")


def _checked(path: str, text: str, config: dict[str, Any], json_wanted: bool) -> Document:
    """The text as `validate` reads it.

    Raises:
        ConfigError: it does not say what was meant, or is no valid config.
    """
    source = Source(display_path(path), text)
    document = load_source(source, InputFormat.JSON if json_wanted else InputFormat.YAML)[0]
    if not document.readable or document.config != config:
        raise ConfigError("a value of --set cannot be written into a config", document.findings)
    verdict = judge_document(document, Schema.DOCUMENTED, strict=False, with_rules=False)
    for finding in verdict.findings:
        if finding.code != codes.PLACEHOLDER:
            if finding.severity is Severity.ERROR:
                raise ConfigError(finding.told, verdict.findings)
            say(f"smtp-verify: warning: {finding.told}")
    return document


def _write(path: str, text: str, force: bool) -> None:
    if not is_file(path):
        write_result(text, path, private=True)
    elif force:
        write_file(path, (text.encode(),), private=True)
    else:
        write_new_file(path, text.encode())


def _tell(path: str, document: Document) -> None:
    """What was written, what is left to fill in, and the command to run next."""
    if is_file(path):
        say(f"smtp-verify: wrote {path}")
    left = list(_unfilled(document.config))
    for each in left:
        line = document.location(each.path).line
        say(f"to fill in: {dotted(each.path)} {each.text} (line {line})")
    if is_file(path):
        command = f"smtp-verify test-send {shlex.quote(path)} --to you@example.com"
        say(f"next: {command}{' --sandbox' if left else ''}")
