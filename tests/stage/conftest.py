"""A stand-in for the AWS CLI that writes down what it is asked and answers as told: what the scripts do, and in which order."""

import json
import os
import stat
import subprocess
from pathlib import Path

import pytest

INFRA = Path(__file__).resolve().parents[2] / "infra"
ACCOUNT = "111122223333"
PROGRAM = '''#!/usr/bin/env -S python3 -S -E
import json, os, sys
folder, arguments = os.environ["STUB"], sys.argv[1:]
with open(folder + "/calls", "a") as calls:
    calls.write(json.dumps({"arguments": arguments, "region": [os.environ.get(n) for n in ("AWS_REGION", "AWS_DEFAULT_REGION")]}) + "\\n")
text = " ".join(arguments)
for begins, code, says in json.load(open(folder + "/answers")):
    if text.startswith(begins):
        if code == "once":
            if os.path.exists(folder + "/once"):
                continue
            open(folder + "/once", "w").close()
            code = 254
        print(says, file=sys.stderr if code else sys.stdout)
        sys.exit(code)
'''
OUTPUTS = "\n".join(
    f"{key}\tthe-{key.lower()}"
    for key in ("People", "PeopleArn", "PeopleStreamArn", "HashSecret", "LinkSecret", "OfferKey", "ArchiveBucketArn")
)


class Shell:
    """Runs a script with the stand-in before everything else in the path."""

    def __init__(self, folder):
        self.folder = folder
        program = folder / "aws"
        program.write_text(PROGRAM)
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

    def run(self, script, *arguments, answers=(), environment=None):
        """Gives the exit code, what was said, and the calls, each as one line.

        The first answer that fits is given. Its exit code may be "once": it fails, and does not fit any more.
        """
        usual = [
            ["--version", 0, "aws-cli/2.31.0 Python/3.13.7 Linux/6.8"],
            ["sts get-caller-identity", 0, ACCOUNT],
            ["secretsmanager describe-secret", 254, "ResourceNotFoundException: gone"],
            ["configure get region", 0, "eu-west-1"],
        ]
        (self.folder / "answers").write_text(json.dumps([*map(list, answers), *usual]))
        for name in ("calls", "once"):
            (self.folder / name).unlink(missing_ok=True)
        clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        clean |= {"PATH": f"{self.folder}:{os.environ['PATH']}", "STUB": str(self.folder), **(environment or {})}
        command = [str(INFRA / script), *arguments]
        done = subprocess.run(command, env=clean, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        lines = (self.folder / "calls").read_text().splitlines() if (self.folder / "calls").exists() else []
        self.regions = [json.loads(line)["region"] for line in lines]
        return done.returncode, done.stdout + done.stderr, [" ".join(json.loads(line)["arguments"]) for line in lines]


@pytest.fixture
def shell(tmp_path):
    """A shell with the stand-in."""
    return Shell(tmp_path)
