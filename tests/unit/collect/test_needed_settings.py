"""The variables that code cannot do without, in the ways in which people read them."""

from pathlib import Path

import pytest

from footprint.collect.deploy.stated_variables import choose_env_files, places_of, read_examples
from footprint.collect.project_settings.required_settings import Need, find_needed

NEEDED = {
    "a key": ('import os\nA = os.environ["A_URL"]\n', ["A_URL"]),
    "imported by name": ('from os import environ\nA = environ["A_URL"]\n', ["A_URL"]),
    "its name is a constant": ('import os\nNAME = "A_URL"\nA = os.environ[NAME]\n', ["A_URL"]),
    "all, in the order of the file": (
        'import os\nclass S:\n    a = os.environ["A_URL"]\n    b = int(os.environ["B_PORT"])\n',
        ["A_URL", "B_PORT"],
    ),
    "looked at, then raised": (
        'import os\nkey = os.getenv("A_KEY")\nif not key:\n    raise RuntimeError("no key")\n',
        ["A_KEY"],
    ),
    "compared with None": (
        'import os\nkey = os.environ.get("A_KEY", None)\nif key is None:\n    raise SystemExit(1)\n',
        ["A_KEY"],
    ),
    "it leaves the process": (
        'import os, sys\nif not os.getenv("A_KEY"):\n    print("no key")\n    sys.exit(1)\n',
        ["A_KEY"],
    ),
    "one of several": (
        'import os\na = os.getenv("A_ID")\nb = os.getenv("B_ID")\nif a is None or not b:\n    raise ValueError\n',
        ["A_ID", "B_ID"],
    ),
    "not all": (
        'import os\na = os.getenv("A_ID")\nb = os.getenv("B_ID")\nif not all([a, b]):\n    raise ValueError\n',
        ["A_ID", "B_ID"],
    ),
    "not in": ('import os\nif "A_ID" not in os.environ:\n    raise KeyError("A_ID")\n', ["A_ID"]),
    "asserted": ('import os\nkey = os.getenv("A_KEY")\nassert key, "set it"\n', ["A_KEY"]),
    "walrus": ('import os\nif not (key := os.getenv("A_KEY")):\n    raise ValueError\n', ["A_KEY"]),
    "a list of names": (
        'import os\nNEEDED = ("A_ID", "B_ID")\nmissing = [n for n in NEEDED if not os.getenv(n)]\n'
        "if missing:\n    raise RuntimeError(missing)\n",
        ["A_ID", "B_ID"],
    ),
    "a list of names, asked in": (
        'import os\nmissing = [n for n in ["A_ID", "B_ID"] if n not in os.environ]\n',
        ["A_ID", "B_ID"],
    ),
    "a loop": ('import os\nfor name in ("A_ID", "B_ID"):\n    if name not in os.environ:\n        raise ValueError\n',
        ["A_ID", "B_ID"]),
    "a table of them": ('import os\nC = {name: os.environ[name] for name in ["A_ID", "B_ID"]}\n', ["A_ID", "B_ID"]),
    "a helper": (
        'import os\ndef need(name):\n    value = os.environ.get(name)\n    if value is None:\n'
        '        raise RuntimeError(name)\n    return value\nA = need("A_ID")\nB = need("B_ID")\n',
        ["A_ID", "B_ID"],
    ),
    "a helper with a default": (
        'import os\ndef env(name, default=None):\n    value = os.getenv(name, default)\n    if value is None:\n'
        '        raise RuntimeError(name)\n    return value\nA = env("A_ID")\nB = env("B_ID", "x")\n',
        ["A_ID"],
    ),
    "caught to say it better": (
        'import os\ntry:\n    A = os.environ["A_ID"]\nexcept KeyError:\n    raise RuntimeError("set A_ID")\n',
        ["A_ID"],
    ),
    "pydantic-settings": (
        "from pydantic_settings import BaseSettings, SettingsConfigDict\nfrom pydantic import Field\n"
        "class Settings(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix='APP_')\n"
        "    database_url: str\n    token: str = Field(...)\n    name: str = 'x'\n    size: int = Field(default=3)\n"
        "    key: str = Field(validation_alias='OTHER_KEY')\nsettings = Settings()\n",
        ["APP_DATABASE_URL", "APP_TOKEN", "OTHER_KEY"],
    ),
    "pydantic 1": (
        "from pydantic import BaseSettings\nfrom typing import Optional\nclass Settings(BaseSettings):\n"
        "    secret: str\n    maybe: Optional[str]\n    class Config:\n        env_prefix = 'app_'\nSettings()\n",
        ["APP_SECRET"],
    ),
    "inherited": (
        "from pydantic_settings import BaseSettings\nclass Base(BaseSettings):\n    a_id: str\n    b_id: str\n"
        "class Settings(Base):\n    b_id: str = 'x'\nSettings()\n",
        ["A_ID"],
    ),
    "nested": (
        "from pydantic import BaseModel\nfrom pydantic_settings import BaseSettings\nclass Db(BaseModel):\n"
        "    host: str\n    port: int = 1\nclass Settings(BaseSettings):\n"
        "    model_config = {'env_nested_delimiter': '__'}\n    db: Db\nSettings()\n",
        ["DB__HOST"],
    ),
    "several names for a field: the first": (
        "from pydantic_settings import BaseSettings\nfrom pydantic import Field, AliasChoices\n"
        "class S(BaseSettings):\n    a: str = Field(validation_alias=AliasChoices('A_ONE', 'A_TWO'))\nS()\n",
        ["A_ONE"],
    ),
    "django-environ": (
        'import environ\nenv = environ.Env(DEBUG=(bool, False))\nSECRET_KEY = env("SECRET_KEY")\nDEBUG = env("DEBUG")\n'
        'D = {"default": env.db()}\nB = env.bool("B_ON", default=True)\nL = env.list("HOSTS")\n',
        ["SECRET_KEY", "DATABASE_URL", "HOSTS"],
    ),
    "environs": (
        'from environs import Env\nenv = Env()\nenv.read_env()\nA = env.str("A_ID")\nB = env.int("B", 3)\n', ["A_ID"]
    ),
    "decouple": (
        'from decouple import config\nA = config("A_ID")\nB = config("B_ID", default="x")\n'
        'C = config("C_ID", cast=int)\n',
        ["A_ID", "C_ID"],
    ),
    "starlette": (
        'from starlette.config import Config\nconfig = Config(".env")\nA = config("A_ID", cast=str)\n'
        'B = config("B_ID", default="")\n',
        ["A_ID"],
    ),
    "Dynaconf": (
        'from dynaconf import Dynaconf, Validator\ns = Dynaconf(validators=[Validator("A_ID", must_exist=True)])\n',
        ["DYNACONF_A_ID"],
    ),
    "noop: a default": ('import os\nA = os.getenv("A_ID", "x")\nB = os.environ.get("B_ID", "y")\n', []),
    "noop: it may be missing": ('import os\nA = os.getenv("A_ID")\nif A:\n    print(A)\n', []),
    "noop: caught": ('import os\ntry:\n    A = os.environ["A_ID"]\nexcept KeyError:\n    A = ""\n', []),
    "noop: asked for before": ('import os\nif "A_ID" in os.environ:\n    A = os.environ["A_ID"]\n', []),
    "noop: asked for before, by its value": (
        'import os\nif os.getenv("A_ID"):\n    A = os.environ["A_ID"]\n', []),
    "noop: in one line": ('import os\nA = os.environ["A_ID"] if "A_ID" in os.environ else ""\n', []),
    "noop: it is set here": ('import os\nos.environ["A_ID"] = "x"\n', []),
    "noop: what is there is refused": ('import os\nif os.getenv("OLD_ID"):\n    raise ValueError("OLD_ID")\n', []),
    "noop: settings that nobody makes": (
        "from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    a: str\n", []),
    "noop: a model": ("from pydantic import BaseModel\nimport os\nclass M(BaseModel):\n    a: str\nM(a='x')\n", []),
    "noop: another mapping": ('settings = {"A": 1}\nimport os\nA = settings["A"]\nos.environ.get("B")\n', []),
    "noop: another config": (
        'import os\ndef config(name):\n    return name\nA = config("A_ID")\nos.environ.get("B")\n', []
    ),
}  # fmt: skip


def needs_of(folder: Path, text: str) -> tuple[Need, ...]:
    (folder / "app.py").write_text(text, encoding="utf-8")
    return find_needed(folder, ["app.py"])


@pytest.mark.parametrize("name", NEEDED)
def test_what_is_needed(name: str, tmp_path: Path) -> None:
    text, expected = NEEDED[name]
    found = needs_of(tmp_path, text)
    assert [need.setting.name for need in found if need.sure] == expected
    assert {need.function for need in found} <= {""}


def test_where_it_is_asked_for(tmp_path: Path) -> None:
    text = 'import os\ndef start():\n    a = os.getenv("A_ID")\n    if not a:\n        raise ValueError\n'
    text += 'if x:\n    b = os.environ["B_ID"]\n'
    first, second = needs_of(tmp_path, text)
    assert (first.setting.path, first.setting.line, first.last_line, first.function) == ("app.py", 3, 5, "start")
    assert (second.setting.name, second.sure) == ("B_ID", False)  # the condition was not followed


def test_helpers_and_readers_of_another_file(tmp_path: Path) -> None:
    (tmp_path / "env.py").write_text(
        "import environ\nenv = environ.Env()\ndef need(n):\n    return environ.os.environ[n]\n"
    )
    (tmp_path / "app.py").write_text(
        'from env import env, need\nimport os, env as e\nos.environ\nA = env("A_ID")\nB = need("B_ID")\n'
    )
    found = find_needed(tmp_path, ["env.py", "app.py"])
    assert [(need.setting.name, need.setting.path) for need in found] == [("A_ID", "app.py"), ("B_ID", "app.py")]


def test_examples_and_where_they_lie(tmp_path: Path) -> None:
    (tmp_path / ".env.example").write_text("# A_ID is needed\nA_ID=\nB_ID=x\n")
    (tmp_path / "compose.yaml").write_text(
        "services:\n  web:\n    environment:\n      A_ID: secret\n      MY_A_ID: x\n"
    )
    (tmp_path / "README.md").write_text("Set C_ID.\n")
    examples = read_examples(tmp_path, [])
    assert [places_of(name, examples) for name in ("A_ID", "B_ID", "C_ID", "D_ID")] == [
        (".env.example:1", "compose.yaml:4"),
        (".env.example:3",),
        ("README.md:1",),
        (),
    ]


def test_as_few_env_files_as_give_most() -> None:
    files = {".env.a": {"A": "1", "B": "", "C": "1"}, ".env.b": {"A": "1"}, ".env.c": {"B": "1", "A": "1"}}
    assert choose_env_files(["A", "B", "C", "D"], files) == {"A": ".env.a", "C": ".env.a", "B": ".env.c"}
    assert choose_env_files(["A"], {}) == {}
