"""AWS on one machine: moto's server with the repairs that Terraform, Step Functions and real Glue jobs need.

    python3 emulator/emulator.py --port 5600 --folder /tmp/cloud --glue-runtime glue-jobs/glue-runtime/target/runtime

Nothing here proves what IAM allows: moto grants everything.
"""
import argparse
import os
import pathlib
import sys
import threading

REGION = "eu-central-1"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=5600)
    parser.add_argument("--folder", type=pathlib.Path, required=True, help="where logs and jars of job runs go")
    parser.add_argument(
        "--glue-runtime",
        type=pathlib.Path,
        help="folder with class-path and jvm.options of a Glue job; without it job runs succeed and do nothing",
    )
    parser.add_argument("--job-heap", default="1g", help="heap of a job's JVM (default 1g)")
    parser.add_argument(
        "--until-input-ends",
        action="store_true",
        help="end with standard input, which ends with the process that holds the other end, however that dies",
    )
    return parser.parse_args()


def end_with_input(stop):
    while sys.stdin.buffer.read(1):
        pass
    stop()
    os._exit(0)


def main():
    given = arguments()
    given.folder.mkdir(parents=True, exist_ok=True)
    if not given.until_input_ends:
        # Interrupting the command that started it leaves it up.
        if os.getpid() != os.getpgrp():
            os.setsid()
    # Clients inside moto, those of Step Functions among them, call this server like any other.
    os.environ.update(
        MOTO_PORT=str(given.port),
        AWS_ACCESS_KEY_ID="emulator",
        AWS_SECRET_ACCESS_KEY="emulator",
        AWS_DEFAULT_REGION=os.environ.get("AWS_REGION", REGION),
        AWS_ENDPOINT_URL=f"http://127.0.0.1:{given.port}",
        MOTO_IAM_LOAD_MANAGED_POLICIES="true",
    )
    os.environ.pop("AWS_PROFILE", None)

    from moto.core.config import default_user_config

    from repairs import REPAIRS
    from repairs import containers, glue_jobs

    default_user_config["stepfunctions"] = {"execute_state_machine": True}
    default_user_config["lambda"] = {"use_docker": False}
    for repair in REPAIRS:
        repair()
    ends = [glue_jobs.run_real_jobs(given), containers.run_real_tasks(given)] if given.glue_runtime else []

    def stop():
        for end in ends:
            end()

    if given.until_input_ends:
        threading.Thread(target=end_with_input, args=(stop,), daemon=True).start()

    from moto import server

    try:
        server.main(["--host", "127.0.0.1", "--port", str(given.port)])
    finally:
        stop()


if __name__ == "__main__":
    main()
