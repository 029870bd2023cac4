"""What reply codes and enhanced status codes say by themselves: RFC 5321, 4954, 3463 and IANA's registry."""

from __future__ import annotations

REPLY_CODES = {
    211: "system status (RFC 5321 section 4.2.3)",
    214: "a help message (RFC 5321 section 4.2.3)",
    220: "the server is ready (RFC 5321 section 4.2.3); to STARTTLS: begin the handshake (RFC 3207)",
    221: "the server closes the connection, as it was asked (RFC 5321 section 4.2.3)",
    235: "the login succeeded (RFC 4954 section 4)",
    250: "done (RFC 5321 section 4.2.3)",
    251: "the recipient is elsewhere, and the message will be forwarded (RFC 5321 section 3.4)",
    252: "the server cannot tell, and will try (RFC 5321 section 3.5.3)",
    334: "the server goes on with the login: a challenge follows (RFC 4954 section 4)",
    354: "send the message, end it with a dot on a line of its own (RFC 5321 section 4.2.3)",
    421: "the service is not available, and the server closes the connection (RFC 5321 section 3.8)",
    432: "a password transition is needed (RFC 4954 section 4.7.12)",
    450: "the mailbox is not available for now: busy, or greylisted (RFC 5321 section 4.2.3, RFC 6647)",
    451: "an error in the server's processing; try again (RFC 5321 section 4.2.3)",
    452: "not enough storage for now, or too many recipients (RFC 5321 section 4.5.3.1)",
    454: "TLS is not available for now (RFC 3207), or a temporary failure of the login (RFC 4954)",
    455: "the server cannot take the parameters for now (RFC 5321 section 4.1.1.11)",
    500: "the command was not understood (RFC 5321 section 4.2.4)",
    501: "the command's arguments were not understood (RFC 5321 section 4.2.4)",
    502: "the command is not implemented (RFC 5321 section 4.2.4)",
    503: "a bad sequence of commands, often: no login yet, or one that is not allowed (RFC 5321)",
    504: "the parameter is not implemented; to AUTH: the server does not support the mechanism (RFC 4954)",
    521: "the host takes no mail (RFC 7504)",
    523: "the message is larger than this transport takes",
    525: "the account is not allowed here, or from this address",
    526: "the account or the sender is not accepted",
    530: "a login, or encryption, comes first (RFC 4954 section 6, RFC 3207)",
    534: "the login mechanism is too weak for this account (RFC 4954 section 6)",
    535: "username and password are not accepted (RFC 4954 section 6)",
    538: "the login mechanism needs an encrypted session (RFC 4954)",
    550: "refused: no such mailbox, or not allowed by the server's policy (RFC 5321 section 4.2.3)",
    551: "the recipient is not local (RFC 5321 section 3.4)",
    552: "the mailbox is full, or the message too large (RFC 5321 section 4.2.3)",
    553: "the address is not allowed, as a name or as a sender (RFC 5321 section 4.2.3)",
    554: "refused: the transaction failed (RFC 5321 section 4.2.3)",
    555: "the parameters of MAIL or RCPT are not known to the server (RFC 5321 section 4.1.1.11)",
    556: "the recipient's domain takes no mail (RFC 7504)",
}
"""What each says, and where that is laid down."""

_FIRST_DIGITS = {
    "2": "the server has done what was asked",
    "3": "the server waits for more",
    "4": "refused for now: trying again later may do",
    "5": "refused for good: the same again will be refused again",
}
CLASSES = {"2": "success", "4": "a transient failure: try again later", "5": "a permanent failure"}
SUBJECTS = {
    "0": "of no kind that is told",
    "1": "about an address",
    "2": "about a mailbox",
    "3": "about the receiving mail system",
    "4": "about the network or the routing",
    "5": "about the mail protocol",
    "6": "about the message's content",
    "7": "about security or policy",
}
DETAILS = {
    "1.1": "the recipient's mailbox does not exist",
    "1.2": "the recipient's domain does not exist",
    "1.3": "the recipient's address is malformed",
    "1.6": "the mailbox has moved",
    "1.7": "the sender's address is malformed",
    "1.8": "the sender's domain does not exist",
    "1.10": "the recipient's domain takes no mail (RFC 7505)",
    "2.1": "the mailbox is disabled",
    "2.2": "the mailbox is full",
    "2.3": "the message is longer than the mailbox takes",
    "3.1": "the mail system is full",
    "3.2": "the system takes no mail now",
    "3.4": "the message is too big for the system",
    "4.1": "the next host does not answer",
    "4.2": "the connection is bad",
    "4.4": "there is no route to the next host",
    "4.5": "the mail system is congested",
    "4.7": "the message was under way for too long",
    "5.1": "the command is not valid",
    "5.2": "a syntax error",
    "5.3": "too many recipients",
    "5.4": "the arguments of the command are not valid",
    "6.0": "the message could not be converted",
    "7.0": "a reason of security or policy that is not told",
    "7.1": "the sender is not authorized: the message is refused",
    "7.3": "a conversion for security is needed and not possible",
    "7.4": "the security feature is not supported",
    "7.5": "a cryptographic failure",
    "7.8": "the credentials are not valid (RFC 4954)",
    "7.9": "the login mechanism is too weak (RFC 4954)",
    "7.11": "the login mechanism needs encryption (RFC 4954)",
    "7.12": "a password transition is needed (RFC 4954)",
    "7.13": "the account is disabled (RFC 5248)",
    "7.14": "a trust relationship is needed (RFC 5248)",
    "7.20": "no DKIM signature that passes (RFC 7372)",
    "7.23": "SPF does not pass (RFC 7372)",
    "7.25": "the sending address has no reverse name (RFC 7372)",
    "7.26": "several checks of the sender's domain fail (RFC 7372)",
    "7.27": "the sender's address takes no mail (RFC 7505)",
}


def of_code(code: int) -> str:
    """What a reply code says; its first digit alone where the code is none that is laid down."""
    return REPLY_CODES.get(code) or _FIRST_DIGITS.get(str(code)[:1], "no reply code of SMTP")


def of_enhanced(code: str) -> str:
    """What an enhanced status code says: class, subject and detail (RFC 3463 sections 3.1 to 3.8)."""
    first, _, rest = code.partition(".")
    subject, _, _ = rest.partition(".")
    about = SUBJECTS.get(subject, "about a subject nobody registered")
    parts = [CLASSES.get(first, "no class of RFC 3463"), about]
    detail = DETAILS.get(rest)
    return ", ".join([*parts, detail] if detail else parts)
