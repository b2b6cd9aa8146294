# Sourced by deploy.sh and destroy.sh: the tool, the region and the account are known before anything is done.

# `aws logs tail` of the runbooks, profiles of `aws login` and the region of AWS_REGION are known to version 2 alone.
version=$(aws --version 2>&1) || { echo "the AWS CLI is missing; install version 2 (docs.aws.amazon.com/cli)" >&2; exit 1; }
case $version in
  aws-cli/2.*) ;;
  *) echo "this is $version; install version 2 of the AWS CLI (docs.aws.amazon.com/cli)" >&2; exit 1 ;;
esac
# A pager would wait for somebody to press q.
export AWS_PAGER=""
region=${AWS_REGION:-${AWS_DEFAULT_REGION:-$(aws configure get region || true)}}
[ -n "$region" ] || { echo "which region? export AWS_REGION, or put one into the profile (aws configure set region ...)" >&2; exit 1; }
# Both: each is read by other programs.
export AWS_REGION=$region AWS_DEFAULT_REGION=$region
account=$(aws sts get-caller-identity --query Account --output text) || {
  echo "the credentials of this shell do not work; \`aws sts get-caller-identity\` must answer" >&2
  exit 1
}

# The status of a stack; `NONE` where there is none.
status_of() {
  local found
  if found=$(aws cloudformation describe-stacks --stack-name "$1" --query 'Stacks[0].StackStatus' --output text 2>&1); then
    echo "$found"
  else
    case $found in
      *"does not exist"*) echo NONE ;;
      *) echo "$found" >&2; return 1 ;;
    esac
  fi
}

# Deletes a stack, with what it does not keep, and waits; nothing where there is none.
delete_stack() {
  [ "$(status_of "$1")" != NONE ] || return 0
  aws cloudformation delete-stack --stack-name "$1"
  aws cloudformation wait stack-delete-complete --stack-name "$1"
}
