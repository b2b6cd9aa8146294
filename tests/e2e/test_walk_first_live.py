"""docs/first-live-campaign.md, step by step: its own commands, taken out of the page, against the local AWS.

What differs from an AWS account is said here and nowhere else: LOCAL is what the local AWS cannot make, functions are the
programs of this machine, and nothing answers for DNS.
"""

import os
import re
import shutil

import pytest
from cloud import RELEASE, ROOT, WORK

PAGE = ROOT / "docs" / "first-live-campaign.md"
KOREAN = ROOT / "docs" / "first-live-campaign.ko.md"
LOCAL = "ArchiveDays=0 Alarms=no"
# What the page exports.
REGION = "ap-northeast-2"
# What only prepares the shell holds for all that follows.
PREPARES = re.compile(r"^(export|alias) ")
# In place of programs that would build anew what the test has built.
STANDINS = {
    "cargo": 'while [ "$1" != -- ]; do shift; done; shift; exec target/release/rekindle "$@"',
    "make": f'exec {shutil.which("make")} -o artifacts "$@"',
}


def blocks(page):
    """The shell blocks of a page, without comments."""
    found = re.findall(r"^```sh\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)
    return [re.sub(r"[ ]+#.*$", "", block, flags=re.MULTILINE) for block in found]


def test_both_languages_say_the_same_commands():
    english, korean = blocks(PAGE), blocks(KOREAN)
    assert len(english) == 5
    assert [block.replace('\\"locale\\":\\"en\\"', '\\"locale\\":\\"ko\\"') for block in english] == korean


class Walk:
    """A clone in which the page's commands are run as they stand."""

    def __init__(self, cloud):
        self.cloud, self.blocks = cloud, blocks(PAGE)
        self.prepared = "shopt -s expand_aliases\nset -euo pipefail\n"
        self.folder = cloud.layout()
        shutil.copy(ROOT / "Makefile", self.folder)
        shutil.copytree(ROOT / "campaigns", self.folder / "campaigns", dirs_exist_ok=True)
        (self.folder / "target" / "release").mkdir(parents=True, exist_ok=True)
        program = self.folder / "target" / "release" / "rekindle"
        program.unlink(missing_ok=True)
        program.symlink_to(RELEASE / "rekindle")
        for name, does in STANDINS.items():
            (WORK / "bin" / name).write_text(f"#!/bin/sh\n{does}\n")
            (WORK / "bin" / name).chmod(0o755)

    def step(self, number, check=True):
        """Runs the block of a step; gives what it prints."""
        lines = self.blocks[number - 1].replace('PARAMETERS="', f'PARAMETERS="{LOCAL} ')
        said = self.cloud.run(["bash", "-c", self.prepared + lines], check=check, cwd=self.folder)
        self.prepared += "".join(line + "\n" for line in lines.splitlines() if PREPARES.match(line))
        return said


@pytest.fixture(scope="module")
def walk(cloud):
    """The page, walked from its beginning by the tests below, in their order."""
    walk = Walk(cloud)
    yield walk
    for name in STANDINS:
        os.remove(WORK / "bin" / name)


def test_a_domain_is_made_an_identity(walk):
    # MiniStack's SES has no MAIL FROM domains.
    said = walk.step(1, check=False)
    assert "Tokens" in said, said


def test_the_campaigns_are_validated_and_previewed(walk):
    walk.step(2)
    written = list((walk.folder / "preview").rglob("*.html"))
    assert any("welcome" in str(path) for path in written), written


def test_the_stage_is_deployed(walk):
    said = walk.step(3)
    assert re.search(r"^Bus\s+rekindle-dev$", said, re.MULTILINE) and re.search(r"^Table\s+rekindle-dev$", said, re.MULTILINE), said
    walk.cloud.mend(REGION)


def test_the_campaigns_are_published_and_the_doctor_says_what_is_missing(walk):
    said = walk.step(4, check=False)
    assert "publication 1 is live" in said, said
    assert re.search(r"^ok +there are credentials", said, re.MULTILINE) and re.search(r"^ok +campaigns are published in rekindle-dev", said, re.MULTILINE), said


def test_a_customer_signs_up_and_is_welcomed(walk):
    walk.step(5, check=False)
    show = walk.blocks[4].splitlines()[-1]
    look = lambda: walk.cloud.run(["bash", "-c", walk.prepared + "\n" + show], check=False, cwd=walk.folder)
    # At night the mail waits for the morning, and the journal says so.
    said = walk.cloud.until("the journal", lambda: "welcome" in (said := look()) and said)
    assert "you@shop.example" in said or walk.cloud.mails("you@shop.example"), said


def test_the_stage_is_destroyed_as_the_page_ends(walk):
    assert "`make destroy STAGE=dev`" in PAGE.read_text() and "`DATA=delete`" in PAGE.read_text()
    walk.cloud.run(["bash", "-c", walk.prepared + "make destroy STAGE=dev DATA=delete"], cwd=walk.folder)
