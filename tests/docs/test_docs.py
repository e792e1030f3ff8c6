"""The documentation is compared with the code: settings, commands, the manifest, and links."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import SecretStr

from bot.__main__ import main
from bot.settings import Settings, is_secret, variable_of

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
MANIFEST: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text())


def row_of(field: Any) -> str:
    default = field.default
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    if isinstance(default, frozenset):
        default = ", ".join(sorted(default))
    shown = "" if default is None or default == "" else f"`{default}`"
    return f"| `{variable_of(field)}`{' 🔒' if is_secret(field) else ''} | {shown} | {field.description} |"


def test_every_setting_is_documented_as_it_is() -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert rows == [row_of(field) for field in Settings.model_fields.values()]


def test_every_command_of_the_program_is_in_the_documentation_and_every_documented_one_exists() -> None:
    exist = {command.name or command.callback.__name__ for command in main.registered_commands if command.callback}
    text = "\n".join(page.read_text() for page in PAGES)
    named = set(
        re.findall(r"backbeat (run|demo|doctor|manifest|migrate|import|export|preview|backup|restore|purge)\b", text)
    )
    assert named == exist


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text()
    targets = re.findall(r"\]\(([^)#]+)\)", text) + re.findall(r'<img src="([^"]+)"', text)
    missing = [each for each in targets if "://" not in each and not (page.parent / each).exists()]
    assert missing == []


@pytest.mark.parametrize("kind", ["slash_commands", "shortcuts"])
def test_everything_in_the_manifest_is_explained_to_users(kind: str) -> None:
    using = (ROOT / "docs" / "using.md").read_text()
    names = [each.get("command") or each["name"] for each in MANIFEST["features"][kind]]
    assert [name for name in names if name not in using] == []


def test_the_makefile_has_what_the_readme_tells_people_to_type() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = "\n".join(page.read_text() for page in PAGES)
    told = set(re.findall(r"^make ([a-z]+)", text, re.MULTILINE))
    assert told <= targets
