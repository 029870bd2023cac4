"""What ends a line in YAML 1.1 and not in 1.2: libyaml gets another character in its place.

YAML 1.2 section 5.4 has CR and LF alone; at NEL, LS and PS, which 1.1 has too, libyaml would end a comment
and fold a value.
"""

from __future__ import annotations

_OLD_BREAKS = "\x85\u2028\u2029"
_PRIVATE = range(0xE000, 0xF900)
"""Code points that mean nothing to YAML."""


def without_old_breaks(text: str) -> tuple[str, dict[int, str]]:
    """The text with as many characters, and how to `translate` what was read of it back."""
    found = [each for each in _OLD_BREAKS if each in text]
    if not found:
        return text, {}
    # One that is written as an escape would be taken for a stand-in, too.
    small = text.lower()
    free = (code for code in _PRIVATE if chr(code) not in text and f"{code:x}" not in small)
    stand_ins = dict(zip(free, found, strict=False))
    return text.translate({ord(each): chr(code) for code, each in stand_ins.items()}), stand_ins
