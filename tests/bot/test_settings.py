"""Settings: read from the environment and secret files, refused in words that say how to mend them."""

from pathlib import Path

import pytest

from bot.settings import SettingsProblem, load, missing_for_run, unknown_variables

TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1-abcdef", "SLACK_APP_TOKEN": "xapp-1-abcdef"}


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable of the machine's, and no `.env`, has a say."""
    import os

    for name in list(os.environ):
        if name.startswith(("SLACK_", "BACKBEAT_", "OPENAI_", "DATABASE_URL")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_an_app_token_means_socket_mode() -> None:
    assert load(**TOKENS).uses_sockets
    assert not load(SLACK_BOT_TOKEN="xoxb-1-abcdef", SLACK_SIGNING_SECRET="s3cret").uses_sockets


def test_nothing_set_says_what_run_needs_and_where_to_find_it() -> None:
    lines = missing_for_run(load())
    assert any("SLACK_BOT_TOKEN" in line and "OAuth & Permissions" in line for line in lines)
    assert any("SLACK_APP_TOKEN" in line and "SLACK_SIGNING_SECRET" in line for line in lines)
    assert missing_for_run(load(**TOKENS)) == []


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("SLACK_BOT_TOKEN", "xapp-1-abcdef", "begin with xoxb-"),
        ("SLACK_APP_TOKEN", "xoxb-1-abcdef", "begin with xapp-"),
        ("SLACK_API_URL", "slack.com/api", "must be an address"),
        ("DATABASE_URL", "mysql://root:hunter2@host/db", "PostgreSQL"),
        ("DATABASE_URL", "sqlite:///:memory:", "SQLite file"),
        ("BACKBEAT_PORT", "70000", "65535"),
        ("BACKBEAT_LOG_LEVEL", "loud", "debug"),
        ("BACKBEAT_COMMAND_DECIDE", "decide", "slash"),
        ("BACKBEAT_COMMAND_DECIDE", "/topic", "Slack keeps for itself"),
        ("BACKBEAT_COMMAND_DECIDE", "/agenda", "same name"),
        ("BACKBEAT_REACTION", "two words", "one emoji"),
        ("BACKBEAT_REACTION", ":", "one emoji"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsProblem) as problem:
        load()
    assert said in str(problem.value)
    assert "hunter2" not in str(problem.value)


def test_a_reaction_is_taken_with_and_without_its_colons() -> None:
    assert (load().reaction, load(BACKBEAT_REACTION=":Judge-Gavel: ").reaction) == ("scales", "judge-gavel")


def test_a_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("xoxb-from-file\n")
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", str(tmp_path / "token"))
    token = load().slack_bot_token
    assert token is not None
    assert token.get_secret_value() == "xoxb-from-file"


def test_a_secret_given_twice_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("xoxb-from-file")
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", str(tmp_path / "token"))
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-from-variable")
    with pytest.raises(SettingsProblem, match="both set"):
        load()


def test_a_secret_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", "nowhere")
    with pytest.raises(SettingsProblem, match="SLACK_BOT_TOKEN_FILE: can't read nowhere"):
        load()


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_APP_TOKEN", "")
    monkeypatch.setenv("OPENAI_MODEL", " ")
    settings = load()
    assert settings.slack_app_token is None
    assert settings.openai_model is None


def test_dot_env_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-from-dotenv\nBACKBEAT_ADMINS=U1, U2\n")
    settings = load()
    assert settings.admins == frozenset({"U1", "U2"})
    assert "xoxb-from-dotenv" in settings.secrets


def test_secrets_hold_the_database_password_but_not_the_address() -> None:
    settings = load(DATABASE_URL="postgresql://backbeat:hunter2@host/db")
    assert "hunter2" in settings.secrets
    assert not any("host" in secret for secret in settings.secrets)


def test_no_secret_shows_in_the_settings_own_words() -> None:
    shown = repr(load(**TOKENS, DATABASE_URL="postgresql://backbeat:hunter2@host/db"))
    assert "abcdef" not in shown
    assert "hunter2" not in shown


def test_a_mistyped_variable_is_reported_with_what_may_have_been_meant() -> None:
    assert unknown_variables({"BACKBEAT_PROT": "1", "BACKBEAT_PORT": "1", "PATH": "/bin"}) == [
        "BACKBEAT_PROT is not a setting: did you mean BACKBEAT_PORT?"
    ]
