"""`footprint init`: what it finds becomes settings, printed or put at the end of pyproject.toml and read back."""

import sys
from pathlib import Path
from typing import Any

import pytest

from footprint.config.audit_settings import read_options
from footprint.config.gate_settings import read_gate_settings
from footprint.config.options import Amount
from tests.support.command import EXAMPLE, EXAMPLE_ENV, footprint
from tests.support.machine import are_permissions_obeyed, install, need, obey_permissions
from tests.support.projects import make_shop, site_of, write

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

MIB = 1 << 20


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_shop(tmp_path_factory.mktemp("shop"))
    install(site_of(folder / ".venv"), "light", {"light.py": b"", "big.bin": b"0" * (11 * MIB)})
    return folder


def init(*args: str | Path, exit_code: int = 0, **options: Any) -> dict[str, Any]:
    """Return the printed settings as TOML gives them back."""
    done = footprint("init", *args, **options)
    assert done.returncode == exit_code, done.stderr
    tool = tomllib.loads(done.stdout)["tool"]
    assert list(tool) == ["footprint"]
    found: dict[str, Any] = tool["footprint"]
    return found


def refused(*args: str | Path) -> str:
    done = footprint("init", *args)
    assert done.returncode == 2, done.stdout
    return done.stderr


@pytest.fixture
def pyproject(shop: Path) -> Any:
    path = shop / "pyproject.toml"
    yield path
    path.unlink(missing_ok=True)


def test_what_was_measured_becomes_budgets_and_nothing_is_written(shop: Path) -> None:
    done = footprint("init", shop)
    found = tomllib.loads(done.stdout)["tool"]["footprint"]
    assert done.returncode == 0
    assert found.pop("env") == ".venv"
    check = found.pop("check")
    assert not found  # the entry is found by itself
    assert "app.py" in done.stdout.partition("[tool.footprint.check]")[0]
    anon, rss = (int(check[f"max-startup-{kind}"].removesuffix(" MiB")) for kind in ("anon", "rss"))
    assert 10 <= anon < rss < 40  # 8 MiB of data, an interpreter, a quarter
    assert check["max-disk"] == "15 MiB"
    assert check["forbid-at-startup"] == ["light"]  # heavy on disk, imported in a function
    assert check["rules"] == {"unused": "error", "unreached": "warning", "undeclared": "error"}
    assert "today: idle" in done.stdout
    assert not (shop / "pyproject.toml").exists()


# Files that are there already; what is added must leave every byte of them.
BEFORE: dict[str, bytes | None] = {
    "no file": None,
    "empty": b"",
    "plain": b"[project]\nname = 'shop'\nversion = '1'\n",
    "no newline at the end": b"[project]\nname = 'shop'\nversion = '1' # \xc3\xa9",
    "CRLF": b"[project]\r\nname = 'shop'\r\nversion = '1'\r\n",
    "CRLF without the last": b"[project]\r\nname = 'shop'\r\nversion = '1'",
    "blanks at the end": b"[project]\nname = 'shop'\nversion = '1'\n\n\n   \n",
    "another tool": b"[tool.ruff]\nline-length = 99\n",
    "an array of tables last": b"[[tool.uv.index]]\nname = 'x'\n",
}


@pytest.mark.parametrize("case", BEFORE)
def test_written_settings_leave_the_rest_byte_for_byte_and_are_read_back(
    shop: Path, pyproject: Path, case: str
) -> None:
    before = BEFORE[case]
    if before is not None:
        pyproject.write_bytes(before)
    done = footprint("init", shop, "--no-probe", "--write")
    assert done.returncode == 0, done.stderr
    assert "written to" in done.stderr
    after = pyproject.read_bytes()
    assert after.startswith(before or b"")
    added = after[len(before or b"") :].decode()
    assert (added.count("\r\n") == added.count("\n")) == case.startswith("CRLF")
    assert added.replace("\r\n", "\n").strip() == done.stdout.strip()
    assert after.endswith(b"\n")
    tables = tomllib.loads(after.decode())
    assert "footprint" in tables.pop("tool")
    if before and b"tool" not in before:
        assert tables == tomllib.loads(before.decode())
    assert read_options({}, shop).target.env == shop / ".venv"
    assert read_gate_settings({}, shop).max_disk == Amount(15 * MIB)


# Files that hold the tables already, or could not be read back, with what is said.
REFUSED: dict[str, tuple[bytes, tuple[str, ...], str]] = {
    "both": (b"[tool.footprint]\nruns = 2\n[tool.footprint.check]\n", (), "and [tool.footprint.check] already"),
    "the gate's": (b"[tool.footprint.check]\nruns = 4\n", (), "has [tool.footprint.check] already"),
    "empty": (b"[tool.footprint]\n", (), "nothing was written"),
    "inline": (b"[tool]\nfootprint = {runs = 2}\n", (), "nothing was written"),
    "what flags say": (
        b"[tool.footprint]\nruns = 2\n",
        ("--entry", "app.py"),
        'has [tool.footprint] already: write there yourself what the flags say: entries = ["app.py"]',
    ),
    "broken": (b"[tool.ruff\n", (), "nothing was written: the new pyproject.toml is not valid TOML"),
    "a byte order mark": (b"\xef\xbb\xbf[project]\nname = 'x'\n", (), "nothing was written"),
    "unknown key": (b"[tool.footprint]\nnope = 2\n", (), "does not know 'nope'"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_cannot_take_it_is_left_alone(shop: Path, pyproject: Path, case: str) -> None:
    before, flags, words = REFUSED[case]
    pyproject.write_bytes(before)
    assert words in refused(shop, "--no-probe", "--write", *flags)
    assert pyproject.read_bytes() == before


def test_a_refusal_comes_before_anything_is_started(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": "open('started', 'w')\n", "pyproject.toml": "[tool.ruff\n"})
    assert "nothing was written" in refused(tmp_path, "--python", sys.executable, "--entry", "app.py", "--write")
    assert not (tmp_path / "started").exists()


def test_a_file_that_cannot_be_written_is_named(shop: Path, pyproject: Path, tmp_path: Path) -> None:
    need(are_permissions_obeyed(tmp_path), "a way to give up reading and writing everything")
    pyproject.write_text("[tool.ruff]\n")
    pyproject.chmod(0o444)
    done = footprint("init", shop, "--no-probe", "--write", before=obey_permissions)
    assert (done.returncode, pyproject.read_text()) == (2, "[tool.ruff]\n")
    assert "cannot write" in done.stderr and "Permission denied" in done.stderr


def test_a_link_is_left_alone(shop: Path, pyproject: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.toml").write_text("")
    pyproject.symlink_to(tmp_path / "elsewhere.toml")
    assert "is a link or no file" in refused(shop, "--no-probe", "--write")
    assert not (tmp_path / "elsewhere.toml").read_text()


def test_settings_of_the_audit_stay_and_only_those_of_the_gate_are_added(shop: Path, pyproject: Path) -> None:
    before = "[tool.footprint]\nruns = 2\nenv = '.venv'\n"
    pyproject.write_text(before)
    done = footprint("init", shop, "--no-probe", "--write")
    assert done.returncode == 0, done.stderr
    assert pyproject.read_text() == f"{before}\n{done.stdout}"
    assert done.stdout.startswith("[tool.footprint.check]\n")
    assert read_options({}, shop).probe.runs == 2
    pyproject.write_text(before)
    printed = footprint("init", shop, "--no-probe", "--entry", "app.py")
    assert (printed.returncode, pyproject.read_text()) == (0, before)
    assert "[tool.footprint] is there already" in printed.stderr
    assert 'missing in [tool.footprint]: entries = ["app.py"]' in printed.stderr


def test_what_had_to_be_given_is_kept_and_strings_from_outside_are_escaped(tmp_path: Path) -> None:
    name = 'a "b" \\ \u202e#.py'
    write(tmp_path, {name: "import sys\n", "requirements.txt": "", "deploy/prod's.txt": ""})
    found = init(
        *(tmp_path, "--python", sys.executable, "--no-probe", "--write"),
        *("--entry", f"{name}", "--factory", "-r", tmp_path / "deploy/prod's.txt", "--exclude", "old/*"),
        *("--limit", "512MiB", "--workers", "2", "--timeout", "30", "--no-lifespan", "--no-gitignore"),
        *("--set", "SECRET=s3cret"),
    )
    check = found.pop("check")
    assert found == {
        "entries": [name],
        "factory": True,
        "requirements": ["deploy/prod's.txt"],
        "exclude": ["old/*"],
        "respect-gitignore": False,
        "lifespan": False,
        "limit": "512MiB",
        "workers": 2,
        "timeout": 30,
    }
    text = (tmp_path / "pyproject.toml").read_text()
    assert "\u202e" not in text
    assert "SECRET" in text and "s3cret" not in text
    options = read_options({}, tmp_path)
    assert (options.target.entries, options.target.workers, options.probe.timeout_s) == ((name,), 2, 30.0)
    assert options.target.requirements == (tmp_path / "deploy/prod's.txt",)
    assert "max-startup-anon" not in check


def test_an_entry_that_fails_gets_no_budget_and_says_why(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": "raise ValueError('no \\x1b[31m database')\n"})
    done = footprint("init", tmp_path, "--python", sys.executable, "--entry", "app.py")
    assert done.returncode == 3
    assert "could not be measured" in done.stderr
    check = tomllib.loads(done.stdout)["tool"]["footprint"]["check"]
    assert not {"max-startup-anon", "max-startup-rss", "forbid-at-startup"} & set(check)
    assert "was not measured, so it has no budget: ValueError: no" in done.stdout
    assert "\x1b" not in done.stdout


def test_without_an_environment_nothing_is_weighed(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": "", "requirements.txt": "django==5.0\nflask==3.0\nscipy==1.11\n"})
    found = init(tmp_path, cwd=tmp_path)
    assert "max-disk" not in found["check"]


def test_the_example() -> None:
    need(EXAMPLE_ENV.is_dir(), "the environment of the example: make demo")
    done = footprint("init", EXAMPLE, "--no-probe")
    assert done.returncode == 0, done.stderr
    found = tomllib.loads(done.stdout)["tool"]["footprint"]
    assert found["env"] == ".venv"
    assert "web = backend.main:app (Procfile:1)" in done.stdout
    assert "limit of memory: 512.0 MiB" in done.stdout
    assert "today: boto3, nltk, sqlalchemy" in done.stdout
    assert "forbid-at-startup" not in found["check"]  # not measured
    assert not (EXAMPLE / "pyproject.toml").exists()


def test_a_check_of_what_it_began_with_passes(shop: Path, pyproject: Path) -> None:
    assert footprint("init", shop, "--write").returncode == 0
    unknown = footprint("check", shop)
    assert unknown.returncode == 1  # idle is unused, and no baseline accepts it
    assert "idle" in unknown.stdout
    assert footprint("check", shop, "--update-baseline").returncode == 0
    done = footprint("check", shop)
    assert done.returncode == 0, done.stdout
    code = (shop / "app.py").read_text()
    (shop / "app.py").write_text("import heavy\nimport light\n")
    broken = footprint("check", shop)
    (shop / "app.py").write_text(code)
    (shop / "footprint-baseline.json").unlink()
    assert broken.returncode == 1
    assert "light is loaded at startup, by app.py:2" in " ".join(broken.stdout.split())


def test_paths_outside_of_the_project_stay_flags(tmp_path: Path) -> None:
    write(tmp_path, {"shared/requirements.txt": "", "project/app.py": "", "project/requirements.txt": ""})
    flags = ("-r", tmp_path / "shared/requirements.txt", "--no-probe", "--python", sys.executable)
    done = footprint("init", tmp_path / "project", *flags, "--entry", "app.py")
    assert done.returncode == 0, done.stderr
    assert 'entries = ["app.py"]' in done.stdout and "requirements =" not in done.stdout
