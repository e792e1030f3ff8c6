"""Masking: secrets in the shapes that people paste them, and ordinary talk that must stay as it is."""

import time

import pytest

from bot.adapters.masking import HIDDEN, LONGEST, mask

KEY_BLOCK = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAA\nAAAA\n-----END OPENSSH PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("bot token xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzqqgy", "xoxb-17653672481-19874698323"),
        ("app xapp-1-A0123-456-abcdef0123456789", "abcdef0123456789"),
        ("post to https://hooks.slack.com/services/T000/B000/XXXXXXXX", "T000/B000/XXXXXXXX"),
        ("postgres://app:s3cr3t!pw@db.internal:5432/events", "s3cr3t!pw"),
        ("https://deploy:hunter2@git.example.com/x.git", "hunter2"),
        ("https://x.test/cb?a=1&access_token=abcdef123456&b=2", "abcdef123456"),
        ("curl -H 'Authorization: Bearer abc.def-ghi_jkl123'", "abc.def-ghi_jkl123"),
        ("password: hunter2", "hunter2"),
        ("the password for staging = 'correct horse'", "correct"),
        ("the password is hunter2!", "hunter2!"),
        ("Passwort: geheim", "geheim"),
        ("contraseña: secreto1", "secreto1"),
        ("パスワード: himitsu1", "himitsu1"),
        ("DB_API_KEY=abcdef123456", "abcdef123456"),
        ("client_secret => 'q9w8e7r6t5y4'", "q9w8e7r6t5y4"),
        ("AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"),
        ("it was wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY there", "wJalrXUtnFEMI"),
        ("ghp_abcdefghijklmnopqrstuvwxyz0123456789", "ghp_abcdefghijklmnopqrstuvwxyz0123456789"),
        ("github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuv", "11ABCDEFG0"),
        ("glpat-abcdefghijklmnopqrst", "abcdefghijklmnopqrst"),
        ("sk-ant-api03-abcdefghijklmnop", "api03-abcdefghijklmnop"),
        ("sk_live_abcdefghijklmnopqrstuvwx", "abcdefghijklmnopqrstuvwx"),
        ("AIzaSyA1234567890abcdefghijklmnopqrstuv", "AIzaSyA1234567890"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U", "dozjgNry"),
        ("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", "ngeVfQFYQlKU0ufo8x5d1A"),
        (f"here you go\n{KEY_BLOCK}\nthanks", "b3BlbnNzaC1rZXktdjEAAAA"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA", "MIIEpAIBAAKCAQEA"),
        ("random Zk9Qx2Lr8Tn4Vb6Yw1Hs3Dj5 key", "Zk9Qx2Lr8Tn4Vb6Yw1Hs3Dj5"),
    ],
)
def test_a_secret_is_hidden_and_counted(text: str, secret: str) -> None:
    hidden, count = mask(text)

    assert secret not in hidden
    assert HIDDEN in hidden
    assert count == 1


@pytest.mark.parametrize(
    "text",
    [
        "We go with Postgres; the token is expired and the password is wrong",
        "secret: the plan is to buy",
        "https://tidewater.slack.com/archives/C0123456789/p1761729000000000?thread_ts=1761729000.000000&cid=C0123456789",
        "https://linear.app/tidewater/issue/ENG-123/move-the-event-store-to-postgres-2026",
        "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
        "id 3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "event-store-and-audit-log-service-2026",
        "mail dana@tidewater.example, call +351 912 345 678",
        "12,000 EUR for 3 months, 99.95% uptime",
        "イベントストアはPostgresにします",
        "",
    ],
)
def test_ordinary_talk_stays_as_it_is(text: str) -> None:
    assert mask(text) == (text, 0)


def test_several_secrets_are_several() -> None:
    hidden, count = mask("AKIAIOSFODNN7EXAMPLE and password: hunter2 and xoxb-1234567890-abcdef")

    assert hidden == f"{HIDDEN} and password: {HIDDEN} and {HIDDEN}"
    assert count == 3


def test_nothing_past_the_longest_message_is_let_through() -> None:
    hidden, _ = mask("a" * LONGEST + " password: hunter2")

    assert "hunter2" not in hidden


@pytest.mark.parametrize(
    "piece",
    [
        "://",
        "a:",
        "'",
        '"x',
        "password:",
        "token=",
        "eyJ",
        "a.b-",
        "-----BEGIN PRIVATE KEY-----",
        "A1b" * 9 + " ",
        "?key",
    ],
)
def test_a_message_made_to_be_slow_is_not(piece: str) -> None:
    began = time.process_time()

    mask(piece * (LONGEST // len(piece)))

    assert time.process_time() - began < 2
