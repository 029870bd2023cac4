"""The servers, each started when a test first asks for it, and ended with the run."""

from __future__ import annotations

import functools
from contextlib import ExitStack
from typing import TYPE_CHECKING, Protocol

import pytest
import trustme

from tests.interop import debian
from tests.interop.peers import DEBIAN, serve
from tests.smtpd import certificates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.interop.peers import Peer


class Peers(Protocol):
    """Finds or starts the server that offers this mechanism and shows this certificate."""

    def __call__(self, server: str, mechanism: str, cert: str = "trusted") -> Peer:
        """The running server."""


@pytest.fixture(scope="session")
def peers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peers]:
    """All servers of the run."""
    with ExitStack() as stack:

        @functools.cache
        def peer(server: str, mechanism: str, cert: str = "trusted") -> Peer:
            if server in DEBIAN and (reason := debian.missing()):
                # Continuous integration is not green without them.
                (pytest.fail if debian.IN_CI else pytest.skip)(reason)
            chain = certificates().chains[cert]
            assert isinstance(chain, trustme.LeafCert)
            folder = tmp_path_factory.mktemp(f"{server}-{mechanism}-{cert}")
            return stack.enter_context(serve(server, mechanism, chain, folder))

        yield peer
