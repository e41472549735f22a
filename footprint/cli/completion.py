"""What completes our command line in a shell: a script made of the rows that the parser reads. Nothing is written.

A value of a fixed set completes to that set, a path to files or folders, `-o` to a format and then to files, and what
nobody can guess to nothing. The script is static: no program is started while somebody types.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

from footprint.cli.arguments import Argument, Subcommand
from footprint.cli.probe_command import FORMATS
from footprint.config.settings_table import Setting
from footprint.report import formats
from footprint.values import dataclass

# What a value is; an output is a format, a colon and a file.
ValueKind = Literal["none", "any", "words", "file", "folder", "output"]
_STAGE_FORMATS = ("table", "json")
_FORMATS: Mapping[str, Sequence[str]] = {  # the tests hold them against what each command refuses
    "audit": formats.AUDIT,
    "report": formats.AUDIT,
    "probe": FORMATS,
    "what-if": formats.TRIAL,
    "cost": formats.COST,
    "trim": formats.TRIM,
    "defer": formats.DEFER,
    "tune": formats.TUNE,
    "check": formats.CHECK,
    "diff": formats.DIFF,
    "services": formats.SERVICES,
    "image": formats.IMAGE,
    "fleet": formats.FLEET,
    "ask": formats.ANSWER,
}


@dataclass(frozen=True, slots=True)
class Value:
    """What can follow a flag, or stand for a positional argument."""

    kind: ValueKind
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag by all its names, what it does, and what follows it."""

    names: tuple[str, ...]
    help: str
    value: Value
    many: bool = False


@dataclass(frozen=True, slots=True)
class Completed:
    """One command as a shell completes it."""

    name: str
    help: str
    flags: tuple[Flag, ...]
    positional: tuple[tuple[str, Value], ...]
    takes_many: bool = False  # of the last of them


def make_script(shell: str, commands: Iterable[Subcommand]) -> str:
    """Return the script of one of SHELLS for these commands."""
    return SHELLS[shell]([describe(command) for command in commands])


def describe(command: Subcommand) -> Completed:
    """Return a command as a shell completes it."""
    flags = [_flag(command.name, row) for row in command.takes if isinstance(row, Setting)]
    flags.append(Flag(("--help",), "Show the help and leave.", Value("none")))
    words = [row for row in command.takes if isinstance(row, Argument) and not row.rest]
    about = " ".join(command.about.partition("\n\n")[0].split())
    positional = tuple((row.metavar or row.field, _word(row)) for row in words)
    return Completed(command.name, about, tuple(flags), positional, any(row.many for row in words))


def _flag(command: str, row: Setting) -> Flag:
    names = tuple(name for flag in row.flags or (row.flag,) for name in flag.split("/"))
    return Flag(names, row.help, _value(command, row), row.many)


def _value(command: str, row: Setting) -> Value:
    if row.kind == "switch":
        return Value("none")
    if row.key == "format":
        return Value("words", tuple(_FORMATS.get(command, _STAGE_FORMATS)))
    if row.key == "output":
        return Value("output", tuple(_FORMATS.get(command, _STAGE_FORMATS)))
    if row.choices:
        return Value("words", row.choices)
    if row.kind == "path":
        return Value("folder" if row.metavar == "DIR" else "file")
    return Value("file" if row.leads in ("program", "entry") else "any")


def _word(row: Argument) -> Value:
    if row.words is not None:
        return Value("words", tuple(row.words()))
    if row.kind == "path":
        return Value("folder" if row.field == "project" else "file")
    return Value("file" if row.leads == "path" else "any")


# bash and fish complete every word without a flag as the last one that the command takes; zsh counts them.


def _last(command: Completed) -> Value:
    return command.positional[-1][1] if command.positional else Value("any")


def _bash(commands: Sequence[Completed]) -> str:
    names = " ".join(each.name for each in commands)
    return _BASH.replace("@COMMANDS@", names).replace("@CASES@", "\n".join(map(_bash_case, commands)))


def _bash_case(command: Completed) -> str:
    by_value: dict[Value, list[str]] = {}
    for flag in command.flags:
        if flag.value.kind != "none":
            by_value.setdefault(flag.value, []).extend(flag.names)
    flags = " ".join(name for flag in command.flags for name in flag.names)
    cases = [f"            {'|'.join(names)}) {_bash_value(value)} ;;" for value, names in by_value.items()]
    rest = f"if [[ $current == -* ]]; then _footprint_words '{flags}'; else {_bash_value(_last(command))}; fi"
    inner = "\n".join([*cases, f"            *) {rest} ;;"])
    return f"        {command.name})\n            case $flag in\n{inner}\n            esac ;;"


def _bash_value(value: Value) -> str:
    words = _quoted(" ".join(value.words))
    known: Mapping[ValueKind, str] = {
        "words": f"_footprint_words {words}",
        "output": f"_footprint_outputs {words}",
        "file": ":",
        "folder": "_footprint_folders",
    }
    return known.get(value.kind, "_footprint_nothing")


_BASH = r"""# Completion of footprint for bash: eval "$(footprint --show-completion bash)"
_footprint_options() { type compopt >/dev/null 2>&1 && compopt "$@" 2>/dev/null; }
_footprint_nothing() { _footprint_options +o default +o bashdefault; }
_footprint_folders() { _footprint_options -o dirnames +o default +o bashdefault; }
_footprint_words() {
    _footprint_nothing
    COMPREPLY=($(compgen -W "$1" -- "$current"))
}
_footprint_outputs() {
    _footprint_words "$1"
    COMPREPLY=("${COMPREPLY[@]/%/:}")
    _footprint_options -o nospace
}
_footprint() {
    local current=${COMP_WORDS[COMP_CWORD]} flag=${COMP_WORDS[COMP_CWORD-1]}
    COMPREPLY=()
    # words are broken at = and at : as well: --sort = d, -o json : file
    if [[ $current == : || $flag == : ]]; then return; fi
    if [[ $current == = ]]; then current=; elif [[ $flag == = ]]; then flag=${COMP_WORDS[COMP_CWORD-2]}; fi
    if [[ " ${COMP_WORDS[*]:1:COMP_CWORD-1} " == *' -- '* ]]; then return; fi
    if (( COMP_CWORD == 1 )); then
        if [[ $current == -* ]]; then _footprint_words '--help --version --show-completion'
        else _footprint_words '@COMMANDS@'; fi
        return
    fi
    case ${COMP_WORDS[1]} in
        --show-completion) _footprint_words 'bash zsh fish' ;;
@CASES@
        *) _footprint_nothing ;;
    esac
}
complete -o bashdefault -o default -F _footprint footprint
"""


def _zsh(commands: Sequence[Completed]) -> str:
    about = "\n".join(f"                {_quoted(f'{each.name}:{each.help}')}" for each in commands)
    return _ZSH.replace("@ABOUT@", about).replace("@CASES@", "\n".join(map(_zsh_case, commands)))


def _zsh_case(command: Completed) -> str:
    specs = [spec for flag in command.flags for spec in _zsh_flag(flag)]
    specs += [
        _quoted(f"{number}:{_zsh_text(name)}:{_zsh_action(value)}")
        for number, (name, value) in enumerate(command.positional, 1)
    ]
    if command.takes_many:  # every further word is one of the last
        specs[-1] = specs[-1].replace(f"'{len(command.positional)}:", "'*:", 1)
    rest = [] if command.takes_many else ["'*::: :_normal'"]
    lines = " \\\n                    ".join([*specs, *rest])
    return f"                {command.name}) _arguments -s -S \\\n                    {lines} ;;"


def _zsh_flag(flag: Flag) -> Iterable[str]:
    many = "*" if flag.many else ""
    about = f"[{_zsh_text(flag.help)}]"
    for name in flag.names:
        if flag.value.kind == "none":
            yield _quoted(f"{many}{name}{about}")
        else:
            equals = "=" if name.startswith("--") else "+"
            yield _quoted(f"{many}{name}{equals}{about}:value:{_zsh_action(flag.value)}")


def _zsh_action(value: Value) -> str:
    known: Mapping[ValueKind, str] = {
        "words": f"({' '.join(value.words)})",
        "output": f"{{_footprint_outputs {' '.join(value.words)}}}",
        "file": "_files",
        "folder": "_path_files -/",
    }
    return known.get(value.kind, " ")


def _zsh_text(text: str) -> str:
    return "".join(f"\\{sign}" if sign in "[]:\\" else sign for sign in text)


_ZSH = r"""#compdef footprint
# Completion of footprint for zsh, after compinit: source <(footprint --show-completion zsh)
_footprint_outputs() {
    if compset -P '*:'; then _files; else compadd -S : -- "$@"; fi
}
_footprint() {
    local curcontext=$curcontext state line
    local -a about
    _arguments -C '(- *)'{-V,--version}'[Print the version and leave.]' '(- *)--help[Show the help and leave.]' \
        '(- *)--show-completion[Print what completes commands in a shell.]:shell:(bash zsh fish)' \
        '1: :->command' '*:: :->rest'
    case $state in
        command)
            about=(
@ABOUT@
            )
            _describe -t commands command about ;;
        rest)
            curcontext=${curcontext%:*:*}:footprint-$words[1]:
            case $words[1] in
@CASES@
            esac ;;
    esac
}
if [[ $funcstack[1] == _footprint ]]; then _footprint "$@"; else compdef _footprint footprint; fi
"""


def _fish(commands: Sequence[Completed]) -> str:
    return "\n".join([_FISH, *(line for command in commands for line in _fish_lines(command))]) + "\n"


def _fish_lines(command: Completed) -> Iterable[str]:
    yield f"complete -c footprint -n '__footprint_is' -a {command.name} -d {_fish_quoted(command.help)}"
    begin = f"complete -c footprint -n '__footprint_is {command.name}'"
    for flag in command.flags:
        names = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in flag.names)
        yield f"{begin} {names}{_fish_value(flag.value)} -d {_fish_quoted(flag.help)}"
    last = _fish_value(_last(command)).replace(" -x", "").replace(" -r", "")
    if last:
        yield f"{begin}{last}"


def _fish_value(value: Value) -> str:
    words = " ".join(value.words)
    known: Mapping[ValueKind, str] = {
        "none": "",
        "any": " -x",
        "words": f" -x -a {_fish_quoted(words)}",
        "output": f" -x -a {_fish_quoted(f'(__footprint_outputs {words})')}",
        "file": " -r -F",
        "folder": " -x -a '(__fish_complete_directories)'",
    }
    return known[value.kind]


_FISH = r"""# Completion of footprint for fish: footprint --show-completion fish | source
function __footprint_is --description 'Whether this command was named, or none yet'
    set -l words (commandline -opc)
    if contains -- -- $words
        return 1
    end
    if not set -q argv[1]
        test (count $words) -eq 1
    else
        test (count $words) -gt 1; and test $words[2] = $argv[1]
    end
end
function __footprint_outputs --description 'A format, a colon, a file'
    set -l parts (string split -m 1 : -- (commandline -ct | string replace -r '^--output=' ''))
    if set -q parts[2]
        for path in (__fish_complete_path $parts[2])
            echo $parts[1]:$path
        end
    else
        printf '%s:\n' $argv
    end
end
complete -c footprint -f
complete -c footprint -n '__footprint_is' -s V -l version -d 'Print the version and leave.'
complete -c footprint -n '__footprint_is' -l help -d 'Show the help and leave.'
complete -c footprint -n 'test (count (commandline -opc)) -le 2' -l show-completion -x -a 'bash zsh fish'"""


def _quoted(text: str) -> str:
    """Return a text as bash and zsh read it back."""
    return "'" + text.replace("'", "'\\''") + "'"


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


SHELLS: Mapping[str, Callable[[Sequence[Completed]], str]] = {"bash": _bash, "zsh": _zsh, "fish": _fish}
