"""The TLS contexts of a command: each is made once, its roots while the network is waited for."""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple

from smtp_verify.errors import ConfigError
from smtp_verify.smtp.tls import secure_context


class _Asked(NamedTuple):
    options: dict[str, Any]
    implicit: bool


class TlsContexts:
    """Contexts by their options; use it inside one event loop."""

    def __init__(self) -> None:
        self._begun: list[tuple[_Asked, asyncio.Future[secure_context.TlsSettings]]] = []

    def begin(
        self, options: dict[str, Any], implicit: bool = False
    ) -> asyncio.Future[secure_context.TlsSettings]:
        """Start to make a context, unless it is made already; the roots are read in a thread.

        Args:
            options: the config's `tls`.
            implicit: whether TLS is implicit; Node hands more of them to the connection then.

        Returns:
            The settings to come. They raise ConfigError if Node's tls.connect throws on a value.
        """
        asked = _Asked(options, implicit)
        begun = next((future for known, future in self._begun if known == asked), None)
        if begun is None:
            begun = self._made(asked)
            # An error that no session comes to must not show up as one that was never retrieved.
            begun.add_done_callback(lambda done: done.cancelled() or done.exception())
            self._begun.append((asked, begun))
        return begun

    def refused(self, options: dict[str, Any], implicit: bool = False) -> ConfigError | None:
        """Why Node's tls.connect would throw on the options of `tls`; None if it would not."""
        begun = self.begin(options, implicit)
        error = begun.exception() if begun.done() and not begun.cancelled() else None
        return error if isinstance(error, ConfigError) else None

    async def ready(self, options: dict[str, Any], implicit: bool = False) -> secure_context.TlsSettings:
        """The settings, roots included; other sessions still get them if the session that asks is canceled.

        Raises:
            ConfigError: a value that Node's tls.connect throws on.
        """
        return await asyncio.shield(self.begin(options, implicit))

    def _made(self, asked: _Asked) -> asyncio.Future[secure_context.TlsSettings]:
        try:
            settings = secure_context.prepared(*asked)
        except Exception as error:
            failed: asyncio.Future[secure_context.TlsSettings] = asyncio.get_running_loop().create_future()
            failed.set_exception(error)
            return failed
        return asyncio.ensure_future(_with_roots(settings, asked.options))


async def _with_roots(
    settings: secure_context.TlsSettings, options: dict[str, Any]
) -> secure_context.TlsSettings:
    # OpenSSL lets the interpreter run on while it reads them.
    await asyncio.to_thread(secure_context.load_roots, settings.context, options)
    return settings
