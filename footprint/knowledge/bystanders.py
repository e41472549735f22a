"""What runs nothing of ours in Python: servers of others, tools of the system and of other languages, and their images.

A program that is missing here makes a doubt that is not due; one too many hides a start.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence

from footprint.late import late_pattern

_CHARACTERS_AT_MOST = 300
_BACKING = late_pattern(
    r"postgres|postgis|pgvector|timescale|mysql|mariadb|mongo|redis|valkey|memcached|rabbitmq|kafka|zookeeper|nats|"
    r"elasticsearch|opensearch|kibana|logstash|fluent|nginx|traefik|caddy|haproxy|envoy|varnish|minio|localstack|"
    r"prometheus|grafana|loki|tempo|jaeger|otel|opentelemetry-collector|telegraf|influxdb|clickhouse|cassandra|neo4j|"
    r"qdrant|weaviate|chroma|milvus|meilisearch|typesense|keycloak|vault|consul|etcd|adminer|pgadmin|pgbouncer|"
    r"mailhog|mailpit|flower|registry|cloud-sql-proxy|cloudsql|gce-proxy|datadog|busybox|ollama|selenium|node"
)
# What such images are called besides; `vault-api` is an application. Words, not one pattern: it would backtrack.
_BESIDES = frozenset(
    {"", "ql", "db", "server", "exporter", "alpine", "ce", "oss", "ui", "stack", "proxy", "agent", "collector", "bit"}
    | {"master", "replica", "sentinel", "cluster", "management", "unprivileged", "contrib", "chrome", "standalone", "d"}
)

# Images that wait for a command, and start nothing of ours without one.
_NOTHING = late_pattern(
    r"(?:.*/)?(?:python|pypy|debian|ubuntu|alpine|fedora|centos|rockylinux|almalinux|amazonlinux|busybox|scratch|base"
    r"|buildpack-deps|uv|node|nginx|golang|rust|ruby|openjdk|eclipse-temurin|php|httpd|caddy|postgres|redis|mysql"
    r"|mariadb|mongo|miniconda3|mambaforge|miniforge3|micromamba|cuda|pytorch|tensorflow|static|cc|wolfi-base|base-\w+"
    r"|manylinux\w*|python3?-\w+|ubi\w*|ubi-minimal|python-\d+|playwright|git)(?:[:@].*)?"
)


def is_backing(image: str | None) -> bool:
    """Whether an image is something that an application stands on, or that stands in front of it."""
    if not image or len(image) > _CHARACTERS_AT_MOST:
        return False
    name = image.partition("@")[0].rpartition("/")[2].partition(":")[0].lower()
    match = _BACKING.match(name)
    if match is None:
        return False
    rest = re.split("[-_]", name[match.end() :])
    return all(word in _BESIDES or word[:1].isdigit() for word in rest)


def starts_nothing(base: str) -> bool:
    """Whether an image waits for a command and starts nothing of ours without one; one without a name may, too."""
    return base.startswith("$") or _NOTHING.fullmatch(base[:_CHARACTERS_AT_MOST]) is not None


# Commands of every system, which no distribution of the project brings. What is not listed does no harm.
SYSTEM = frozenset(
    {"cd", "echo", "printf", "export", "set", "source", "exit", "test", "true", "false", "rm", "cp", "mv", "mkdir"}
    | {"cat", "grep", "sed", "awk", "find", "ls", "chmod", "chown", "touch", "curl", "wget", "git", "docker", "make"}
    | {"npm", "node", "npx", "yarn", "pnpm", "apt-get", "apt", "apk", "yum", "dnf", "brew", "tar", "sleep", "kill"}
    | {"fi", "done", "esac", "case", "for", "function", "local", "return", "shift", "trap", "wait", "unset", "read"}
    | {"exec", "env", "nohup", "time", "sudo", "nice", "command", "timeout", "setsid", "wait", "stat", "id", "whoami"}
    | {"which", "pwd", "ln", "tee", "head", "tail", "sort", "date", "useradd", "adduser", "groupadd", "su", "ssh"}
)
_SERVERS = frozenset({
    "nginx", "caddy", "traefik", "haproxy", "envoy", "httpd", "apache2", "apache2ctl", "apachectl", "lighttpd",
    "varnishd", "redis-server", "redis-cli", "redis-sentinel", "valkey-server", "valkey-cli", "keydb-server",
    "memcached", "postgres", "psql", "pg_isready", "pg_dump", "pg_restore", "pgbouncer", "mysqld", "mysql",
    "mysqladmin", "mariadbd", "mariadb", "mongod", "mongo", "mongosh", "mongos", "rabbitmq-server", "rabbitmqctl",
    "nats-server", "mosquitto", "etcd", "consul", "vault", "minio", "mc", "prometheus", "grafana-server", "grafana",
    "influxd", "clickhouse-server", "cockroach", "elasticsearch", "opensearch", "neo4j", "qdrant", "ollama",
    "meilisearch", "typesense-server", "kafka-server-start.sh", "zookeeper-server-start.sh", "zkserver.sh",
    "cloud_sql_proxy", "cloud-sql-proxy", "stunnel", "sshd", "dockerd", "containerd", "cloudflared", "ngrok", "fluentd",
    "fluent-bit", "telegraf", "otelcol", "localstack", "mailhog", "mailpit", "mkcert", "coredns",
})  # fmt: skip
_TOOLS = frozenset({
    "aws", "gcloud", "az", "kubectl", "helm", "terraform", "ansible-playbook", "flyctl", "fly", "heroku", "railway",
    "openssl", "gpg", "rsync", "scp", "nc", "ncat", "netcat", "socat", "ping", "dig", "jq", "yq", "envsubst", "gettext",
    "msgfmt", "locale-gen", "update-ca-certificates", "ldconfig", "sysctl", "iptables", "mount", "systemctl", "service",
    "logrotate", "certbot", "crontab", "pkill", "killall", "ps", "top", "free", "df", "dumb-init", "tini",
    "wait-for-it", "wait-for-it.sh", "wait-for", "wait-for.sh", "docker-entrypoint.sh", "migrate", "goose", "flyway",
    "liquibase", "dbmate", "atlas", "sqlx", "prisma", "supabase", "hasura", "locust", "k6", "ab", "wrk", "vegeta",
    "hey", "ffmpeg", "convert", "xvfb", "chromedriver", "geckodriver", "basename", "dirname", "realpath", "readlink",
    "mktemp", "tr", "cut", "wc", "xargs", "uname", "hostname", "printenv", "ulimit", "umask", "getopts", "pushd",
    "popd", "shopt", "declare", "typeset", "alias", "type", "hash", "let", "break", "continue", ":", "[", "[[", "]]",
    "((", "nproc", "seq", "expr", "bc", "diff", "cmp", "md5sum", "sha256sum", "base64", "gzip", "gunzip", "unzip",
    "zip", "dpkg", "pip", "pip3", "uv", "poetry", "pipenv", "pdm", "rye", "conda", "mamba", "pipx", "pre-commit",
    "virtualenv", "gosu", "su-exec", "groupmod", "usermod",
})  # fmt: skip
_LANGUAGES = frozenset({
    "node", "nodejs", "npm", "npx", "yarn", "pnpm", "bun", "bunx", "deno", "tsx", "ts-node", "next", "nuxt", "vite",
    "webpack", "esbuild", "rollup", "serve", "http-server", "ng", "vue-cli-service", "react-scripts", "gulp", "java",
    "mvn", "gradle", "./gradlew", "gradlew", "dotnet", "ruby", "rails", "bundle", "rake", "php", "php-fpm", "composer",
    "artisan", "go", "cargo", "rustc", "perl", "lua", "elixir", "mix", "iex", "julia", "Rscript", "R", "gcc", "g++",
    "cmake", "ninja", "meson", "bazel", "swift", "tailwindcss", "postcss", "sass", "tsc", "eslint",
})  # fmt: skip
# Options after which the program stands on the line itself: the files that it names are what it works on.
_INLINE = {
    **dict.fromkeys(("perl", "ruby"), late_pattern(r"-[0-9A-Za-z]{0,12}[eE]")),
    **dict.fromkeys(
        ("node", "nodejs", "bun", "deno", "elixir", "julia", "tsx"), late_pattern(r"-p?[ep]|--(?:eval|print)")
    ),
    **dict.fromkeys(("lua", "Rscript", "R"), late_pattern(r"-e")),
    "php": late_pattern(r"-[rBRE]"),
}
# What is read, written or checked, and never run, whatever language it is for.
_TEXTS = (".txt", ".md", ".rst", ".adoc", ".csv", ".tsv", ".log", ".html", ".css", ".svg")
# Folders of the system: what lies there and is no script is none of the project's, unless the image copies it there.
_FOLDERS = frozenset({"/bin", "/sbin", "/usr/bin", "/usr/sbin"})


def is_bystander(word: str) -> bool:
    """Whether a program runs nothing of the project in Python, as its name says."""
    name = posixpath.basename(word)
    if any(name in known for known in (_SERVERS, _TOOLS, _LANGUAGES, SYSTEM)):
        return True
    return posixpath.dirname(word) in _FOLDERS and not name.endswith((".sh", ".py"))


def speaks_otherwise(word: str) -> bool:
    """Whether a program runs files in another language."""
    return posixpath.basename(word) in _LANGUAGES


def may_run(word: str, given: Sequence[str]) -> list[str]:
    """Return which of the words `given` to a program of another language may name a file that it runs."""
    inline = _INLINE.get(posixpath.basename(word))
    if inline is not None and any(inline.fullmatch(each) for each in given):
        return []
    return [each for each in given if not each.startswith("-") and not each.lower().endswith(_TEXTS)]
