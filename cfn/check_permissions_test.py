"""python3 -m unittest discover -s cfn -p '*_test.py'"""

import contextlib
import io
import json
import pathlib
import sys
import tempfile
import unittest

import check_permissions

HERE = pathlib.Path(__file__).resolve().parent

ROLE = 'resource "aws_iam_role" "this" {\n  name = "x"\n  permissions_boundary = var.permissions_boundary_arn\n}\n'


class CheckPermissionsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "terraform").mkdir()
        self.terraform(ROLE)
        self.seed = (HERE / "seed.yaml").read_text()
        self.actions = json.loads((HERE / "required-actions.json").read_text())

    def terraform(self, text):
        (self.folder / "terraform" / "main.tf").write_text(text)

    def check(self, *more):
        (self.folder / "seed.yaml").write_text(self.seed)
        (self.folder / "actions.json").write_text(json.dumps(self.actions))
        arguments = sys.argv
        sys.argv = ["check", "--terraform", str(self.folder / "terraform"), "--seed", str(self.folder / "seed.yaml")]
        sys.argv += ["--actions", str(self.folder / "actions.json"), *more]
        said = io.StringIO()
        try:
            with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
                code = check_permissions.main()
        finally:
            sys.argv = arguments
        return code, said.getvalue()

    def refuses(self, message, *more):
        code, said = self.check(*more)
        self.assertEqual(1, code, said)
        self.assertIn(message, said)

    def replace(self, old, new):
        self.assertIn(old, self.seed)
        self.seed = self.seed.replace(old, new)

    def test_the_seed_is_enough(self):
        code, said = self.check()
        self.assertEqual(0, code, said)

    def test_an_action_that_no_policy_allows_is_named(self):
        self.replace("iam:UpdateAssumeRolePolicy, ", "")
        self.refuses("iam:UpdateAssumeRolePolicy: needed by aws_iam_role (terraform/main.tf:1), allowed by no policy")

    def test_an_action_outside_the_boundary_is_named(self):
        self.replace("athena:*, ", "")
        self.terraform(ROLE + 'resource "aws_athena_workgroup" "this" {}\n')
        self.refuses("athena:CreateWorkGroup: needed by aws_athena_workgroup (terraform/main.tf:5), outside BuildBoundary")

    def test_an_action_that_the_boundary_denies_is_named(self):
        self.actions["types"]["aws_iam_role"].append("iam:CreateUser")
        self.replace("iam:DeleteRole, ", "iam:DeleteRole, iam:CreateUser, ")
        self.refuses("iam:CreateUser: needed by aws_iam_role (terraform/main.tf:1), outside BuildBoundary")

    def test_an_action_of_a_role_that_its_boundary_takes_away_is_named(self):
        self.replace(", xray:GetSampling*, xray:Put*]", "]")
        self.terraform(ROLE + 'resource "aws_iam_role_policy" "this" {\n  policy = "xray:PutTraceSegments"\n}\n')
        self.refuses("terraform/main.tf:6: xray:PutTraceSegments is outside WorkloadBoundary")

    def test_a_type_without_a_mapping_is_named(self):
        self.terraform(ROLE + 'resource "aws_neptune_cluster" "this" {}\n')
        self.refuses("terraform/main.tf:5: aws_neptune_cluster is not in actions.json")

    def test_a_role_without_a_boundary_is_named(self):
        self.terraform('resource "aws_iam_role" "this" {\n  name = "x"\n}\n' + ROLE)
        self.refuses("terraform/main.tf:1: role without permissions_boundary")

    def test_a_statement_that_allows_everything_is_refused(self):
        self.replace("Action: sns:Publish\n            Resource: !Ref Topic\n          - Sid: Reports", 'Action: "*"\n            Resource: !Ref Topic\n          - Sid: Reports')
        self.refuses("BuildStatePolicy/Tell: allows every action.")

    def test_a_statement_that_allows_a_service_is_refused(self):
        self.replace("Action: ec2:Describe*", "Action: ec2:*")
        self.refuses("TerraformNetworkPolicy/Look: allows a whole service.")

    def test_a_role_of_the_seed_without_a_boundary_is_refused(self):
        self.replace("      PermissionsBoundary: !Ref BuildBoundary\n      MaxSessionDuration", "      MaxSessionDuration")
        self.refuses("BuildRole: role without a permissions boundary.")

    def test_roles_may_not_be_made_without_a_boundary(self):
        self.replace("StringEquals: { iam:PermissionsBoundary: !Ref WorkloadBoundary }", "StringEquals: { aws:PrincipalTag/x: y }")
        self.refuses("iam:CreateRole is allowed without the condition iam:PermissionsBoundary")

    def test_a_call_that_the_mapping_does_not_know_is_named(self):
        log = self.folder / "log"
        log.write_text("[DEBUG] HTTP tf_resource_type=aws_iam_role rpc.service=IAM rpc.method=CreateUser rpc.system=aws-api\n")
        self.refuses("aws_iam_role: Terraform called iam:CreateUser", "--log", str(log))

    def test_unreadable_input_has_an_exit_code_of_its_own(self):
        self.terraform("")
        code, said = self.check()
        self.assertEqual(2, code)
        self.assertIn("no resource in", said)


if __name__ == "__main__":
    unittest.main()
