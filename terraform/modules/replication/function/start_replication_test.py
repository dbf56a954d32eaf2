"""python3 -m unittest discover -s terraform/modules/replication/function -p '*_test.py'

Requests and answers go through botocore's own models (Stubber), so a wrong parameter name fails here.
"""

import unittest

import boto3
from botocore.stub import Stubber

import start_replication

TASK = "arn:aws:dms:eu-central-1:123456789012:task:ABC"
CONFIG = "arn:aws:dms:eu-central-1:123456789012:replication-config:ABC"


class StartReplicationTest(unittest.TestCase):
    def setUp(self):
        self.client = boto3.client("dms", region_name="eu-central-1", aws_access_key_id="x", aws_secret_access_key="x")
        self.stub = Stubber(self.client)
        self.stub.activate()
        self.addCleanup(self.stub.assert_no_pending_responses)

    def task_is(self, status):
        self.stub.add_response(
            "describe_replication_tasks",
            {"ReplicationTasks": [{"Status": status}] if status else []},
            {"Filters": [{"Name": "replication-task-arn", "Values": [TASK]}], "WithoutSettings": True},
        )

    def starts_task(self, how):
        self.stub.add_response("start_replication_task", {}, {"ReplicationTaskArn": TASK, "StartReplicationTaskType": how})

    def start(self, migration_type="full-load-and-cdc"):
        return start_replication.start(self.client, TASK, "instance", migration_type)

    def test_a_new_task_starts_from_the_beginning(self):
        self.task_is("ready")
        self.starts_task("start-replication")
        self.assertEqual("start-replication", self.start()["action"])

    def test_a_stopped_task_goes_on_from_where_it_stopped(self):
        self.task_is("stopped")
        self.starts_task("resume-processing")
        self.assertEqual("resume-processing", self.start()["action"])

    def test_a_failed_task_goes_on_from_where_it_stopped(self):
        self.task_is("failed")
        self.starts_task("resume-processing")
        self.assertEqual("resume-processing", self.start()["action"])

    def test_a_full_load_is_loaded_again(self):
        self.task_is("stopped")
        self.starts_task("reload-target")
        self.assertEqual("reload-target", self.start("full-load")["action"])

    def test_a_running_task_is_left_alone(self):
        self.task_is("running")
        self.assertEqual("none", self.start()["action"])

    def test_a_task_being_deleted_is_reported(self):
        self.task_is("deleting")
        with self.assertRaisesRegex(start_replication.NotStartable, "Its state is deleting. Look at its log"):
            self.start()

    def test_a_task_that_is_gone_is_reported(self):
        self.task_is(None)
        with self.assertRaisesRegex(start_replication.NotStartable, "does not exist. Apply Terraform again"):
            self.start()

    def test_a_serverless_replication_is_started_by_its_configuration(self):
        self.stub.add_response(
            "describe_replications",
            {"Replications": [{"Status": "created"}]},
            {"Filters": [{"Name": "replication-config-arn", "Values": [CONFIG]}]},
        )
        self.stub.add_response(
            "start_replication", {}, {"ReplicationConfigArn": CONFIG, "StartReplicationType": "start-replication"}
        )
        self.assertEqual(
            "start-replication", start_replication.start(self.client, CONFIG, "serverless", "cdc")["action"]
        )


if __name__ == "__main__":
    unittest.main()
