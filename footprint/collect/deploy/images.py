"""Whose a container is: images of databases, proxies and the like are no applications of the project's."""

from __future__ import annotations

import re

_BACKING = re.compile(
    r"postgres|postgis|pgvector|timescale|mysql|mariadb|mongo|redis|valkey|memcached|rabbitmq|kafka|zookeeper|nats|"
    r"elasticsearch|opensearch|kibana|logstash|fluent|nginx|traefik|caddy|haproxy|envoy|varnish|minio|localstack|"
    r"prometheus|grafana|loki|tempo|jaeger|otel|opentelemetry-collector|telegraf|influxdb|clickhouse|cassandra|neo4j|"
    r"qdrant|weaviate|chroma|milvus|meilisearch|typesense|keycloak|vault|consul|etcd|adminer|pgadmin|pgbouncer|"
    r"mailhog|mailpit|flower|registry|cloud-sql-proxy|cloudsql|gce-proxy|datadog|busybox|ollama|selenium|node"
)
# What such images are called besides; `vault-api` is somebody's application.
_TAIL = re.compile(
    r"(?:ql|db|search)?(?:[-_]?(?:server|exporter|alpine|ce|oss|ui|stack|db|proxy|agent|collector|master|replica|sentinel|"
    r"cluster|management|unprivileged|contrib|chrome|standalone|\d[\w.]*))*"
)
_NAME = re.compile(rf"(?:{_BACKING.pattern}){_TAIL.pattern}")


def is_backing(image: str | None) -> bool:
    """Whether an image is something that an application stands on, or that stands in front of it."""
    if not image:
        return False
    name = image.partition("@")[0].rpartition("/")[2].partition(":")[0].lower()
    return _NAME.fullmatch(name) is not None
