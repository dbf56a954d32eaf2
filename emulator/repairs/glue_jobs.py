"""Glue job runs that run: each starts a JVM with the job's jar, main class and arguments, and ends as that JVM does.

The class path is that of Glue (the folder --glue-runtime), in front of it the jars that --extra-jars names, read from the
emulator's S3. Spark runs as local[2]; S3A and the AWS clients reach the emulator.
"""
import hashlib
import os
import pathlib
import re
import shlex
import subprocess
import threading
import time
import urllib.parse

import boto3
from moto.core.utils import utcnow
from moto.glue import models as glue
from moto.glue import responses
from moto.glue.exceptions import ConcurrentRunsExceededException

from repairs.job_logs import publish

_MAX_MESSAGE = 2000
_ENDED = ("SUCCEEDED", "FAILED", "TIMEOUT", "STOPPED", "ERROR")
_LOG_GROUP = "/aws-glue/jobs"

# A run over a few rows is over before the Java that Spark writes for it is compiled, or the second compiler's work pays off.
HASTE = {
    "spark.sql.shuffle.partitions": "2",
    "spark.databricks.delta.snapshotPartitions": "1",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
JVM = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=160m"]


class JobRun(glue.FakeJobRun):
    """A run of a job; its state is that of its process."""

    def __init__(self, job, arguments, timeout, workers):
        super().__init__(job_name=job.name, arguments=arguments, timeout=timeout, **workers)
        self.job = job
        self.state = "STARTING"
        self.message = None
        self.started = time.monotonic()
        self.seconds = 0
        self.completed_on = None
        self.process = None

    @property
    def status(self):
        return self.state

    @status.setter
    def status(self, value):
        self.state = value

    def advance(self):
        """Time goes by itself."""

    @property
    def log_group(self):
        return (self.arguments or {}).get("--custom-logGroup-prefix", _LOG_GROUP)

    def ends(self, state, message=None):
        self.seconds = int(time.monotonic() - self.started)
        self.completed_on = utcnow()
        self.modified_on = self.completed_on
        self.message = message
        self.state = state

    def as_dict(self):
        answer = super().as_dict()
        answer.update(
            GlueVersion=getattr(self.job, "glue_version", None) or "5.1",
            LogGroupName=self.log_group,
            ExecutionTime=self.seconds,
        )
        if self.message:
            answer["ErrorMessage"] = self.message
        if self.completed_on is None:
            answer.pop("CompletedOn")
        return answer


class Runner:
    """Starts job runs, and ends what still runs when the emulator does."""

    def __init__(self, folder, runtime, heap):
        self.folder = folder
        self.heap = heap
        self.class_path = (runtime / "class-path").read_text().strip()
        self.options = shlex.split((runtime / "jvm.options").read_text())
        self.logging = pathlib.Path(__file__).parent.parent / "log4j2.properties"
        self.runs = []
        self.archives = ClassArchives(folder / "class-archives")
        (folder / "job-runs").mkdir(parents=True, exist_ok=True)
        (folder / "jars").mkdir(exist_ok=True)

    def start(self, job, timeout, arguments, workers):
        given = {**job.default_arguments, **(arguments or {}), **(job.non_overridable_arguments or {})}
        run = JobRun(job, given, timeout or job.timeout, workers)
        job.job_runs.append(run)
        self.runs.append(run)
        threading.Thread(target=self._run, args=(run,), daemon=True, name=run.job_run_id).start()
        return run

    def stop(self):
        for run in self.runs:
            if run.process and run.process.poll() is None:
                run.process.kill()

    def _run(self, run):
        log = self.folder / "job-runs" / f"{run.job_run_id}.log"
        try:
            self._await_turn(run)
            jars = [str(self._jar(run, uri)) for uri in run.arguments.get("--extra-jars", "").split(",") if uri]
            class_path = os.pathsep.join([*jars, self.class_path])
            archive = self.archives.options(class_path)
            command = self._command(run, class_path, archive)
            run.state = "RUNNING"
            with log.open("w") as output:
                run.process = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=self._environment()
                )
                code = run.process.wait(timeout=run.timeout * 60 if run.timeout else None)
        except subprocess.TimeoutExpired:
            run.process.kill()
            self._publish(run, log)
            self.archives.ended(class_path, archive, None)
            run.ends("TIMEOUT", f"Job run timed out after {run.timeout} minutes")
        except Exception as failure:
            run.ends("FAILED", f"LAUNCH ERROR | {failure}")
        else:
            self._publish(run, log)
            self.archives.ended(class_path, archive, code)
            if code == 0:
                run.ends("SUCCEEDED")
            else:
                run.ends("FAILED", _message(log.read_text(errors="replace"), code))

    def _await_turn(self, run):
        """A run that is queued begins once enough of those before it have ended."""
        while True:
            before = run.job.job_runs[: run.job.job_runs.index(run)]
            if _running(before) < _concurrency(run.job):
                run.started = time.monotonic()
                return
            run.state = "WAITING"
            time.sleep(0.2)

    def _command(self, run, class_path, archive):
        given = run.arguments
        endpoint = os.environ["AWS_ENDPOINT_URL"]
        settings = {
            "spark.master": "local[2]",
            "spark.app.name": run.job_name,
            "spark.ui.enabled": "false",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            **HASTE,
            "spark.local.dir": str(self.folder / "spark"),
            "spark.sql.warehouse.dir": str(self.folder / "warehouse"),
            "spark.glue.local.bookmarks": str(self.folder / "glue-bookmarks"),
            # Glue 5.1 reads both schemes with S3A.
            "spark.hadoop.fs.s3.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
            "spark.hadoop.fs.s3a.endpoint": endpoint,
            "spark.hadoop.fs.s3a.path.style.access": "true",
            "spark.hadoop.fs.s3a.access.key": "emulator",
            "spark.hadoop.fs.s3a.secret.key": "emulator",
            **_spark_settings(given.get("--conf", "")),
        }
        command = [
            "java",
            *self.options,
            f"-Xmx{self.heap}",
            *JVM,
            *archive,
            f"-Dlog4j2.configurationFile={self.logging}",
            *(f"-D{key}={value}" for key, value in settings.items()),
            "-cp",
            class_path,
            given["--class"],
            "--JOB_NAME",
            run.job_name,
            "--JOB_ID",
            f"j_{hashlib.sha256(run.job_name.encode()).hexdigest()}",
            "--JOB_RUN_ID",
            run.job_run_id,
        ]
        for name, value in given.items():
            if name != "--conf":
                command += [name, str(value)]
        java_home = os.environ.get("JAVA_HOME")
        if java_home:
            command[0] = f"{java_home}/bin/java"
        return command

    def _jar(self, run, uri):
        address = urllib.parse.urlparse(uri)
        client = boto3.client("s3", region_name=run.job.backend.region_name)
        found = client.get_object(Bucket=address.netloc, Key=address.path.lstrip("/"))
        content = found["Body"].read()
        kept = self.folder / "jars" / f"{hashlib.sha256(content).hexdigest()}.jar"
        if not kept.exists():
            partial = kept.with_suffix(f".{run.job_run_id}")
            partial.write_bytes(content)
            partial.rename(kept)
        return kept

    def _environment(self):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MOTO_")}
        environment.update(AWS_REGION=os.environ["AWS_DEFAULT_REGION"], AWS_EC2_METADATA_DISABLED="true")
        return environment

    def _publish(self, run, log):
        """A group per kind of output, a stream per run."""
        backend = run.job.backend
        publish(backend.account_id, backend.region_name, f"{run.log_group}/error", run.job_run_id, log)


class ClassArchives:
    """Java's archives of loaded classes, one per class path: a run writes it as it ends, those after it start in half the time."""

    def __init__(self, folder):
        self.folder = folder
        self.begun = set()
        self.lock = threading.Lock()
        folder.mkdir(exist_ok=True)

    def options(self, class_path):
        """What a run's JVM is told: to use the archive, to write it, or nothing while another run writes it."""
        archive = self._archive(class_path)
        with self.lock:
            if archive.exists():
                return [f"-XX:SharedArchiveFile={archive}"]
            if class_path in self.begun:
                return []
            self.begun.add(class_path)
        return [f"-XX:ArchiveClassesAtExit={archive.with_suffix('.part')}", "-Xlog:cds=off", "-Xlog:cds+dynamic=off"]

    def ended(self, class_path, options, code):
        """Keeps what a run wrote; a run that fails or is killed leaves it to the next."""
        if len(options) < 2:
            return
        archive = self._archive(class_path)
        part = archive.with_suffix(".part")
        with self.lock:
            self.begun.discard(class_path)
            if code == 0 and part.exists():
                part.rename(archive)

    def _archive(self, class_path):
        return self.folder / f"{hashlib.sha256(class_path.encode()).hexdigest()}.jsa"


def _spark_settings(conf):
    """Glue's form of many settings in one argument: a=b --conf c=d."""
    pairs = [pair.strip() for pair in re.split(r"\s+--conf\s+", conf) if pair.strip()]
    return dict(pair.split("=", 1) for pair in pairs)


def _message(log, code):
    """What Glue says of an exception that leaves main: its class and message, without the stack."""
    found = log.rfind('Exception in thread "main" ')
    if found < 0:
        return "\n".join(log.splitlines()[-5:])[-_MAX_MESSAGE:] or f"Process exited with {code}"
    lines = []
    for line in log[found + len('Exception in thread "main" ') :].splitlines():
        if re.match(r"\s+at |Caused by: |\s+\.\.\. \d+ more", line):
            break
        lines.append(line)
    return ("Exception in User Class: " + "\n".join(lines).replace(": ", " : ", 1))[:_MAX_MESSAGE]


def _running(runs):
    return len([run for run in runs if run.status not in _ENDED])


def _concurrency(job):
    return job.execution_property.get("MaxConcurrentRuns", 1)


def _keep_queuing():
    """Whether runs of a job are queued is not kept, so that each plan would set it again."""
    create = responses.GlueResponse.create_job
    describe = glue.FakeJob.as_dict

    def create_job(self):
        answer = create(self)
        self.glue_backend.get_job(self._get_param("Name")).queues = bool(self._get_param("JobRunQueuingEnabled"))
        return answer

    def as_dict(self):
        return {**describe(self), "JobRunQueuingEnabled": getattr(self, "queues", False)}

    responses.GlueResponse.create_job = create_job
    glue.FakeJob.as_dict = as_dict


def run_real_jobs(given):
    """Makes StartJobRun start processes. Returns what ends those that still run."""
    _keep_queuing()
    runner = Runner(given.folder.resolve(), given.glue_runtime.resolve(), given.job_heap)

    def start_job_run(
        self,
        allocated_capacity,
        max_capacity,
        timeout,
        worker_type,
        security_configuration,
        number_of_workers,
        notification_property,
        previous_run_id,
        arguments,
    ):
        if not self.queues and _running(self.job_runs) >= _concurrency(self):
            raise ConcurrentRunsExceededException(f"Concurrent runs exceeded for {self.name}")
        workers = {
            "allocated_capacity": allocated_capacity or self.allocated_capacity,
            "max_capacity": max_capacity or self.max_capacity,
            "worker_type": worker_type or self.worker_type,
            "number_of_workers": number_of_workers or self.number_of_workers,
        }
        return runner.start(self, timeout, arguments, workers).job_run_id

    glue.FakeJob.start_job_run = start_job_run
    return runner.stop
