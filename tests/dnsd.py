"""A DNS server on the loopback, UDP and TCP, that knows a few names and misbehaves on request."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from contextlib import contextmanager, suppress
from enum import Enum
from typing import TYPE_CHECKING, Any

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
from dns.rdtypes.ANY.TXT import TXT

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "127.0.0.1"
_LONGEST_STRING = 255
_LONGEST_CHAIN = 8


class Fault(Enum):
    """What is done instead of answering."""

    SILENT = "silent"
    SERVFAIL = "servfail"
    REFUSED = "refused"
    GARBAGE = "garbage"
    TRUNCATED = "truncated"
    """Over UDP only the header comes, with TC; over TCP the answer."""
    LYING_ID = "lying id"
    """The answer to another question."""


Records = dict[str, tuple[str | bytes, ...]]
Names = Mapping[str, Records | Fault]


class DnsServer:
    """Answers as a resolver does, aliases followed.

    Args:
        names: for each name its records by type, or a fault. A TXT is split into strings of 255 octets.
        everywhere: what happens whatever is asked.
    """

    def __init__(self, names: Names, everywhere: Fault | None = None) -> None:
        self.names = {name.lower(): records for name, records in names.items()}
        self.everywhere = everywhere
        self.port = 0
        self.asked: list[tuple[str, str, str]] = []
        """Name, type and `udp` or `tcp` of each question."""
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)

    @property
    def address(self) -> tuple[str, int]:
        """As `check_domain` takes it."""
        return HOST, self.port

    def start(self) -> None:
        """Return once it listens."""
        self._thread.start()
        assert self._ready.wait(30), "the DNS server does not listen"

    def stop(self) -> None:
        """Fall silent."""
        assert self._loop is not None
        assert self._stop is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(30)

    async def _run(self) -> None:
        loop = self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._stream, HOST, 0)
        self.port = server.sockets[0].getsockname()[1]
        transport, _ = await loop.create_datagram_endpoint(
            lambda: _Datagrams(self), local_addr=(HOST, self.port)
        )
        self._ready.set()
        await self._stop.wait()
        transport.close()
        server.close()
        await asyncio.sleep(0)

    async def _stream(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                length = int.from_bytes(await reader.readexactly(2), "big")
                answer = self.answer(await reader.readexactly(length), "tcp")
                if answer is not None:
                    writer.write(len(answer).to_bytes(2, "big") + answer)
                    await writer.drain()
        writer.transport.abort()

    def answer(self, wire: bytes, over: str) -> bytes | None:
        """The octets to send back, or nothing."""
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        self.asked.append((name, dns.rdatatype.to_text(question.rdtype), over))
        found = self.everywhere or self.names.get(name)
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        if isinstance(found, Fault):
            return self._faulty(found, response, over)
        self._fill(response, name, question.rdtype)
        return response.to_wire(max_size=65535)

    def _faulty(self, fault: Fault, response: dns.message.Message, over: str) -> bytes | None:
        match fault:
            case Fault.SILENT:
                return None
            case Fault.GARBAGE:
                return response.to_wire()[:7]
            case Fault.LYING_ID:
                response.id ^= 1
            case Fault.TRUNCATED if over == "udp":
                response.flags |= dns.flags.TC
            case Fault.TRUNCATED:
                question = response.question[0]
                hidden = f"over-tcp.{question.name.to_text(omit_final_dot=True).lower()}"
                self._fill(response, hidden, question.rdtype, question.name)
            case _:
                response.set_rcode(dns.rcode.from_text(fault.name))
        return response.to_wire(max_size=65535)

    def _fill(
        self, response: dns.message.Message, name: str, type_: int, shown: dns.name.Name | None = None
    ) -> None:
        for _ in range(_LONGEST_CHAIN):
            found = self.names.get(name, {})
            records = {} if isinstance(found, Fault) else found
            owner = shown or dns.name.from_text(name)
            if "CNAME" not in records:
                break
            alias = str(records["CNAME"][0])
            response.answer.append(dns.rrset.from_text(owner, 60, "IN", "CNAME", alias + "."))
            name, shown = alias.lower(), None
        text = dns.rdatatype.to_text(dns.rdatatype.RdataType(type_))
        if text in records:
            rrset = dns.rrset.RRset(owner, dns.rdataclass.IN, dns.rdatatype.RdataType(type_))
            for value in records[text]:
                rrset.add(_rdata(text, value), 60)
            response.answer.append(rrset)
        elif not self._exists(name):
            response.set_rcode(dns.rcode.NXDOMAIN)

    def _exists(self, name: str) -> bool:
        return any(each == name or each.endswith(f".{name}") for each in self.names)


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server: DnsServer) -> None:
        self.server = server

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        answer = self.server.answer(data, "udp")
        if answer is not None:
            self.transport.sendto(answer, addr)


def _rdata(type_: str, value: str | bytes) -> dns.rdata.Rdata:
    if type_ == "TXT":
        octets = value.encode() if isinstance(value, str) else value
        strings = [octets[at : at + _LONGEST_STRING] for at in range(0, len(octets), _LONGEST_STRING)] or [
            b""
        ]
        return TXT(dns.rdataclass.IN, dns.rdatatype.TXT, strings)
    return dns.rdata.from_text("IN", type_, str(value))


@contextmanager
def serving(names: Names, everywhere: Fault | None = None) -> Iterator[DnsServer]:
    """A server for as long as the block lasts."""
    server = DnsServer(names, everywhere)
    server.start()
    try:
        yield server
    finally:
        server.stop()
