"""Repairs of other services: what stops an apply, or leaves a plan with changes after it."""
import copy
import datetime
import json
import random
import re
import string

from moto.athena import models as athena
from moto.cloudtrail import models as cloudtrail
from moto.dms import models as dms
from moto.glue import models as glue
from moto.iam.access_control import IAMPolicy
from moto.rds import models as rds
from moto.s3 import models as s3

_TIMESTAMP = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


def find_trails_by_arn():
    """The provider starts and stops a trail by its ARN; moto knows names only."""
    for operation in ("start_logging", "stop_logging"):
        by_name = getattr(cloudtrail.CloudTrailBackend, operation)
        setattr(
            cloudtrail.CloudTrailBackend,
            operation,
            lambda self, name, *more, by_name=by_name: by_name(self, name.rsplit("/", 1)[-1], *more),
        )


def list_tags_of_untagged_workgroups():
    """Athena's tags are looked up where none were ever set, and moto fails."""
    athena.AthenaBackend.list_tags_for_resource = lambda self, arn: self.tagger.list_tags_for_resource(arn)


def end_crawls_that_are_looked_at():
    """A crawl runs for ever, and its end is called otherwise than in AWS. Here it has ended at the second look."""
    get = glue.GlueBackend.get_crawler
    describe = glue.FakeCrawler.as_dict

    def get_crawler(self, name):
        crawler = get(self, name)
        for crawl in crawler.crawls[-1:]:
            crawl.looks = getattr(crawl, "looks", 0) + 1
            if crawl.looks > 1:
                crawl.advance()
        return crawler

    def as_dict(self):
        answer = describe(self)
        if "LastCrawl" in answer:
            status = answer["LastCrawl"]["Status"]
            answer["LastCrawl"]["Status"] = {"COMPLETED": "SUCCEEDED", "STOPPED": "CANCELLED"}.get(status, status)
        return answer

    glue.GlueBackend.get_crawler = get_crawler
    glue.FakeCrawler.as_dict = as_dict


def give_each_database_its_own_id():
    """All RDS instances have one resource id, which the provider takes for the instance itself."""
    create = rds.DBInstance.__init__

    def __init__(self, *given, **named):
        create(self, *given, **named)
        self.dbi_resource_id = "db-" + "".join(random.choices(string.ascii_uppercase + string.digits, k=26))

    rds.DBInstance.__init__ = __init__


def certify_databases_as_rds_does():
    """An instance without a certificate authority is modified after it was made, and waited for a second time."""
    create = rds.DBInstance.__init__

    def __init__(self, *given, **named):
        named.setdefault("ca_certificate_identifier", "rds-ca-rsa2048-g1")
        create(self, *given, **named)

    rds.DBInstance.__init__ = __init__


def write_timestamps_of_dms_as_numbers():
    """JSON timestamps of DMS are texts, at which the provider's client fails."""
    for model in (dms.FakeReplicationTask, dms.FakeReplicationInstance):
        model.to_dict = lambda self, to_dict=model.to_dict: _numbers(to_dict(self))


def _numbers(value):
    if isinstance(value, dict):
        return {key: _numbers(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_numbers(inner) for inner in value]
    if isinstance(value, str) and _TIMESTAMP.match(value):
        moment = datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
        return moment.replace(tzinfo=datetime.timezone.utc).timestamp()
    return value


def read_bucket_policies_without_conditions():
    """Conditions are not evaluated, so that a policy which denies what is not TLS denies every call."""

    def get_permission(self, action, resource):
        if self.policy is None:
            return get_permission_of_all(self, action, resource)
        policy = json.loads(self.policy)
        statements = policy["Statement"] if isinstance(policy["Statement"], list) else [policy["Statement"]]
        plain = [statement for statement in statements if "Condition" not in statement]
        return IAMPolicy(json.dumps({**policy, "Statement": plain})).is_action_permitted(action, resource)

    get_permission_of_all = s3.FakeBucket.get_permission
    s3.FakeBucket.get_permission = get_permission


def find_the_log_service_in_bucket_policies():
    """A policy whose principal is everybody (deny what is not TLS) makes access logging into its bucket fail for ever."""
    may_write = s3.FakeBucket._log_permissions_enabled_policy

    def _log_permissions_enabled_policy(target_bucket, target_prefix):
        if not target_bucket.policy:
            return False
        policy = json.loads(target_bucket.policy)
        statements = [one for one in policy["Statement"] if isinstance(one.get("Principal"), dict)]
        readable = copy.copy(target_bucket)
        readable.policy = json.dumps({**policy, "Statement": statements}).encode()
        return may_write(readable, target_prefix)

    s3.FakeBucket._log_permissions_enabled_policy = staticmethod(_log_permissions_enabled_policy)


def dispose_of_delete_markers():
    """A bucket with a deleted object cannot be emptied: of its versions the marker has nothing to give back, and fails."""
    s3.FakeDeleteMarker.dispose = lambda self: None


REPAIRS = [
    certify_databases_as_rds_does,
    dispose_of_delete_markers,
    end_crawls_that_are_looked_at,
    find_the_log_service_in_bucket_policies,
    find_trails_by_arn,
    list_tags_of_untagged_workgroups,
    give_each_database_its_own_id,
    write_timestamps_of_dms_as_numbers,
    read_bucket_policies_without_conditions,
]
