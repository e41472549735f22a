"""Whose a container is: images of databases, proxies and the like are no applications of the project's."""

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
