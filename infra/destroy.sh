#!/usr/bin/env bash
# Deletes one stage: infra/destroy.sh STAGE [delete]. What it knows of people (the table, the secrets, the archive) stays
# unless the second word is `delete`, which nothing undoes.
set -euo pipefail
stage=${1:?usage: infra/destroy.sh STAGE [delete]}
name=rekindle-$stage
if [ -t 0 ]; then
  read -rp "Type the stage's name to delete it${2:+ with all its data}: " typed
  [ "$typed" = "$stage" ] || { echo "nothing was deleted" >&2; exit 1; }
fi
aws cloudformation delete-stack --stack-name "$name"
aws cloudformation wait stack-delete-complete --stack-name "$name"
echo "the stack $name is deleted"
if [ "${2:-}" = delete ]; then
  aws dynamodb update-table --table-name "$name" --no-deletion-protection-enabled >/dev/null
  aws dynamodb wait table-exists --table-name "$name"
  aws dynamodb delete-table --table-name "$name" >/dev/null
  for secret in "$name" "$name-links"; do
    aws secretsmanager delete-secret --secret-id "$secret" --force-delete-without-recovery >/dev/null
  done
  account=$(aws sts get-caller-identity --query Account --output text)
  archive="$name-archive-$account-${AWS_REGION:-$(aws configure get region)}"
  aws s3 rb --force "s3://$archive" >/dev/null
  echo "the table $name, its secrets and its archive $archive are deleted"
else
  echo "kept: the table $name, the secrets $name and $name-links, and the archive"
fi
