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


def is_backing(image: str | None) -> bool:
    """Whether an image is something that an application stands on, or that stands in front of it."""
    if not image:
        return False
    name = image.partition("@")[0].rpartition("/")[2].partition(":")[0].lower()
    return re.match(rf"(?:{_BACKING.pattern})(?:$|[-_.\d])", name) is not None
