#!/usr/bin/env bash
# The steps of action.yml: install, check, comment. Inputs come as INPUT_* variables, GitHub's own as it sets them.
set -euo pipefail

split='import shlex, sys; sys.stdout.write("".join(word + "\0" for word in shlex.split(sys.argv[1])))'
tool="${RUNNER_TEMP:?is where the environment and the reports go}/footprint-tool"

main() {
    case "${1:-}" in
        install) install_tool ;;
        check) run_check ;;
        comment) write_comment ;;
        *) stop "usage: action.sh install|check|comment" ;;
    esac
}

# Into an environment of its own: what footprint requires is no part of what is measured.
install_tool() {
    local wanted="${GITHUB_ACTION_PATH:-}" python
    [ -z "${INPUT_VERSION:-}" ] || wanted="footprint-audit==$INPUT_VERSION"
    if [ "$(cat "$tool/installed" 2>/dev/null)" = "$wanted" ]; then
        return  # the action ran before in this job
    fi
    python="$(find_python)" || stop "footprint itself needs a Python 3.10 or later on PATH that can create environments"
    # -I here and below: what the project calls venv.py, pip.py or rich.py is not ours to import.
    clean "$python" -I -m venv --clear "$tool"
    clean "$tool/bin/python" -I -m pip install --quiet --disable-pip-version-check --no-warn-script-location "$wanted"
    echo "$wanted" >"$tool/installed"
    clean "$tool/bin/python" -I -m footprint --version
}

# The app may need an older Python than footprint does, and setup-python puts that first on PATH.
find_python() {
    local name
    for name in python3 python3.14 python3.13 python3.12 python3.11 python3.10 /usr/bin/python3; do
        if clean "$name" -I -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    return 1
}

# Without what would send Python or pip somewhere else.
clean() {
    env -u PYTHONPATH -u PYTHONHOME -u PIP_TARGET -u PIP_PREFIX -u PIP_USER -u PIP_REQUIRE_VIRTUALENV "$@"
}

run_check() {
    local folder options code=0 token
    [ -x "$tool/bin/python" ] || stop "footprint is not installed: the step before this one failed"
    folder="$(mktemp -d "$RUNNER_TEMP/footprint-XXXXXX")"
    options=(-f table -o "github:$folder/annotations.txt" -o "markdown:$folder/footprint.md"
        -o "json:$folder/footprint.json" -o "sarif:$folder/footprint.sarif" -o "junit:$folder/footprint.xml")
    add_inputs
    cd -- "${INPUT_PROJECT:-.}" || stop "there is no folder ${INPUT_PROJECT:-.}"
    if [ -z "${VIRTUAL_ENV:-}" ] && [ -n "${pythonLocation:-}" ] && [ ! -d .venv ] && [ ! -d venv ]; then
        export VIRTUAL_ENV="$pythonLocation"  # of setup-python, where pip installs
    fi

    # What the app prints is not to be read as commands of the runner.
    token="footprint-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
    echo "::stop-commands::$token"
    "$tool/bin/python" -I -m footprint check . "${options[@]}" || code=$?
    printf '\n::%s::\n' "$token"
    if [ "$code" -eq 1 ] && [ ! -f "$folder/footprint.json" ]; then
        echo "::error title=footprint::it ended before it could report: that is no finding; see the log"
        code=3  # as Python ends with 1 when a program of it fails
    fi
    [ ! -f "$folder/annotations.txt" ] || cat "$folder/annotations.txt"
    tell_outputs
    exit "$code"
}

# Fills `options`. As --name=value: an entry may begin with a dash.
add_inputs() {
    local entry word
    while IFS= read -r entry; do
        [ -z "${entry//[[:space:]]/}" ] || options+=("--entry=$entry")
    done <<<"${INPUT_ENTRY:-}"
    add --env "${INPUT_ENV:-}"
    add --python "${INPUT_PYTHON:-}"
    add --limit "${INPUT_LIMIT:-}"
    add --baseline "${INPUT_BASELINE:-}"
    add --against "${INPUT_AGAINST:-}"
    add --against-env "${INPUT_AGAINST_ENV:-}"
    add --on-probe-error "${INPUT_ON_PROBE_ERROR:-}"
    add --on-noise "${INPUT_ON_NOISE:-}"
    "$tool/bin/python" -I -c "$split" "${INPUT_ARGS:-}" 2>/dev/null >"$folder/words" ||
        stop "args: a quote is not closed in ${INPUT_ARGS:-}"
    while IFS= read -r -d '' word; do
        options+=("$word")
    done <"$folder/words"
}

add() {
    [ -z "$2" ] || options+=("$1=$2")
}

tell_outputs() {
    local file
    {
        echo "exit-code=$code"
        for file in markdown:footprint.md json:footprint.json sarif:footprint.sarif junit:footprint.xml; do
            # After a usage error there is none.
            [ ! -f "$folder/${file#*:}" ] || echo "${file%%:*}=$folder/${file#*:}"
        done
    } >>"${GITHUB_OUTPUT:-/dev/null}"
}

# One comment per report, found again by the hidden marker on its first line. Whatever fails here is a notice only.
write_comment() {
    local file="${INPUT_MARKDOWN:-}" number marker found
    if [ "${INPUT_COMMENT:-auto}" = never ] || [ ! -f "$file" ]; then
        return 0
    fi
    marker="$(head -n 1 "$file")"
    [[ "$marker" =~ ^'<!-- footprint:'[^\<\>]*'-->'$ ]] || stop "$file is no report of footprint check: its marker is missing"
    number="${INPUT_PULL_REQUEST:-}"
    [ -n "$number" ] || number="$(find_pull_request)" || return 0
    [[ "$number" =~ ^[0-9]+$ ]] || return 0  # no pull request

    local comments="repos/$GITHUB_REPOSITORY/issues/$number/comments"
    if ! found="$(find_comment "$comments" "$marker")"; then
        notice "$found"
    elif [[ "$found" =~ ^[0-9]+$ ]]; then
        send --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$found"
    elif [ "${INPUT_COMMENT:-auto}" != on-failure ] || [ "${INPUT_EXIT_CODE:-0}" != 0 ]; then
        send --method POST "$comments"
    fi
}

# Only of bots, as the job's token is one: nobody else's comment is written over.
find_comment() {
    MARKER="$2" gh api --paginate "$1?per_page=100" --jq \
        '.[] | select(.user.type == "Bot" and (.body | startswith(env.MARKER))) | .id' 2>&1 | tail -n 1
}

send() {
    local said
    said="$(gh api "$@" -F "body=@$file" --silent 2>&1)" || notice "$said"
}

# Of a workflow_run the number is not known when the branch is of a fork. What the fork says of itself is not asked.
find_pull_request() {
    [ -n "${HEAD_SHA:-}" ] || return 1
    gh api --method GET "repos/$GITHUB_REPOSITORY/pulls" -f state=open -f "head=$HEAD_OWNER:$HEAD_BRANCH" \
        --jq '.[] | select(.head.sha == env.HEAD_SHA) | .number' | head -n 1
}

notice() {
    local why="${1//$'\n'/ }"
    why="${why//'%'/%25}"
    echo "::notice title=footprint::no comment was written, the report is in the job summary; a comment needs" \
        "'permissions: pull-requests: write', which pull requests from forks never have: ${why//$'\r'/ }"
}

stop() {
    echo "::error title=footprint::$1"
    exit 2
}

main "$@"
