"""What the clockwork counts, for /metrics."""

from prometheus_client import Counter, Gauge

MESSAGES = Counter("backbeat_messages", "Outbox rows by what became of them", ["outcome"])
SCHEDULES = Counter("backbeat_schedules", "Due schedules by kind and what became of them", ["kind", "outcome"])
JOBS = Counter("backbeat_jobs", "Jobs by kind and what became of them", ["kind", "outcome"])
BACKLOG = Gauge("backbeat_outbox_backlog", "Outbox rows that were ready at the last look")
