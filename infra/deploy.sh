#!/usr/bin/env bash
# Deploys one stage: infra/deploy.sh STAGE [Parameter=value ...]. Needs the zips of `make artifacts` and AWS credentials.
#
# A parameter that is not given keeps the value it has. A deployment that fails is rolled back by CloudFormation, so the
# stage goes on as it was; one that changes nothing ends well without touching anything.
set -euo pipefail
cd "$(dirname "$0")"
stage=${1:?usage: infra/deploy.sh STAGE [Parameter=value ...]}
shift
region=${AWS_REGION:-${AWS_DEFAULT_REGION:-$(aws configure get region)}}
account=$(aws sts get-caller-identity --query Account --output text)
bucket=rekindle-artifacts-$account-$region

# Zips wait here for CloudFormation; a bucket per account and region serves all stages.
if ! aws s3api head-bucket --bucket "$bucket" 2>/dev/null; then
  if [ "$region" = us-east-1 ]; then
    aws s3api create-bucket --bucket "$bucket" >/dev/null
  else
    aws s3api create-bucket --bucket "$bucket" --create-bucket-configuration "LocationConstraint=$region" >/dev/null
  fi
  aws s3api put-public-access-block --bucket "$bucket" --public-access-block-configuration \
    BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true
fi

packaged=$(mktemp)
trap 'rm -f "$packaged"' EXIT
aws cloudformation package --template-file template.yaml --s3-bucket "$bucket" --s3-prefix "$stage" \
  --output-template-file "$packaged" >/dev/null
# What failed is told at once; a new stack that failed is empty, and the next deployment replaces it.
failed() {
  aws cloudformation describe-stack-events --stack-name "rekindle-$stage" --output text \
    --query 'StackEvents[?ends_with(ResourceStatus, `FAILED`)].[LogicalResourceId,ResourceStatusReason]' >&2
  exit 1
}
aws cloudformation deploy --template-file "$packaged" --stack-name "rekindle-$stage" \
  --s3-bucket "$bucket" --s3-prefix "$stage" --capabilities CAPABILITY_IAM CAPABILITY_AUTO_EXPAND \
  --no-fail-on-empty-changeset --tags "rekindle=$stage" --parameter-overrides "Stage=$stage" "$@" || failed
aws cloudformation describe-stacks --stack-name "rekindle-$stage" \
  --query 'Stacks[0].Outputs[].[OutputKey,OutputValue]' --output text
