#!/usr/bin/env bash
# The pipelines by zizmor, offline: pinned actions, least permissions, no injection. Red control: an action by its tag.
# Usage: workflows.sh ZIZMOR
set -euo pipefail
cd "$(dirname "$0")/../.."
"$1" --offline --quiet --min-severity medium .github/workflows
red=$(mktemp -d)
trap 'rm -rf "$red"' EXIT
sed -E 's/(actions\/checkout)@[0-9a-f]{40}/\1@v7/' .github/workflows/ci.yml >"$red/ci.yml"
if "$1" --offline --quiet --min-severity medium "$red/ci.yml" >/dev/null 2>&1; then
  echo "zizmor did not find its red control" >&2
  exit 1
fi
echo "zizmor: the pipelines hold, the red control was found"
