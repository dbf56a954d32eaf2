#!/usr/bin/env python3
"""Is the seed's build role allowed what Terraform will do?

    python3 cfn/check_permissions.py [--terraform DIR] [--seed FILE] [--actions FILE] [--log FILE ...]

Reads the resource types that the Terraform configuration uses, looks up the IAM actions of each in required-actions.json, and
compares them to what the policies of the seed's BuildRole allow within its boundary. It also holds the seed to its promises: no
unbounded role, no statement that allows everything, every role in Terraform made with the boundary, and nothing in their policies
that this boundary takes away.

--log takes provider logs of a real apply (TF_LOG_PROVIDER=DEBUG, TF_LOG_PATH=...): every call in them must be in the mapping too.

Exit code 0: enough. 1: something is missing; each line says what, where, and what to do. 2: the inputs cannot be read.
"""

import argparse
import fnmatch
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
BLOCK = re.compile(r'^\s*(resource|data)\s+"(aws_[a-z0-9_]+)"\s+"([^"]+)"', re.MULTILINE)
# A quoted action of a role's own policy: not a condition's key, and not what a trust policy lets others do.
ACTION = re.compile(r'(variable\s*=\s*)?"((?!aws:|sts:AssumeRole)[a-z][a-z0-9-]+:[A-Z][A-Za-z]*\*?)"(?!\s*[=:])')
METHOD = re.compile(r"rpc\.method=(\w+)")
SERVICE = re.compile(r'rpc\.service=(?:"([^"]+)"|(\S+))')
TYPE = re.compile(r"tf_resource_type=(aws_\w+)")

# The service's name in IAM, by its name in the provider's log.
SERVICES = {
    "Athena": "athena", "Backup": "backup", "Budgets": "budgets", "CloudTrail": "cloudtrail", "CloudWatch": "cloudwatch",
    "CloudWatch Logs": "logs", "Cost Explorer": "ce", "Database Migration Service": "dms", "DynamoDB": "dynamodb", "EC2": "ec2",
    "ECR": "ecr", "ECS": "ecs", "EventBridge": "events", "Firehose": "firehose", "Glue": "glue", "IAM": "iam", "KMS": "kms",
    "Kafka": "kafka", "Kinesis": "kinesis", "Lambda": "lambda", "RDS": "rds", "Redshift Data": "redshift-data",
    "Redshift Serverless": "redshift-serverless", "S3": "s3", "SFN": "states", "SNS": "sns", "SQS": "sqs", "SSM": "ssm",
    "STS": "sts", "Scheduler": "scheduler", "Secrets Manager": "secretsmanager",
}

# API calls whose IAM action has another name.
RENAMED = {
    "s3:DeleteBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
    "s3:DeleteBucketOwnershipControls": "s3:PutBucketOwnershipControls",
    "s3:DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3:DeleteObjects": "s3:DeleteObject",
    "s3:GetBucketAccelerateConfiguration": "s3:GetAccelerateConfiguration",
    "s3:GetBucketCors": "s3:GetBucketCORS",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
    "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "budgets:CreateBudget": "budgets:ModifyBudget",
    "budgets:UpdateBudget": "budgets:ModifyBudget",
    "budgets:DeleteBudget": "budgets:ModifyBudget",
    "budgets:DescribeBudget": "budgets:ViewBudget",
    "budgets:DescribeNotificationsForBudget": "budgets:ViewBudget",
    "budgets:DescribeSubscribersForNotification": "budgets:ViewBudget",
    "budgets:CreateNotification": "budgets:ModifyBudget",
}


def main():
    arguments = parse_arguments()
    try:
        mapping = json.loads(arguments.actions.read_text())
        seed = load_template(arguments.seed)
        used, unbounded = read_terraform(arguments.terraform)
    except (OSError, ValueError, KeyError) as failure:
        print(f"Cannot check permissions: {failure}", file=sys.stderr)
        return 2
    if not used:
        print(f"Cannot check permissions: no resource in {arguments.terraform}", file=sys.stderr)
        return 2

    problems = [f"{where}: role without permissions_boundary. The build may not make it; add the argument." for where in unbounded]
    problems += promises(seed)
    allowed, bounded = allowances(seed)
    needed = {action: "every run" for action in mapping["always"]}
    for kind, where in sorted(used.items()):
        if kind not in mapping["types"]:
            problems.append(f"{where}: {kind} is not in {arguments.actions.name}. Add it with the actions that it needs.")
        for action in mapping["types"].get(kind, []):
            needed.setdefault(action, f"{kind} ({where})")
    for action, why in sorted(needed.items()):
        if not matches(action, allowed):
            problems.append(f"{action}: needed by {why}, allowed by no policy of BuildRole in {arguments.seed.name}.")
        elif not matches(action, bounded):
            problems.append(f"{action}: needed by {why}, outside BuildBoundary in {arguments.seed.name}.")
    workload = boundary_of(seed, "WorkloadBoundary")
    for action, where in sorted(granted(arguments.terraform).items()):
        if not matches(action, workload):
            problems.append(f"{where}: {action} is outside WorkloadBoundary in {arguments.seed.name}, so that AWS denies it.")
    try:
        logged = [(log, kind, action) for log in arguments.log for kind, action in read_log(log)]
    except (OSError, ValueError) as failure:
        print(f"Cannot check permissions: {failure}", file=sys.stderr)
        return 2
    for log, kind, action in logged:
        known = set(mapping["types"].get(kind, [])) if kind else set().union(*mapping["types"].values())
        if action not in known | set(mapping["always"]):
            problems.append(f"{kind or 'a call'}: Terraform called {action} ({log}); {arguments.actions.name} does not say so.")

    for problem in dict.fromkeys(problems):
        print(problem)
    if problems:
        print(f"{len(dict.fromkeys(problems))} problems.")
        return 1
    print(f"{len(used)} resource types, {len(needed)} actions: all allowed." + (f" {len(logged)} calls of {len(arguments.log)} logs: all mapped." if logged else ""))
    return 0


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--terraform", type=pathlib.Path, default=HERE.parent / "terraform")
    parser.add_argument("--seed", type=pathlib.Path, default=HERE / "seed.yaml")
    parser.add_argument("--actions", type=pathlib.Path, default=HERE / "required-actions.json")
    parser.add_argument("--log", type=pathlib.Path, nargs="*", default=[])
    return parser.parse_args()


def load_template(path):
    """The template, its short-form functions as {"Fn": value}."""
    try:
        import yaml
    except ImportError:
        raise ValueError("PyYAML is not installed. Install it with: pip install pyyaml") from None

    class Loader(yaml.SafeLoader):
        pass

    def function(loader, tag, node):
        if isinstance(node, yaml.ScalarNode):
            return {tag: loader.construct_scalar(node)}
        if isinstance(node, yaml.SequenceNode):
            return {tag: loader.construct_sequence(node, deep=True)}
        return {tag: loader.construct_mapping(node, deep=True)}

    Loader.add_multi_constructor("!", function)
    return yaml.load(path.read_text(), Loader)["Resources"]


def read_terraform(folder):
    """Resource types with the first place of each, and places of roles that name no boundary. Tests are left out."""
    used, unbounded = {}, []
    for path in sorted(folder.rglob("*.tf")):
        if ".terraform" in path.parts:
            continue
        text = path.read_text()
        blocks = list(BLOCK.finditer(text))
        for index, block in enumerate(blocks):
            kind = block[2] if block[1] == "resource" else f"data.{block[2]}"
            where = f"{path.relative_to(folder.parent)}:{text.count(chr(10), 0, block.start(1)) + 1}"
            used.setdefault(kind, where)
            end = blocks[index + 1].start() if index + 1 < len(blocks) else len(text)
            if kind == "aws_iam_role" and not re.search(r"^\s*permissions_boundary\s*=", text[block.start() : end], re.MULTILINE):
                unbounded.append(where)
    return used, unbounded


def statements(document):
    """Statements of a policy; both branches of a condition."""
    for statement in as_list(document["Statement"]):
        if "If" in statement:
            yield from (branch for branch in statement["If"][1:] if "Effect" in branch)
        else:
            yield statement


def as_list(value):
    return value if isinstance(value, list) else [value]


def allowances(seed):
    """Action patterns that BuildRole's policies allow, and those its boundary lets through."""
    allowed = []
    for resource in seed.values():
        if resource["Type"] == "AWS::IAM::ManagedPolicy" and {"Ref": "BuildRole"} in resource["Properties"].get("Roles", []):
            for statement in statements(resource["Properties"]["PolicyDocument"]):
                if statement["Effect"] == "Allow":
                    allowed += as_list(statement["Action"])
    return allowed, boundary_of(seed, "BuildBoundary")


def boundary_of(seed, name):
    """Action patterns that a boundary lets through."""
    boundary = list(statements(seed[name]["Properties"]["PolicyDocument"]))
    bounded = [action for s in boundary if s["Effect"] == "Allow" for action in as_list(s["Action"])]
    denied = [action for s in boundary if s["Effect"] == "Deny" and s["Resource"] == "*" for action in as_list(s.get("Action", []))]
    return [Bounded(pattern, denied) for pattern in bounded]


def granted(folder):
    """The actions in policies of roles that Terraform makes, each with the first place of it."""
    actions = {}
    for path in sorted(folder.rglob("*.tf")):
        text = path.read_text()
        if ".terraform" not in path.parts and 'resource "aws_iam_role_policy"' in text:
            for found in ACTION.finditer(text):
                if not found[1]:
                    actions.setdefault(found[2], f"{path.relative_to(folder.parent)}:{text.count(chr(10), 0, found.start(2)) + 1}")
    return actions


class Bounded(str):
    """An action pattern that lets through what is not denied."""

    def __new__(cls, pattern, denied):
        bounded = super().__new__(cls, pattern)
        bounded.denied = denied
        return bounded


def matches(action, patterns):
    """Whether a pattern covers the action, and takes it not away again. IAM knows no upper and lower case."""
    return any(
        fnmatch.fnmatchcase(action.lower(), pattern.lower())
        and not any(fnmatch.fnmatchcase(action.lower(), denied.lower()) for denied in getattr(pattern, "denied", []))
        for pattern in patterns
    )


def promises(seed):
    """What the seed must not hold."""
    for name, resource in seed.items():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::IAM::Role" and "PermissionsBoundary" not in properties:
            yield f"{name}: role without a permissions boundary."
        documents = [policy["PolicyDocument"] for policy in properties.get("Policies", [])] if resource["Type"] == "AWS::IAM::Role" else []
        if resource["Type"] == "AWS::IAM::ManagedPolicy":
            documents.append(properties["PolicyDocument"])
        for statement in (s for document in documents for s in statements(document) if s["Effect"] == "Allow"):
            sid = statement.get("Sid", "a statement")
            actions = as_list(statement.get("Action", ["*"]))
            if any(action in ("*", "*:*") for action in actions):
                yield f"{name}/{sid}: allows every action."
            if not name.endswith("Boundary") and any(action.endswith(":*") for action in actions):
                yield f"{name}/{sid}: allows a whole service. Name the actions."
            if not name.endswith("Boundary") and "*" in as_list(statement["Resource"]) and any(a.startswith("iam:") for a in actions):
                yield f"{name}/{sid}: allows IAM actions on every resource."
    grants = [
        statement
        for resource in seed.values()
        if resource["Type"] == "AWS::IAM::ManagedPolicy"
        for statement in statements(resource["Properties"]["PolicyDocument"])
        if statement["Effect"] == "Allow" and "iam:CreateRole" in as_list(statement.get("Action", []))
    ]
    for grant in grants:
        if "iam:PermissionsBoundary" not in grant.get("Condition", {}).get("StringEquals", {}):
            yield "iam:CreateRole is allowed without the condition iam:PermissionsBoundary: the build could make a role with every right."


def read_log(path):
    """Pairs of resource type, where the log has it, and IAM action; each once."""
    calls = set()
    for line in path.read_text(errors="replace").splitlines():
        method, service, kind = METHOD.search(line), SERVICE.search(line), TYPE.search(line)
        if method and service:
            calls.add((kind[1] if kind else None, service[1] or service[2], method[1]))
    for kind, service, method in sorted(calls, key=str):
        if service not in SERVICES:
            raise ValueError(f"{path}: service {service!r} is unknown. Add it to SERVICES.")
        action = f"{SERVICES[service]}:{method}"
        yield kind, RENAMED.get(action, action)


if __name__ == "__main__":
    sys.exit(main())
