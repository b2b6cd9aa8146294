#!/usr/bin/env bash
# Deletes one stage: infra/destroy.sh STAGE [delete]. What it knows of people (the table, the secrets, the archive) lies in a
# stack of its own and is not touched, unless the second word is `delete`, which nothing undoes. Either way the stage can be
# deployed again; and this may be run again where it broke off.
set -euo pipefail
stage=${1:?usage: infra/destroy.sh STAGE [delete]}
[ "${2:-delete}" = delete ] || { echo "usage: infra/destroy.sh STAGE [delete]" >&2; exit 2; }
. "$(dirname "$0")/aws.sh"
name=rekindle-$stage
archive=$name-archive-$account-$region
zips=$name-artifacts-$account-$region
if [ -t 0 ]; then
  read -rp "Type the stage's name to delete it${2:+ with all its data}: " typed
  [ "$typed" = "$stage" ] || { echo "nothing was deleted" >&2; exit 1; }
fi

# Runs a command; that what it is about does not exist is as good as done.
unless_gone() {
  local said
  said=$("$@" 2>&1) || case $said in
    *ResourceNotFoundException* | *NoSuchBucket* | *"does not exist"* | *"Not Found"*) return 1 ;;
    *) echo "$said" >&2; exit 1 ;;
  esac
}

delete_bucket() {
  if unless_gone aws s3api head-bucket --bucket "$1" --expected-bucket-owner "$account"; then
    aws s3 rb --force "s3://$1" >/dev/null
  fi
}

delete_stack "$name"
delete_bucket "$zips"
echo "the stack $name is deleted"
if [ "${2:-}" != delete ]; then
  echo "kept in the stack $name-data: the table $name, the secrets $name, $name-links and $name-offers, and the archive $archive"
  exit 0
fi
# The stack keeps what is in it, so each goes by its name.
if [ "$(status_of "$name-data")" != NONE ]; then
  aws cloudformation update-termination-protection --stack-name "$name-data" --no-enable-termination-protection >/dev/null
  delete_stack "$name-data"
fi
if unless_gone aws dynamodb describe-table --table-name "$name"; then
  if [ "$(aws dynamodb describe-table --table-name "$name" --query Table.DeletionProtectionEnabled --output text)" = True ]; then
    aws dynamodb update-table --table-name "$name" --no-deletion-protection-enabled >/dev/null
    aws dynamodb wait table-exists --table-name "$name"
  fi
  aws dynamodb delete-table --table-name "$name" >/dev/null
  aws dynamodb wait table-not-exists --table-name "$name"
fi
for secret in "$name" "$name-links" "$name-offers"; do
  unless_gone aws secretsmanager delete-secret --secret-id "$secret" --force-delete-without-recovery || continue
  # Its name is free a moment later, and the next deployment needs it.
  for _ in {1..60}; do
    unless_gone aws secretsmanager describe-secret --secret-id "$secret" || break
    sleep 1
  done
done
delete_bucket "$archive"
echo "the table $name, the secrets $name, $name-links and $name-offers, and the archive $archive are deleted"
