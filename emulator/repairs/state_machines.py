"""Repairs of moto's Step Functions: what the provider calls, and what executions of real machines need."""
import copy
import datetime
import importlib
import json
import uuid

import botocore.session
from botocore import xform_name
from moto.core.responses import ActionResult
from moto.stepfunctions import models, responses
from moto.stepfunctions.parser import models as parser_models

_TASKS = "moto.stepfunctions.parser.asl.component.state.exec.state_task.service."
_service = importlib.import_module(_TASKS + "state_task_service")
_callback = importlib.import_module(_TASKS + "state_task_service_callback")
_sdk = importlib.import_module(_TASKS + "state_task_service_aws_sdk")


def share_machines_between_executions():
    """An execution deep-copies its machine and with it the whole backend, whose locks cannot be copied: the second fails."""
    models.StateMachineInstance.__deepcopy__ = lambda self, memo: copy.copy(self)


def name_unnamed_executions():
    """An execution started without a name would be called None."""
    start = parser_models.StepFunctionsParserBackend.start_execution

    def start_execution(self, state_machine_arn, name=None, execution_input=None, trace_header=None, **more):
        return start(self, state_machine_arn, name or str(uuid.uuid4()), execution_input, trace_header, **more)

    parser_models.StepFunctionsParserBackend.start_execution = start_execution


def wait_for_synchronous_tasks():
    """A task with .sync of a service without task tokens (Glue, ECS) fails: moto asks for the token's endpoint."""
    evaluate = _callback.StateTaskServiceCallback._eval_integration_pattern
    conditions = _callback.ResourceCondition

    def _eval_integration_pattern(self, env, resource_runtime_part, normalised_parameters, state_credentials):
        waits = self.resource.condition in (conditions.Sync, conditions.Sync2)
        if not waits or conditions.WaitForTaskToken in self._supported_integration_patterns:
            evaluate(self, env, resource_runtime_part, normalised_parameters, state_credentials)
            return
        build = (
            self._build_sync_resolver if self.resource.condition == conditions.Sync else self._build_sync2_resolver
        )
        self.timeout.eval(env=env)
        timeout = env.stack.pop()
        resolver = build(
            env=env,
            resource_runtime_part=resource_runtime_part,
            normalised_parameters=normalised_parameters,
            state_credentials=state_credentials,
        )
        output = self._eval_sync(
            env=env,
            timeout_seconds=timeout,
            callback_endpoint=None,
            heartbeat_endpoint=None,
            sync_resolver=resolver,
        )
        env.stack.append(json.loads(json.dumps(output, default=lambda value: value.isoformat())))

    _callback.StateTaskServiceCallback._eval_integration_pattern = _eval_integration_pattern


def spell_parameters_as_the_api_does():
    """Names of parameters and results are capitalised by rule of thumb, which is wrong for ECS, Step Functions and others."""
    _service.StateTaskService._SERVICE_NAME_SFN_TO_BOTO_OVERRIDES = {
        "databasemigration": "dms",
        "cloudwatchlogs": "logs",
        "eventbridge": "events",
        "sfn": "stepfunctions",
        "states": "stepfunctions",
    }
    session = botocore.session.Session()
    services = {}

    def shape(service, action, side):
        model = services.setdefault(service, session.get_service_model(service))
        name = {xform_name(operation): operation for operation in model.operation_names}.get(action)
        return getattr(model.operation_model(name), side) if name else None

    def normalise_parameters(self, parameters, boto_service_name=None, service_action_name=None):
        known = shape(
            self._get_boto_service_name(boto_service_name),
            self._get_boto_service_action(service_action_name),
            "input_shape",
        )
        spelled = _spell_input(dict(parameters), known)
        parameters.clear()
        parameters.update(spelled)

    def normalise_response(self, response, boto_service_name=None, service_action_name=None):
        if not isinstance(response, dict):
            return
        known = shape(
            self._get_boto_service_name(boto_service_name),
            self._get_boto_service_action(service_action_name),
            "output_shape",
        )
        spelled = _spell_output(dict(response), known)
        response.clear()
        response.update(spelled)

    _service.StateTaskService._normalise_parameters = normalise_parameters
    _service.StateTaskService._normalise_response = normalise_response


def _spell_input(value, shape):
    if shape is None:
        return value
    if shape.type_name == "structure" and isinstance(value, dict):
        names = {name.lower(): name for name in shape.members}
        return {
            names.get(key.lower(), key): _spell_input(inner, shape.members.get(names.get(key.lower(), key)))
            for key, inner in value.items()
        }
    if shape.type_name == "list" and isinstance(value, list):
        return [_spell_input(inner, shape.member) for inner in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {key: _spell_input(inner, shape.value) for key, inner in value.items()}
    if shape.type_name == "blob" and not isinstance(value, (str, bytes)):
        return json.dumps(value)
    return value


def _spell_output(value, shape):
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    if hasattr(value, "read"):
        return value.read().decode(errors="replace")
    if shape is None:
        return value
    if shape.type_name == "structure" and isinstance(value, dict):
        return {
            key[:1].upper() + key[1:]: _spell_output(inner, shape.members.get(key)) for key, inner in value.items()
        }
    if shape.type_name == "list" and isinstance(value, list):
        return [_spell_output(inner, shape.member) for inner in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {key: _spell_output(inner, shape.value) for key, inner in value.items()}
    return value


def name_errors_as_aws_does():
    """Errors of SDK integrations would be called after boto's service, so that no Retry or Catch by AWS's name matches."""
    _sdk._SERVICE_ERROR_NAMES.update(
        databasemigration="DatabaseMigration", glue="Glue", lambda_="Lambda", s3="S3", sns="Sns", sqs="Sqs"
    )


def validate_definitions():
    """The provider validates a definition before it plans, and moto has no such operation; dangling targets are found too."""

    def validate_state_machine_definition(self):
        try:
            found = [
                {"severity": "ERROR", "code": "MISSING_TRANSITION_TARGET", "message": message, "location": location}
                for location, message in _faults(json.loads(self._get_param("definition")))
            ]
        except ValueError as unreadable:
            found = [{"severity": "ERROR", "code": "INVALID_JSON_DESCRIPTION", "message": str(unreadable)}]
        return ActionResult({"result": "FAIL" if found else "OK", "diagnostics": found, "truncated": False})

    responses.StepFunctionResponse.validate_state_machine_definition = validate_state_machine_definition


def _faults(machine, path=""):
    states = machine.get("States", {})
    if machine.get("StartAt") not in states:
        yield f"{path}/StartAt", f"missing target {machine.get('StartAt')}"
    for name, state in states.items():
        here = f"{path}/States/{name}"
        for key in ("Next", "Default"):
            if key in state and state[key] not in states:
                yield f"{here}/{key}", f"missing target {state[key]}"
        for key in ("Catch", "Choices"):
            for index, rule in enumerate(state.get(key, [])):
                if "Next" in rule and rule["Next"] not in states:
                    yield f"{here}/{key}[{index}]/Next", f"missing target {rule['Next']}"
        goes_on = state.get("Type") in ("Task", "Pass", "Wait", "Map", "Parallel")
        if goes_on and ("Next" in state) == bool(state.get("End")):
            yield here, "exactly one of Next and End"
        for key in ("ItemProcessor", "Iterator"):
            if key in state:
                yield from _faults(state[key], f"{here}/{key}")
        for index, branch in enumerate(state.get("Branches", [])):
            yield from _faults(branch, f"{here}/Branches[{index}]")


def list_versions():
    """The provider lists a machine's versions when it reads one, and moto has no such operation."""

    def list_state_machine_versions(self):
        arn = self._get_param("stateMachineArn")
        machine = self.stepfunction_backend.describe_state_machine(arn)
        versions = sorted(getattr(machine, "versions", {}).items(), reverse=True)
        return ActionResult(
            {
                "stateMachineVersions": [
                    {"stateMachineVersionArn": f"{arn}:{number}", "creationDate": version.creation_date}
                    for number, version in versions
                ]
            }
        )

    responses.StepFunctionResponse.list_state_machine_versions = list_state_machine_versions


REPAIRS = [
    share_machines_between_executions,
    name_unnamed_executions,
    wait_for_synchronous_tasks,
    spell_parameters_as_the_api_does,
    name_errors_as_aws_does,
    validate_definitions,
    list_versions,
]
