#!/usr/bin/env bash
# Lays out the folder that the Fargate image is built in: lay_out_image.sh JAR FOLDER. The emulator runs it as it is.
set -euo pipefail

jar=${1:?lay_out_image.sh JAR FOLDER}
folder=${2:?lay_out_image.sh JAR FOLDER}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
runtime=$root/glue-jobs/glue-runtime/target/runtime
# A build that applies an approved plan has built nothing.
[[ -f "$runtime/class-path" ]] || mvn -B -ntp -q -f "$root/pom.xml" -DskipTests -pl glue-jobs/glue-runtime -am package
rm -rf "$folder"
mkdir -p "$folder/lib"
# Links where the disk allows it: the class path is large.
tr ':' '\n' <"$runtime/class-path" | xargs -d '\n' cp -l -f -t "$folder/lib" 2>/dev/null ||
  tr ':' '\n' <"$runtime/class-path" | xargs -d '\n' cp -f -t "$folder/lib"
cp "$jar" "$folder/sluice-glue-jobs.jar"
cp "$runtime/jvm.options" "$root"/terraform/modules/container/image/* "$folder/"
