"""Programs that run nothing of ours in Python: servers of others, tools of the system, other languages' tools.

One that is missing here makes a doubt that is not due; one too many hides a start.
"""

from __future__ import annotations

import posixpath

from footprint.collect.deploy.commands.tools_in_line import SYSTEM

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
# Folders of the system: what lies there and is no script is none of the project's, unless the image copies it there.
_FOLDERS = frozenset({"/bin", "/sbin", "/usr/bin", "/usr/sbin"})


def is_bystander(word: str) -> bool:
    """Whether a program runs nothing of the project in Python, as its name says."""
    name = posixpath.basename(word)
    if name in _SERVERS or name in _TOOLS or name in _LANGUAGES or name in SYSTEM:
        return True
    return posixpath.dirname(word) in _FOLDERS and not name.endswith((".sh", ".py"))


def speaks_otherwise(word: str) -> bool:
    """Whether a program runs files in another language."""
    return posixpath.basename(word) in _LANGUAGES
