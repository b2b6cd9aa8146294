"""Builds every function for arm64 without Docker, and makes zips that are the same on every machine.

Prints what each weighs against the budget, and refuses what is not a 64-bit ARM program. A function over the budget is
said and deployed all the same: it starts some milliseconds later, and that is no reason to keep a mended one back.
Usage: artifacts.py BUILD_BIN FUNCTION...
"""

import hashlib
import os
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = "aarch64-unknown-linux-gnu"
BUDGET = 3 * 1024 * 1024
AARCH64 = 183


def build(tools, names):
    """Cross-compiles all functions in one go, so that they share what they depend on."""
    home = os.environ.get("CARGO_HOME", str(Path.home() / ".cargo"))
    # Panic messages hold paths of sources: the same on every machine, they make the same program.
    remap = [f"--remap-path-prefix={home}=/cargo", f"--remap-path-prefix={ROOT}=/rekindle"]
    environment = {
        **os.environ,
        "PATH": f"{tools}:{os.environ['PATH']}",
        "CARGO_ENCODED_RUSTFLAGS": "\x1f".join(remap),
        # A source of entropy beside the kernel's and the processor's, which costs 24 ms of every cold start.
        "AWS_LC_SYS_NO_JITTER_ENTROPY": "1",
    }
    packages = [part for name in names for part in ("--package", f"rekindle-{name}")]
    command = ["cargo", "lambda", "build", "--profile", "lambda", "--target", TARGET, "--locked", *packages]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def is_aarch64(program):
    """Whether it is a 64-bit little-endian ELF program for ARM."""
    return program[:6] == b"\x7fELF\x02\x01" and struct.unpack_from("<H", program, 18)[0] == AARCH64


def pack(name):
    """Zips a program with a fixed time and gives the zip's path."""
    folder = ROOT / "target" / "lambda" / name
    program = (folder / "bootstrap").read_bytes()
    if not is_aarch64(program):
        raise SystemExit(f"{folder / 'bootstrap'} is no program for {TARGET}")
    entry = zipfile.ZipInfo("bootstrap", (1980, 1, 1, 0, 0, 0))
    entry.create_system, entry.external_attr, entry.compress_type = 3, 0o755 << 16, zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(folder / "bootstrap.zip", "w", compresslevel=9) as archive:
        archive.writestr(entry, program)
    return folder / "bootstrap.zip"


def main():
    names = sorted(sys.argv[2:])
    # The red control of the check below: this machine's own program, unless it is an ARM machine.
    host = Path(sys.executable).resolve().read_bytes()
    assert os.uname().machine == "aarch64" or not is_aarch64(host), "the check of architectures cannot fail"
    build(sys.argv[1], names)
    for name in names:
        archive = pack(name)
        size, digest = archive.stat().st_size, hashlib.sha256(archive.read_bytes()).hexdigest()
        over = f"  over the budget by {(size - BUDGET) / 1024 / 1024:.2f}" if size > BUDGET else ""
        print(f"{name:<10} {size / 1024 / 1024:5.2f} MB of {BUDGET / 1024 / 1024:.0f}  sha256 {digest}{over}")


main()
