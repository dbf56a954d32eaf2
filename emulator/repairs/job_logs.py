"""The logs of what runs here, as CloudWatch has them."""
import time

from moto.logs.models import logs_backends

_MAX_LINES = 2000


def publish(account, region, group, stream, log):
    """Makes the end of a file the events of a stream."""
    backend = logs_backends[account][region]
    if group not in backend.groups:
        backend.create_log_group(group, {})
    backend.create_log_stream(group, stream)
    now = int(time.time() * 1000)
    lines = log.read_text(errors="replace").splitlines()[-_MAX_LINES:]
    events = [{"timestamp": now, "message": line} for line in lines if line]
    if events:
        backend.put_log_events(group, stream, events)
