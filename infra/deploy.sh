#!/usr/bin/env bash
# Deploys one stage: infra/deploy.sh STAGE [Parameter=value ...]. Needs the zips of `make artifacts` and AWS credentials.
#
# First the stack of what is kept (data.yaml), then the stack of what runs (template.yaml), which is told what the first one
# made. A parameter that is not given keeps the value it has. A deployment that fails is rolled back by CloudFormation, so
# the stage goes on as it was; one that changes nothing ends well without touching anything. A first one that failed has
# left nothing in use, and is deleted by the next before that begins.
set -euo pipefail
cd "$(dirname "$0")"
stage=${1:?usage: infra/deploy.sh STAGE [Parameter=value ...]}
shift
. ./aws.sh
name=rekindle-$stage
bucket=$name-artifacts-$account-$region

# Zips wait here for CloudFormation. The bucket's name can be guessed, so it is used only where it is this account's own.
artifacts_bucket() {
  if ! aws s3api head-bucket --bucket "$bucket" --expected-bucket-owner "$account" >/dev/null 2>&1; then
    if [ "$region" = us-east-1 ]; then
      aws s3api create-bucket --bucket "$bucket" >/dev/null
    else
      aws s3api create-bucket --bucket "$bucket" --create-bucket-configuration "LocationConstraint=$region" >/dev/null
    fi
    aws s3api head-bucket --bucket "$bucket" --expected-bucket-owner "$account" >/dev/null
    aws s3api put-public-access-block --bucket "$bucket" --expected-bucket-owner "$account" --public-access-block-configuration \
      BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true
    local all="\"arn:aws:s3:::$bucket\",\"arn:aws:s3:::$bucket/*\""
    case $region in cn-*) all=${all//arn:aws:/arn:aws-cn:} ;; us-gov-*) all=${all//arn:aws:/arn:aws-us-gov:} ;; esac
    aws s3api put-bucket-policy --bucket "$bucket" --expected-bucket-owner "$account" --policy \
      "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"s3:*\",\"Resource\":[$all],\"Condition\":{\"Bool\":{\"aws:SecureTransport\":\"false\"}}}]}"
    aws s3api put-bucket-lifecycle-configuration --bucket "$bucket" --expected-bucket-owner "$account" --lifecycle-configuration \
      '{"Rules":[{"ID":"remains","Status":"Enabled","Filter":{"Prefix":""},"AbortIncompleteMultipartUpload":{"DaysAfterInitiation":1}}]}' \
      >/dev/null
  fi
}

# `aws cloudformation deploy` can only update what was ever complete: what never was, and holds nothing, goes first.
make_room() {
  local status
  status=$(status_of "$1")
  case $status in
    ROLLBACK_COMPLETE | REVIEW_IN_PROGRESS)
      echo "the first deployment of $1 failed; it is deleted and made again" >&2
      delete_stack "$1"
      ;;
    ROLLBACK_FAILED | DELETE_FAILED)
      # Of the stack of what runs nothing is kept, so it may be deleted however far it came.
      [ "$1" = "$name" ] || { echo "$1 is in $status; look at it in the CloudFormation console, or delete the stage with its data: infra/destroy.sh $stage delete" >&2; exit 1; }
      delete_stack "$1"
      ;;
  esac
}

# What failed is told at once.
failed() {
  aws cloudformation describe-stack-events --stack-name "$1" --output text \
    --query 'StackEvents[?ends_with(ResourceStatus, `FAILED`)].[LogicalResourceId,ResourceStatusReason]' >&2
  exit 1
}

output() {
  aws cloudformation describe-stacks --stack-name "$1" --query 'Stacks[0].Outputs[].[OutputKey,OutputValue]' --output text
}

# What earlier deployments of this stage uploaded and this one does not name: CloudFormation would go back to what is
# deployed now, and to nothing before it.
forget_old_uploads() {
  local key
  aws s3api list-objects-v2 --bucket "$bucket" --expected-bucket-owner "$account" --prefix "$stage/" \
    --query 'Contents[].Key' --output text | tr '\t' '\n' | while read -r key; do
    case $key in
      "$stage"/*) grep -qF "$key" "$packaged" || aws s3api delete-object --bucket "$bucket" --expected-bucket-owner "$account" --key "$key" >/dev/null ;;
    esac
  done
}

artifacts_bucket
packaged=$(mktemp)
trap 'rm -f "$packaged"' EXIT
aws cloudformation package --template-file template.yaml --s3-bucket "$bucket" --s3-prefix "$stage" \
  --output-template-file "$packaged" >/dev/null

make_room "$name-data"
aws cloudformation deploy --template-file data.yaml --stack-name "$name-data" --no-fail-on-empty-changeset \
  --tags "rekindle=$stage" --parameter-overrides "Stage=$stage" || failed "$name-data"
aws cloudformation update-termination-protection --stack-name "$name-data" --enable-termination-protection >/dev/null
kept=()
while IFS=$'\t' read -r key value; do kept+=("$key=$value"); done < <(output "$name-data")

make_room "$name"
aws cloudformation deploy --template-file "$packaged" --stack-name "$name" \
  --s3-bucket "$bucket" --s3-prefix "$stage" --capabilities CAPABILITY_IAM CAPABILITY_AUTO_EXPAND \
  --no-fail-on-empty-changeset --tags "rekindle=$stage" --parameter-overrides "Stage=$stage" "${kept[@]}" "$@" || failed "$name"
forget_old_uploads
output "$name"
