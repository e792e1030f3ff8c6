"""What each command answers to `help`: a few lines, with the commands as they are named in this workspace."""

from collections.abc import Mapping

from bot.blocks.kit import Drawn, context, section


def build_help(lines: str, commands: Mapping[str, str]) -> Drawn:
    """`lines` as a noun's HELP gives them, with the configured names in place of ours."""
    text = named(lines, commands)
    return Drawn(
        text,
        [
            section(text),
            context(
                "On any message: ⋯ → *Log as decision*, *Add to agenda*, *Summarise thread*. My Home tab has the rest."
            ),
        ],
    )


def named(text: str, commands: Mapping[str, str]) -> str:
    """Put the configured command names in the place of ours. Longer names first: /decisions before /decide."""
    for ours in sorted(commands, key=len, reverse=True):
        if commands[ours] != ours:
            text = text.replace(f"`{ours}", f"`{commands[ours]}")
    return text
