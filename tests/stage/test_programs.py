"""What the functions are built with, and what the command."""

import json
import os
import subprocess

from conftest import INFRA

ROOT = INFRA.parent
# What a person's machine needs to sign in, and no function.
SIGN_ON = {"aws-sdk-sso", "aws-sdk-ssooidc", "aws-sdk-signin"}


def crates(*packages):
    """The crates that these packages are built from, built together as the Makefile does.

    `cargo tree` joins the features of the whole workspace; what a build would compile is its unit graph.
    """
    named = [part for package in packages for part in ("--package", package)]
    command = ["cargo", "build", "--locked", "--profile", "lambda", "--unit-graph", "-Z", "unstable-options", *named]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "RUSTC_BOOTSTRAP": "1"}, capture_output=True, text=True, check=True)
    units = json.loads(done.stdout)["units"]
    return {unit["pkg_id"].rpartition("/")[2].replace("@", "#").split("#")[-2] for unit in units if "@" in unit["pkg_id"]}


def test_no_function_is_built_with_what_only_a_person_signs_in_with():
    functions = sorted(f"rekindle-{path.parent.name}" for path in (ROOT / "functions").glob("*/Cargo.toml"))
    together = crates(*functions)
    assert "aws-sdk-dynamodb" in together and not SIGN_ON & together
    for function in functions:
        assert not SIGN_ON & crates(function), function
    # The control: the command has them.
    assert SIGN_ON <= crates("rekindle")
