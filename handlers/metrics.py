"""What the doors count, for /metrics."""

from prometheus_client import Counter, Histogram

REQUESTS = Counter("backbeat_requests", "Requests from Slack by kind and what became of them", ["kind", "outcome"])
ACK_SECONDS = Histogram(
    "backbeat_ack_seconds",
    "Seconds from a request's arrival to its acknowledgement; Slack waits for three",
    ["kind"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0),
)
