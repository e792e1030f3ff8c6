"""Hiding secrets before anything leaves: passwords, tokens and keys that somebody pasted into a thread.

What detect-secrets knows by shape, and our own patterns for what people type in a chat, where nothing is quoted. Rather
one word too many is hidden than a key sent out.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module

HIDDEN = "[hidden]"
LONGEST = 40_000  # characters: Slack cuts a message there
SHORTEST = 6  # a find shorter than this is more likely a word
_KIND_OF_KEY = r"[A-Z0-9 ]*PRIVATE KEY[A-Z ]*"
_QUOTE = r"""["'`“”]?"""
_SAID = r"(?:\s*(?:=>|->|:=|[:=])\s*)"

# The last group, or the whole match where there is none, is what is hidden.
_PATTERNS = (
    re.compile(rf"-----BEGIN {_KIND_OF_KEY}-----.*?(?:-----END {_KIND_OF_KEY}-----|\Z)", re.S),
    re.compile(r"PuTTY-User-Key-File-[23]:.*\Z", re.S),
    re.compile(r"\bxox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{8,}|\bxapp-[A-Za-z0-9-]{8,}|\bxwfp-[A-Za-z0-9-]{8,}"),
    re.compile(r"https://hooks\.slack\.com/(?:services|workflows|triggers)/([^\s>|]+)", re.I),
    re.compile(r"\b[a-z][a-z0-9+.-]{1,30}://[^\s:/@]{0,200}:([^\s/@]{1,300})@", re.I),
    re.compile(r"[?&][a-z_-]{0,30}(?:token|key|secret|passw(?:or)?d|signature|sig|auth|code)=([^&\s>|]{6,})", re.I),
    re.compile(r"\b(?:bearer|basic)\s+([A-Za-z0-9+/._~=-]{12,})", re.I),
    re.compile(r"\beyJ[A-Za-z0-9_-]{8,2000}\.[A-Za-z0-9_-]{8,8000}(?:\.[A-Za-z0-9_-]{0,2000})?"),
    re.compile(
        r"\b(?:sk-|sk_live_|sk_test_|rk_live_|pk_live_|whsec_|ghp_|gho_|ghs_|ghu_|github_pat_|glpat-|hf_|dop_v1_|npm_|"
        r"pypi-|shpat_|lin_api_|ntn_|secret_|AKIA|ASIA|AIza|ya29\.|SG\.|EAAC|age-secret-key-1)[A-Za-z0-9_.\-]{12,}",
        re.I,
    ),
    re.compile(
        rf"\b(?:pass(?:word|wd|phrase|code)?|pwd|pw|passwort|kennwort|contraseña|contrasena|senha|mot de passe|пароль|"
        rf"密码|パスワード){_QUOTE}(?:\s+(?:for|of|to|für|de|do)\s+\S{{1,60}})?{_SAID}{_QUOTE}([^\s\"'`“”]{{3,300}})",
        re.I,
    ),
    re.compile(
        rf"\b(?:pass(?:word|wd|phrase|code)|passwort|kennwort|contraseña|senha)\s+(?:is|ist|es|é|was|now)\s+{_QUOTE}"
        r"((?=[^\s]*[\d!@#$%^&*])[^\s\"'`“”]{4,300})",
        re.I,
    ),
    re.compile(
        rf"\b[\w.-]{{0,40}}(?:secret|token|api[_ -]?key|access[_ -]?key|auth[_ -]?key|private[_ -]?key|credentials?)"
        rf"[\w-]{{0,20}}{_QUOTE}{_SAID}{_QUOTE}([^\s\"'`“”]{{6,500}})",
        re.I,
    ),
)  # fmt: skip
_LONG_WORD = re.compile(
    r"(?<![\w/.:@#+-])(?:[A-Za-z0-9+_=-]{24,200}|[A-Za-z0-9+/]{40})(?![\w/:@=+-])"  # AWS's secret keys have 40 with /
)
_DETECTORS = {  # those of detect-secrets that find by shape, and in linear time; the rest of it is in our own patterns
    "artifactory": "ArtifactoryDetector",
    "aws": "AWSKeyDetector",
    "azure_storage_key": "AzureStorageKeyDetector",
    "cloudant": "CloudantDetector",
    "discord": "DiscordBotTokenDetector",
    "github_token": "GitHubTokenDetector",
    "gitlab_token": "GitLabTokenDetector",
    "ibm_cloud_iam": "IbmCloudIamDetector",
    "ibm_cos_hmac": "IbmCosHmacDetector",
    "mailchimp": "MailchimpDetector",
    "openai": "OpenAIDetector",
    "pypi_token": "PypiTokenDetector",
    "sendgrid": "SendGridDetector",
    "slack": "SlackDetector",
    "softlayer": "SoftlayerDetector",
    "square_oauth": "SquareOAuthDetector",
    "stripe": "StripeDetector",
    "telegram_token": "TelegramBotTokenDetector",
    "twilio": "TwilioKeyDetector",
}


def mask(text: str) -> tuple[str, int]:
    """`text` with its secrets hidden, and how many there were. Nothing past LONGEST characters is let through."""
    text = text[:LONGEST]
    spans = _merged(sorted(_spans(text)))
    for start, end in reversed(spans):
        text = text[:start] + HIDDEN + text[end:]
    return text, len(spans)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    for pattern in _PATTERNS:
        for found in pattern.finditer(text):
            yield found.span(found.lastindex or 0)
    yield from (found.span() for found in _LONG_WORD.finditer(text) if _looks_random(found[0]))
    for analyze in _detectors():
        for secret in set(analyze(text)):
            if len(secret) >= SHORTEST:
                yield from (found.span() for found in re.finditer(re.escape(secret), text))


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping finds are one secret."""
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif end > start:
            merged.append((start, end))
    return merged


def _looks_random(word: str) -> bool:
    """Letters of both cases and figures with no word in them: a key rather than a name of something."""
    kinds = (any(map(str.islower, word)), any(map(str.isupper, word)), any(map(str.isdigit, word)))
    counts = Counter(word)
    entropy = -sum(count / len(word) * math.log2(count / len(word)) for count in counts.values())
    return all(kinds) and entropy > 3.8


@cache
def _detectors() -> tuple[Callable[[str], Iterator[str]], ...]:
    """Imported when the first thread is about to leave: they bring a library for HTTP along."""
    found = (getattr(import_module(f"detect_secrets.plugins.{module}"), name) for module, name in _DETECTORS.items())
    return tuple(detector().analyze_string for detector in found)
