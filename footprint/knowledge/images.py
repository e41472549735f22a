"""Whose a container is: images of databases, proxies and the like are not applications of the project's."""

from __future__ import annotations

import re

_CHARACTERS_AT_MOST = 300
_BACKING = re.compile(
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
_NOTHING = re.compile(
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
