"""Fargate tasks that run: each starts the program of its image, and ends as that does.

There is no registry and no container engine. An image is a folder, images/TAG in the emulator's folder, with what
cfn/deploy/image.sh lays out for docker: run-job, lib, jvm.options and the jar.
"""
import importlib
import os
import subprocess
import threading
import types

from moto.ecs import models as ecs
from moto.stepfunctions.parser.api import HistoryEventType, TaskFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str

from repairs.glue_jobs import HASTE, JVM, ClassArchives
from repairs.job_logs import publish

_service = importlib.import_module("moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_ecs")


class Runner:
    """Starts tasks, and ends what still runs when the emulator does."""

    def __init__(self, folder, heap):
        self.folder = folder
        self.heap = heap
        self.processes = []
        self.archives = ClassArchives(folder / "class-archives")

    def start(self, task, definition):
        task.state = "PENDING"
        threading.Thread(target=self._run, args=(task, definition), daemon=True, name=task.id).start()

    def stop(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()

    def _run(self, task, definition):
        container = definition.container_definitions[0]
        log = self.folder / "tasks" / f"{task.id}.log"
        scratch = self.folder / "tasks" / task.id
        scratch.mkdir(parents=True)
        try:
            image = self.folder / "images" / container["image"].rsplit(":", 1)[-1]
            if not image.is_dir():
                raise FileNotFoundError(f"CannotPullContainerError: {container['image']}: not found")
            command = container.get("command", [])
            for override in task.overrides.get("containerOverrides", []):
                command = override.get("command", command)
            archive = self.archives.options(str(image))
            task.state = "RUNNING"
            with log.open("w") as output:
                process = subprocess.Popen(
                    ["sh", str(image / "run-job"), *command],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    env=self._environment(container, image, scratch, archive),
                )
                self.processes.append(process)
                code = process.wait()
            self.archives.ended(str(image), archive, code)
        except Exception as failure:
            task.stop_code = "TaskFailedToStart"
            task.stopped_reason = str(failure)
            task.containers[0].exitCode = None
        else:
            options = container.get("logConfiguration", {}).get("options", {})
            if options:
                stream = f"{options['awslogs-stream-prefix']}/{container['name']}/{task.id}"
                publish(task._account_id, task.region_name, options["awslogs-group"], stream, log)
            task.stop_code = "EssentialContainerExited"
            task.stopped_reason = "Essential container in task exited"
            task.containers[0].exitCode = code
        task.desired_status = "STOPPED"
        task.state = "STOPPED"

    def _environment(self, container, image, scratch, archive):
        options = {
            **HASTE,
            "spark.hadoop.fs.s3a.endpoint": os.environ["AWS_ENDPOINT_URL"],
            "spark.hadoop.fs.s3a.path.style.access": "true",
            "spark.hadoop.fs.s3a.access.key": "emulator",
            "spark.hadoop.fs.s3a.secret.key": "emulator",
        }
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MOTO_")}
        environment.update({one["name"]: one["value"] for one in container.get("environment", [])})
        environment.update(
            AWS_EC2_METADATA_DISABLED="true",
            JAVA_TOOL_OPTIONS=" ".join([f"-Xmx{self.heap}", *JVM, *archive, *(f"-D{key}={value}" for key, value in options.items())]),
            SLUICE_HOME=str(image),
            SLUICE_SCRATCH=str(scratch),
        )
        return environment


def _fail_tasks_that_exit_badly():
    """A task's exit code is not looked at, so that each ends well."""
    build = _service.StateTaskServiceEcs._build_sync_resolver

    def _build_sync_resolver(self, env, resource_runtime_part, normalised_parameters, state_credentials):
        resolve = build(self, env, resource_runtime_part, normalised_parameters, state_credentials)

        def resolver():
            task = resolve()
            if task is None or all(container.get("ExitCode") == 0 for container in task["Containers"]):
                return task
            raise FailureEventException(
                FailureEvent(
                    env=env,
                    error_name=StatesErrorName(typ=StatesErrorNameType.StatesTaskFailed),
                    event_type=HistoryEventType.TaskFailed,
                    event_details=EventDetails(
                        taskFailedEventDetails=TaskFailedEventDetails(
                            resource=self._get_sfn_resource(),
                            resourceType=self._get_sfn_resource_type(),
                            error=StatesErrorNameType.StatesTaskFailed.to_name(),
                            cause=to_json_str(task),
                        )
                    ),
                )
            )

        return resolver

    _service.StateTaskServiceEcs._build_sync_resolver = _build_sync_resolver


def _need_no_memory_of_containers():
    """A container of Fargate shares its task's memory and names none, which moto cannot add up."""
    add_up = ecs.EC2ContainerServiceBackend._calculate_task_resource_requirements

    def _calculate_task_resource_requirements(task_definition):
        named = [
            {**one, "memory": one.get("memory", one.get("memoryReservation", 0))}
            for one in task_definition.container_definitions
        ]
        return add_up(types.SimpleNamespace(container_definitions=named))

    ecs.EC2ContainerServiceBackend._calculate_task_resource_requirements = staticmethod(_calculate_task_resource_requirements)


def run_real_tasks(given):
    """Makes RunTask start processes. Returns what ends those that still run."""
    _fail_tasks_that_exit_badly()
    _need_no_memory_of_containers()
    runner = Runner(given.folder.resolve(), given.job_heap)
    run = ecs.EC2ContainerServiceBackend.run_task
    state = ecs.Task.status

    def run_task(self, cluster_str, task_definition_str, *more, **named):
        tasks = run(self, cluster_str, task_definition_str, *more, **named)
        definition = self.describe_task_definition(task_definition_str)
        for task in tasks:
            runner.start(task, definition)
        return tasks

    ecs.EC2ContainerServiceBackend.run_task = run_task
    ecs.Task.status = property(lambda task: getattr(task, "state", None) or state.fget(task), state.fset)
    return runner.stop
