"""Starts a DMS task, or a serverless replication, when its schedule says so.

Idempotent: what is already running, starting or stopping is left alone, so a schedule that fires twice does no harm. What is in a
state that no start can lead out of raises, and Lambda's failure destination tells the topic.
"""

import json
import logging
import os

import boto3

log = logging.getLogger()
log.setLevel(logging.INFO)

# States that a start leads out of; all others are on their way, or broken.
STARTABLE = {"ready", "stopped", "failed", "created"}
UNDER_WAY = {"running", "starting", "stopping", "modifying", "creating", "initialising", "initializing", "testing"}
NEVER_RAN = {"ready", "created"}


class NotStartable(Exception):
    """The replication is in a state that starting does not change."""


def start_type(status, migration_type):
    """How to start: at first, anew, or from where it stopped.

    A full load has nothing to resume once it is through, so it is loaded again; the task's settings keep the rows that are there.
    """
    if status in NEVER_RAN:
        return "start-replication"
    if migration_type == "full-load":
        return "reload-target"
    return "resume-processing"


def describe(client, arn, kind):
    """The replication's state, in lower case."""
    if kind == "serverless":
        found = client.describe_replications(Filters=[{"Name": "replication-config-arn", "Values": [arn]}])["Replications"]
    else:
        found = client.describe_replication_tasks(
            Filters=[{"Name": "replication-task-arn", "Values": [arn]}], WithoutSettings=True
        )["ReplicationTasks"]
    if not found:
        raise NotStartable(f"Cannot start replication: {arn}. It does not exist. Apply Terraform again.")
    return found[0]["Status"].lower()


def start(client, arn, kind, migration_type):
    """Starts the replication where it stands still, and says what was done."""
    status = describe(client, arn, kind)
    if status in UNDER_WAY:
        return {"replication": arn, "status": status, "action": "none"}
    if status not in STARTABLE:
        raise NotStartable(
            f"Cannot start replication: {arn}. Its state is {status}. Look at its log in DMS, then start it there or run this again."
        )
    how = start_type(status, migration_type)
    if kind == "serverless":
        client.start_replication(ReplicationConfigArn=arn, StartReplicationType=how)
    else:
        client.start_replication_task(ReplicationTaskArn=arn, StartReplicationTaskType=how)
    return {"replication": arn, "status": status, "action": how}


def handle(event, context):
    """Lambda's entry point. The event carries nothing: the environment says which replication."""
    done = start(boto3.client("dms"), os.environ["REPLICATION_ARN"], os.environ["KIND"], os.environ["MIGRATION_TYPE"])
    log.info(json.dumps(done))
    return done
