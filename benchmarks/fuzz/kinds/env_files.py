"""Files of variables, of any content, for applications that are started and for commands that start nothing."""

from __future__ import annotations

from random import Random

from benchmarks.fuzz.case import Case
from benchmarks.fuzz.hostile import chance, damaged, encoded, line, pick, text
from benchmarks.fuzz.kinds import ground
from benchmarks.fuzz.kinds.entries import APPLICATION_MAY, ENV_MAY
from benchmarks.fuzz.place import Place

_LINES = (
    "A=1", "export B=2", "C='x", 'D="y"', "=", "E", "F=", "PATH=/none", "PYTHONHOME=/none", "LD_PRELOAD=/none.so",
    "PYTHONPATH=../target", "HOME=/", "TMPDIR=/", "G=a#b", "# c", "", "  H = 1 ", "PYTHONSTARTUP=x",
    "PYTHONWARNINGS=error", "PYTHONIOENCODING=utf-16", "LC_ALL=\ud800", "I=\\u0000", "J=\x1b[31m", "PYTHONINSPECT=1",
    "PYTHONHASHSEED=x", "a b=c", "FOOTPRINT_PROBE=x", "PYTHONUTF8=7", "PYTHONMALLOC=debug", "PYTHONFAULTHANDLER=1",
    "PYTHONVERBOSE=1", "MALLOC_PERTURB_=x",
)  # fmt: skip


def make(place: Place, random: Random) -> Case:
    """Return an audit with a file of variables."""
    secret = ground.secret(random)
    way = pick(random, ("raise RuntimeError(os.environ.get('TOKEN'))\n", "print(os.environ)\n", "import idna\n"))
    ground.plain_project(place, main=way)
    ground.plain_environment(place.project / ".venv")
    path = place.project / ".env"
    what = "an env file of any content"
    if chance(random, 0.25):
        what = f"an env file: {ground.special_file(random, path, place)}"
    else:
        lines = [pick(random, _LINES) for _ in range(random.randint(0, 6))] + [f"TOKEN={secret}"]
        if chance(random, 0.3):
            lines.append(f"{line(random)}={text(random)}")
        if ground.seldom(random):
            lines += ["X=" + "x" * 3_000_000, *(f"V{number}=1" for number in range(20_000))]
        random.shuffle(lines)
        content = encoded("\n".join(lines))
        ground.write(path, damaged(random, content) if chance(random, 0.2) else content)
    starts = chance(random, 0.4)
    options = ("--timeout", "10", "--runs", "1") if starts else ("--no-probe",)
    settings = ("--set", f"OTHER={secret}") if chance(random, 0.3) else ()
    kind = pick(random, ("", "audit"))
    shown = ("-f", "json") if kind else ()
    arguments = ("audit", str(place.project), "--env-file", str(path), *options, *settings, *shown)
    return Case(
        arguments,
        place.project,
        what,
        static=not starts,
        secrets=(secret,),
        json=kind,
        may_change=(*APPLICATION_MAY, *ENV_MAY) if starts else (),
    )
