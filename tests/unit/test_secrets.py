"""What is a secret and what is not, in tables of both kinds; and that no way to write one down shows it."""

import base64
import json
import textwrap
from dataclasses import replace
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footprint.credentials import is_odd, is_secret, is_secret_name, secrets_of_command, star_credentials
from footprint.model.note import Note
from footprint.model.runtime import EntryRuntime, Failure
from footprint.secrets import Secrets, star, star_text

NAMES = (
    "DBPASS DB_PASSWORD PGPASSWORD MYSQL_PWD API_KEY apiKey api-key SECRET_KEY GITHUB_TOKEN AWS_SECRET_ACCESS_KEY "
    "STRIPE_SECRET SENTRY_DSN AUTH --password db-passwd X-Api-Key SESSION_COOKIE JWT clientSecret passphrase"
)
OTHER_NAMES = "PWD OLDPWD PATH PORT AUTHOR MONKEY KEYBOARD TOKENIZERS_PARALLELISM DEBUG PASSENGER HOST DATABASE_URL"

SECRET = [  # under any name, as we were given them
    "hunter2!",
    "s3cr3t-value",
    "correct-horse-battery-staple",
    "Tr0ub4dor&3",
    "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "swordfish",
    "postgres://app:pa55@db/shop",
    "https://hooks.example.com/services/T0000AAAA1111BBBB",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abc",
    "naïve pässword",
    "two words 1",
    '{"private_key": "abc"}',
    "Zm9vYmFyYmF6cXV4",
    "AKIAIOSFODNN7EXAMPLE",
]
ORDINARY = [  # must not star half of a report
    "",
    "1",
    "true",
    "False",
    "8000",
    "debug",
    "INFO",
    "localhost",
    "/app",
    "./data/x.db",
    "~/cache",
    "production",
    "12.5",
    "512MiB",
    "30s",
    "0.0.0.0",
    "127.0.0.1:8000",
    "redis:6379",
    "db.example.com",
    "https://example.com/a",
    "redis://cache:6379/0",
    "config.settings.production",
    "main:app",
    "uvicorn.workers.UvicornWorker",
    "en_US.UTF-8",
    "utf-8",
    "a.example.com,b.example.com",
    "2024-01-31",
    "Europe",
    "sqlite:///db.sqlite3",
    "/usr/bin",
    "C:\\app\\x",
]


@pytest.mark.parametrize("name", NAMES.split())
def test_names_that_say_secret(name: str) -> None:
    assert is_secret_name(name) and is_secret(name, "abc123") and is_secret(name, "pa55")
    assert not any(
        is_secret(name, value) for value in ("", "1", "true", "8000", "debug", "localhost", "/run/secrets/db", "abc")
    )


@pytest.mark.parametrize("name", OTHER_NAMES.split())
def test_names_that_do_not(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize("value", SECRET)
def test_values_that_are_hidden_whatever_they_are_called(value: str) -> None:
    assert is_odd(value)
    assert value not in star_text(f"cannot connect {value} there", Secrets.of({"X": value}))


@pytest.mark.parametrize("value", ORDINARY)
def test_values_that_stay(value: str) -> None:
    assert not is_odd(value)
    text = f"cannot connect {value} there"
    assert star_text(text, Secrets.of({"X": value}, {"Y": value})) == text


def test_of_our_own_environment_only_names_that_say_secret_count() -> None:
    secrets = Secrets.of(
        {}, {"LANG": "something-odd", "API_KEY": "k-12345", "DATABASE_URL": "pg://u:sup3r@h/d", "HOME": "/root"}
    )
    assert set(secrets.values) == {"k-12345", "pg://u:sup3r@h/d", "sup3r"}


SHOWN = [
    ("postgres://app:hunter2@db:5432/shop", "postgres://app:***@db:5432/shop"),
    ("a redis://:p@ss/w0rd@h/0, b", "a redis://:***@h/0, b"),
    ("git+https://user:tok@github.com/x/y@v1", "git+https://user:***@github.com/x/y@v1"),
    ("https://ghp_16C7e42F292c6912E7710c838347@github.com/x", "https://***@github.com/x"),
    ("https://h/x?a=1&token=abcdef&b=2", "https://h/x?a=1&token=***&b=2"),
    ("https://h/x?api_key=abcdef#y", "https://h/x?api_key=***#y"),
    ("https://h/x?X-Amz-Signature=0af3b", "https://h/x?X-Amz-Signature=***"),
    ("DBPASS=hunter2 uvicorn main:app", "DBPASS=*** uvicorn main:app"),
    ("export API_KEY='a bcd'", "export API_KEY='***'"),
    ("docker run -e SECRET_KEY=xyzzy1 img", "docker run -e SECRET_KEY=*** img"),
    ("serve --db-password=hunter2", "serve --db-password=***"),
    ("{'password': 'hunter2', 'user': 'bob'}", "{'password': '***', 'user': 'bob'}"),
    ('{"clientSecret": "hunter2"}', '{"clientSecret": "***"}'),
    ("Authorization: Bearer abc.def", "Authorization: ***"),
    ("sent Basic dXNlcjpwdw==", "sent Basic ***"),
    ("x-api-key: 123456", "x-api-key: ***"),
]
UNCHANGED = [
    "postgres://db:5432/shop",
    "ssh://git@github.com/x/y",
    "http://127.0.0.1:8000/health answered 200",
    "https://cdn.example.com/npm/@scope/x@1.0",
    "http://host:8000/@x/y",
    "PORT=8000 uvicorn main:app --workers=4",
    "token==1.0, auth>=2, secret-service~=1.0; python_version < '3'",
    "sorted(x, key=len)",
    "TypeError: f() got an unexpected keyword argument 'password'",
    "KeyError: 'DB_PASSWORD'",
    "SECRET_KEY=/run/secrets/key",
    "app/tokens.py:12: import secrets",
    "a basic example, bearer of news",
]


@pytest.mark.parametrize(("text", "shown"), SHOWN)
def test_credentials_are_starred_and_names_stay(text: str, shown: str) -> None:
    assert star_credentials(text) == shown
    assert star_credentials(shown) == shown


@pytest.mark.parametrize("text", UNCHANGED)
def test_what_is_no_credential_stays(text: str) -> None:
    assert star_credentials(text) == text


COMMANDS = [
    ("", ()),
    ("DBPASS=pa55 uvicorn main:app", ("pa55",)),
    ("X=odd-value-9 PORT=8000 gunicorn app:app -w 4", ("odd-value-9",)),
    ("export A=s3cret-1 && python run.py", ("s3cret-1",)),
    ("sh -c 'TOKEN=abcd python run.py'", ("abcd",)),
    ("env -e KEY=abcd --env=OTHER=oddly-so1 run", ("abcd", "oddly-so1")),
    ("run --password hunter2 --api-key=kkkk", ("hunter2", "kkkk")),
    ('curl -u bob:hunter2 -H "x: y"', ("hunter2",)),
    ("celery -b amqp://guest:gu3st@mq//", ("gu3st",)),
    ("docker run -u 1000:1000 --token-file /x run", ()),
    ("uvicorn main:app --host 0.0.0.0 --port 8000 --log-level debug --env-file .env", ()),
]


@pytest.mark.parametrize(("command", "found"), COMMANDS)
def test_what_a_start_command_gives_away(command: str, found: tuple[str, ...]) -> None:
    assert secrets_of_command(command) == found


VALUE = "s3cr3t/välue+'1'&x"
WRITTEN = [
    VALUE,
    f"x{VALUE}y",
    repr(VALUE),
    ascii(VALUE),
    json.dumps(VALUE),
    quote(VALUE),
    quote(VALUE, safe=""),
    quote_plus(VALUE),
    base64.b64encode(VALUE.encode()).decode(),
    base64.b64encode(f"user:{VALUE}".encode()).decode(),
    base64.urlsafe_b64encode(f"{VALUE}!".encode()).decode(),
    VALUE.encode().hex(),
    "\n  ".join(textwrap.wrap(VALUE, 5)),
    "an error " * 30 + VALUE[:9],
    VALUE[-9:] + " the rest of it" * 300,
]


@pytest.mark.parametrize("text", WRITTEN)
def test_a_value_is_found_however_it_is_written(text: str) -> None:
    shown = star_text(f"{text}" if len(text) > 99 else f"before {text} after", Secrets.of({"X": VALUE}))
    assert "***" in shown
    for part in (VALUE, VALUE[:9], VALUE[-9:], text):
        assert part not in shown


def test_lines_of_a_value_of_several_are_hidden_alone() -> None:
    key = "-----BEGIN KEY-----\nMIIEpAIBAAKCAQEA\nq2w3e4r5t6y7u8i9\n-----END KEY-----\n"
    assert star_text("bad line: q2w3e4r5t6y7u8i9", Secrets.of({"K": key})) == "bad line: ***"


@settings(max_examples=100)
@given(st.text(min_size=8, max_size=30).filter(is_odd), st.text(max_size=40), st.text(max_size=40))
def test_no_odd_value_is_shown(value: str, before: str, after: str) -> None:
    assert value not in star_text(before + value + after, Secrets.of({"X": value})) or value in "***"


def test_a_value_of_facts_is_starred_in_texts_and_not_in_names() -> None:
    failure = Failure(
        "exception", "E: cannot connect odd-secret", "import", ("odd-secret",), "odd-secret.py", 3, "tail odd-secret"
    )
    runtime = EntryRuntime("odd-secret", None, (), 0, failure, ("odd-secret",), "none", (Note("x", "odd-secret"),))
    starred = star(runtime, Secrets.of({"X": "odd-secret"}))
    assert starred.entry == "odd-secret" and starred.failure is not None
    assert starred.failure == replace(failure, message="E: cannot connect ***", stderr_tail="tail ***")
    assert starred.written == ("***",) and starred.notes == (Note("x", "***"),)
    assert star(runtime) is runtime


def test_many_values_are_no_more_work_than_they_have_to_be() -> None:
    given_ = {f"X{number}": f"value-number-{number:06}" for number in range(2000)}
    assert star_text("there is value-number-001999", Secrets.of(given_)) == "there is ***"
