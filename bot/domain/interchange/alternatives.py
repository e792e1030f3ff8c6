"""The options of a decision as MADR has them: a list of their names, and under each what is good and bad about it."""

from dataclasses import dataclass

from bot.domain.options import Option, read_options, write_options

WORDS = {"+": "Good", "-": "Bad", "~": "Neutral"}


@dataclass(frozen=True, slots=True)
class Listed:
    """The text of two sections, the second None where nothing is said of any option; and what was typed, where it can't
    be told from these."""

    considered: str
    compared: str | None
    typed: str | None


def listed(text: str) -> Listed | None:
    """None for a text that would not be read back from a list as what it is."""
    options = read_options(text)
    considered = "\n".join(f"* {each.name}" for each in options)
    compared = "\n\n".join(_compared(each) for each in options if each.said) or None
    if not options or read_options(_joined(considered, compared)) != options:
        return None
    return Listed(considered, compared, None if write_options(options) == text else text)


def typed(considered: str, compared: str | None, before: str | None) -> str:
    """The text that the sections say, as a person would type it. `before`: what they typed, which holds while the
    sections still say the same."""
    options = read_options(_joined(considered, compared))
    return before if before is not None and read_options(before) == options else write_options(options)


def _compared(option: Option) -> str:
    said = "\n".join(f"* {WORDS[sign]}, because {text}" for sign, text in option.said)
    return f"### {option.name}\n\n{said}"


def _joined(considered: str, compared: str | None) -> str:
    return f"{considered}\n\n{compared}" if compared else considered
