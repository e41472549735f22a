"""Applications that misbehave: some deeds out of a list, one after the other, and an end; each is really started."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from benchmarks.fuzz.case import Case
from benchmarks.fuzz.hostile import chance, pick
from benchmarks.fuzz.kinds import ground
from benchmarks.fuzz.kinds.deeds import ACCIDENTS, DEEDS, ENDS, FORGERIES, HELPERS, Deed
from benchmarks.fuzz.place import Place

APPLICATION_MAY = (
    "project/made*",
    "project/made*/*",
    "project/__pycache__",
    "project/__pycache__/*",
    "project/*/__pycache__*",
)
ENV_MAY = ("project/.venv/*__pycache__*",)
_CODES = frozenset({0, 1, 2, 3})


@dataclass(frozen=True, slots=True)
class _Program:
    """The text of an application, and what it is known to do."""

    text: str
    deeds: tuple[str, ...]
    facts: frozenset[str]


def make(place: Place, random: Random) -> Case:
    """Return a command that starts an application of some deeds."""
    secret = ground.secret(random)
    program = _write_program(random, secret)
    ground.plain_project(place)
    ground.plain_environment(place.project / ".venv")
    ground.write(place.project / "main.py", ground.COUNT_START + program.text)
    ground.write(place.project / "helper.py", "import idna\n")
    (place.out / "env").write_text(f"FILE_PASSWORD={secret}\n", encoding="utf-8")
    arguments, kind = _choose_command(random, place, program)
    given = ("--env-file", str(place.out / "env"), "--set", f"DBPASS={secret}")
    command = (*arguments[:2], *given, "--timeout", "1.5" if "hangs" in program.facts else "20", *arguments[2:])
    codes = _CODES | ({130, 143, 129} if "strikes parent" in program.facts else set())
    return Case(
        command,
        place.project,
        ", then ".join(program.deeds),
        env={"FUZZ_SECRET": secret},
        static=False,
        secrets=(secret,),
        may_change=(*APPLICATION_MAY, *ENV_MAY),
        links_hard="links hard" in program.facts,
        json=kind,
        exit_codes=frozenset(codes),
        forges="forges" in program.facts,
        distrusted="distrusted" in program.facts,
        calm="calm" in program.facts,
    )


def _write_program(random: Random, secret: str) -> _Program:
    way = random.random()
    table: Mapping[str, Deed] = FORGERIES if way < 0.12 else ACCIDENTS if way < 0.18 else DEEDS
    plain = table is not DEEDS  # alone, so that what comes of it is known
    names = list(dict.fromkeys(pick(random, tuple(table)) for _ in range(1 if plain else random.choice((1, 1, 2, 3)))))
    end = "comes to its end" if plain else pick(random, tuple(ENDS))
    chosen = [*(table[name] for name in names), ENDS[end]]
    where = pick(random, ("module", "module", "module", "thread", "lifespan", "lazy", "function"))
    body = "".join(deed.text for deed in chosen[:-1])
    where = "module" if plain else where
    text = HELPERS + _placed(where, body) + ENDS[end].text
    facts = frozenset(fact for deed in chosen for fact in deed.facts)
    return _Program(text, (*names, end, f"in {where}"), facts)


def _placed(where: str, body: str) -> str:
    """Return the deeds where they are done: at once, in a thread, when an ASGI server would start, at first use."""
    indented = "".join(f"    {line}\n" for line in body.splitlines()) or "    pass\n"
    deeper = "".join(f"    {line}\n" for line in indented.splitlines())
    match where:
        case "thread":
            start = "import threading\nt = threading.Thread(target=deeds, daemon=True)\nt.start()\nt.join(5)\n"
            return f"def deeds():\n{indented}{start}"
        case "lifespan":
            return (
                "async def app(scope, receive, send):\n    await receive()\n"
                f"{indented}    await send({{'type': 'lifespan.startup.complete'}})\n    await receive()\n"
            )
        case "lazy":
            late = "def later():\n    import helper\n    import requests\n    import not_there\n"
            return f"{late}def deeds():\n{indented}deeds()\n"
        case "function":
            return f"def deeds():\n    try:\n{deeper}    except Exception as error:\n        print(error)\ndeeds()\n"
        case _:
            return body


def _choose_command(random: Random, place: Place, program: _Program) -> tuple[tuple[str, ...], str]:
    project = str(place.project)
    live = (
        "probe",
        project,
        "--live",
        "--ready",
        pick(random, ("quiet:0.2", "log:ready", "port:18123")),
        "--",
        ".venv/bin/python",
        "main.py",
    )
    ways: list[tuple[tuple[str, ...], str]] = [
        (("audit", project, "-f", "json"), "audit"),
        (("audit", project, "-f", "json", "--no-first-use"), "audit"),
        (("audit", project), ""),
        (("audit", project, "-f", "markdown"), ""),
        (("probe", project), ""),
        (("probe", project, "-f", "json"), "any"),
        (("probe", project, "-f", pick(random, ("folded", "importtime", "speedscope"))), ""),
        (("check", project, "-f", "json", "--runs", "1"), "check"),
        (("check", project, "--runs", "1", "-f", pick(random, ("github", "junit", "markdown", "table"))), ""),
    ]
    if program.facts & {"forges", "calm"}:
        return ways[1]
    if chance(random, 0.12):
        return live, ""
    return pick(random, ways)
