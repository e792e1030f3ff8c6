"""What each command answers to `help`: a few lines, with the commands as they are named in this workspace."""

from collections.abc import Collection, Mapping
from difflib import get_close_matches

from bot.blocks.kit import Drawn, Json, clip, context, escape, modal, section


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


def build_help_view(lines: str, commands: Mapping[str, str]) -> Json:
    """The same as a window, for a button."""
    return modal("Help", build_help(lines, commands).blocks, callback_id="help", close="Close")


def unknown_verb(word: str, verbs: Collection[str], commands: Mapping[str, str]) -> str:
    """`/backbeat metings`: what was probably meant, and where the rest is."""
    if f"/{word}" in commands:
        return named(f"That is a command of its own: `/{word}`.", commands)
    near = get_close_matches(word, [*verbs, "help"], n=2, cutoff=0.6)
    meant = " or ".join(f"`/backbeat {each}`" for each in near)
    told = f"I don't know “{clip(escape(word), 40)}”."
    guess = f" Did you mean {meant}?" if meant else ""
    return f"{told}{named(f'{guess} `/backbeat help` lists what I do.', commands)}"


def named(text: str, commands: Mapping[str, str]) -> str:
    """Put the configured command names in the place of ours. Longer names first: /decisions before /decide."""
    for ours in sorted(commands, key=len, reverse=True):
        if commands[ours] != ours:
            text = text.replace(f"`{ours}", f"`{commands[ours]}")
    return text
