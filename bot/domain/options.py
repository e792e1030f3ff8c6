"""The options of a decision as people type them: one a line, with what speaks for and against each under it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_HEADING = re.compile(r"#{2,6} +(.*?)(?: +#+)?$")
_ADR = re.compile(r"[*\-+] +(good|bad|neutral), because +(.+)$", re.IGNORECASE)
_DASH = re.compile(r"[-−–—] *([^\s\-−–—].*)$")
_SIGNS = {"+": re.compile(r"\+ *([^\s+].*)$"), "-": _DASH, "~": re.compile(r"~ *([^\s~].*)$")}
_BULLET = re.compile(r"(?:[*•◦]|\(?\d{1,2}[.)]) +(.+)$")
_ADR_SIGNS = {"good": "+", "bad": "-", "neutral": "~"}


@dataclass(frozen=True, slots=True)
class Option:
    name: str
    pros: tuple[str, ...] = ()
    cons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()  # what is said of it, neither for nor against

    @property
    def said(self) -> tuple[tuple[str, str], ...]:
        """What is said of it, each with its sign: + for, - against, ~ neither."""
        texts = {"+": self.pros, "-": self.cons, "~": self.notes}
        return tuple((sign, text) for sign, said in texts.items() for text in said)


@dataclass(slots=True)
class _Found:
    name: str
    said: dict[str, list[str]] = field(default_factory=lambda: {sign: [] for sign in _SIGNS})


def read_options(text: str | None) -> tuple[Option, ...]:
    """The options in a text, in their order. Any text has some: a line without a sign is an option of its own.

    Under an option, `+` stands before what speaks for it and `-` before what speaks against; "Good, because …" and
    "Bad, because …" of an ADR are read too. In a list that begins with a dash, the dashes at the margin are bullets.
    """
    found: list[_Found] = []
    latest: _Found | None = None
    is_headed = False  # whether the latest option is a heading, with prose of its own under it
    is_dashed = _DASH.match((text or "").strip().split("\n")[0].strip()) is not None
    for line in (text or "").split("\n"):
        bare = line.strip()
        is_inside = line[:1] in {" ", "\t"}
        heading = _HEADING.match(bare)
        if not bare:
            continue
        if heading and heading[1]:
            latest, is_headed = _named(found, heading[1]), True
            continue
        sign, said = _signed(bare, has_bullets=is_dashed and not is_inside)
        is_prose = not sign and said == bare and (is_headed or is_inside)
        if latest is not None and (sign or is_prose):
            latest.said[sign or "~"].append(said)
        else:
            latest, is_headed = _Found(said), False
            found.append(latest)
    return tuple(Option(each.name, *(tuple(each.said[sign]) for sign in _SIGNS)) for each in found)


def _named(found: list[_Found], name: str) -> _Found:
    """A heading names an option of the list above it once more, or a new one."""
    known = next((each for each in found if each.name == name), None)
    if known is None:
        known = _Found(name)
        found.append(known)
    return known


def _signed(bare: str, *, has_bullets: bool) -> tuple[str, str]:
    """The sign of a line and what follows it, or "" and the option. `has_bullets`: a dash is one, and no sign."""
    adr = _ADR.match(bare)
    if adr:
        return _ADR_SIGNS[adr[1].lower()], adr[2]
    for sign, pattern in _SIGNS.items():
        matched = pattern.match(bare)
        if matched:
            return ("" if has_bullets and sign == "-" else sign), matched[1]
    bullet = _BULLET.match(bare)
    return "", bullet[1] if bullet else bare


def write_options(options: Iterable[Option]) -> str:
    """As a person would type them."""
    return "\n".join("\n".join([each.name, *(f"{sign} {text}" for sign, text in each.said)]) for each in options)
