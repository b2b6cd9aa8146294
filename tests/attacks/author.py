"""Somebody whose workspace is read: a pull request, a download. Whatever it holds, `validate` comes to an end, reads nothing else
than the folder, says nothing to the terminal but words, and needs little."""

import os
import resource
import shutil
import subprocess

from system import SCRATCH, TALLY, binary, check, workspace, write

SECONDS, BYTES = 20, 1_500_000_000
CANARY = "CANARY-of-another-file"
HEAD = "name: X\npurpose: marketing\ntrigger: manual\n"


def bounded():
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))


def validated(folder):
    """How `validate` ended, and all that it said; None where it had to be ended."""
    command = [binary(), "validate", folder]
    try:
        done = subprocess.run(command, capture_output=True, timeout=20 * SECONDS, preexec_fn=bounded, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return None, ""
    return done.returncode, (done.stdout + done.stderr).decode(errors="replace")


def links(folder, outside):
    """What may lie in a folder beside files, and should never be read, or never end."""
    yield "two links to the folder itself", lambda: [os.symlink(".", f"{folder}/a"), os.symlink(".", f"{folder}/b")]
    yield "a link to the folder above", lambda: os.symlink("..", f"{folder}/up")
    yield "a link to /", lambda: os.symlink("/", f"{folder}/root")
    yield "a link to a file outside", lambda: os.symlink(outside, f"{folder}/welcome/x.yaml")
    yield "a campaign that is a link to a file outside", lambda: [os.mkdir(f"{folder}/c"), os.symlink(outside, f"{folder}/c/campaign.yaml")]
    yield "a mail that is a link to a file outside", lambda: os.symlink(outside, f"{folder}/welcome/x.mjml")
    yield "a link through a link", lambda: [os.symlink(outside, f"{folder}/.x"), os.symlink(".x", f"{folder}/x.yaml")]
    yield "the accounts of the machine", lambda: os.symlink("/etc/passwd", f"{folder}/x.yaml")
    yield "a link to /dev/zero", lambda: os.symlink("/dev/zero", f"{folder}/x.yaml")
    yield "a link to /dev/stdin", lambda: os.symlink("/dev/stdin", f"{folder}/x.yaml")
    yield "a link to /proc/self/environ", lambda: os.symlink("/proc/self/environ", f"{folder}/x.yaml")
    yield "a link to nowhere", lambda: os.symlink("nowhere", f"{folder}/x.yaml")
    yield "a link to itself", lambda: os.symlink("x.yaml", f"{folder}/x.yaml")
    yield "a pipe", lambda: os.mkfifo(f"{folder}/x.yaml")
    yield "a folder named as a file", lambda: os.mkdir(f"{folder}/x.yaml")
    yield "a sparse file of a terabyte", lambda: os.truncate(os.open(f"{folder}/x.yaml", os.O_CREAT | os.O_WRONLY), 1 << 40)
    yield "folders 200 deep", lambda: os.makedirs(f"{folder}/" + "d/" * 200)
    yield "30,000 files", lambda: [open(f"{folder}/welcome/{n}.txt", "w").close() for n in range(30_000)]
    yield "a file that may not be read", lambda: [write(f"{folder}/x.yaml", "a: 1"), os.chmod(f"{folder}/x.yaml", 0)]


TEXTS = {
    "a NUL": "a: \0\n", "no UTF-8": "a: \udcff\n", "another byte order": "\ufeffname: x\n", "only a comment": "#\n", "a number": "7\n", "a list": "- a\n",
    "a tag": "!!python/object/apply:os.system [id]\n", "two documents": "a: 1\n---\nb: 2\n", "an anchor of itself": "&a [*a]\n", "a merge": "<<: *x\n",
    "keys twice": HEAD + "name: Y\nsteps: []\n", "a key of a megabyte": f"{'k' * 1_000_000}: 1\n", "colours": "\u001b[31mred: 1\n", "turned writing": "\u202ename: x\n",
    "a number beyond numbers": HEAD + f"steps: [ {{ wait: {'9' * 400}d }} ]\n", "a wait of nothing": HEAD + "steps: [ { wait: 0d } ]\n",
    "an id of markup": HEAD + "steps: [ { id: '<script>', send: m } ]\n", "an id of a path": HEAD + "steps: [ { id: ../x, send: ../../etc/passwd } ]\n",
    "a mail outside": HEAD + "steps: [ { id: a, send: /etc/passwd } ]\n", "an expression without end": HEAD + f"audience: '{'(' * 5_000}'\nsteps: []\n",
}
BODIES = {
    "an include": "<mj-include path=\"/etc/passwd\" />", "a script": "<mj-text><script>alert(1)</script></mj-text>", "raw markup": "<mj-raw><iframe src=x></iframe></mj-raw>",
    "an entity": "<!DOCTYPE x [<!ENTITY y SYSTEM \"file:///etc/passwd\">]><mj-text>&y;</mj-text>", "a template of a file": "<mj-text>{% include '/etc/passwd' %}</mj-text>",
    "a template's inside": "<mj-text>{{ ''.__class__.__mro__ }}</mj-text>", "a template without end": "<mj-text>{% for a in range(99999999) %}{{ a }}{% endfor %}</mj-text>",
    "a link that is a script": "<mj-button href=\"javascript:alert(1)\">x</mj-button>", "a link that is data": "<mj-button href=\"data:text/html,x\">x</mj-button>", "depth": "<mj-section>" * 3_000,
}


def workspaces():
    """Hostile folders, one `validate` each."""
    TALLY.begin("workspaces")
    outside = os.path.join(SCRATCH, "outside.yaml")
    write(outside, f"{CANARY}: {CANARY}\n")
    folder = os.path.join(SCRATCH, "hostile")

    def held(what, lay):
        shutil.rmtree(folder, ignore_errors=True)
        workspace(folder)
        lay()
        code, said = validated(folder)
        fine = code in (0, 1) and CANARY not in said and "root:" not in said and "\u001b" not in said and "\u202e" not in said and "panicked" not in said
        check(what, fine, (code, said[-300:]))

    for what, lay in links(folder, outside):
        held(what, lay)
    for what, text in TEXTS.items():
        held(f"a campaign: {what}", lambda text=text: write(f"{folder}/c/campaign.yaml", text))
        held(f"the workspace: {what}", lambda text=text: write(f"{folder}/workspace.yaml", text))
    for what, body in BODIES.items():
        mail = f"---\nsubject: hi\npreheader: hi\n---\n<mj-section><mj-column>{body}</mj-column></mj-section>\n"
        held(f"a mail: {what}", lambda mail=mail: [write(f"{folder}/c/campaign.yaml", HEAD + "steps: [ { id: s, send: m } ]\n"), write(f"{folder}/c/m.mjml", mail)])
    for name in ["\u001b[2J", "a\nb", "\u202efdp", "-rf", "a b", "\udcff", "x" * 250]:
        held(f"a folder named {name!r}", lambda name=name: write(f"{folder}/{name}/campaign.yaml", HEAD + "steps: [ { x: 1 } ]\n"))
    shutil.rmtree(folder, ignore_errors=True)
