"""A careless operator and a chaotic machine: folders of somebody else, commands for another system, files that are not whole."""

import os
import re
import shutil
import sqlite3
import socket


from system import SCRATCH, TALLY, Dev, check, cli, signed_up, workspace, write

ORDERS = os.path.join(SCRATCH, "orders.csv")


def small_demo(*arguments, **more):
    write(ORDERS, "customer_id,date,amount\nann,2026-01-02,10000\nbob,2026-01-20,22000\n")
    return cli("demo", "--orders", ORDERS, *arguments, **more)


def demos():
    """`demo` deletes nothing that it did not make."""
    TALLY.begin("folders of somebody else")
    outside = workspace(os.path.join(SCRATCH, "demo-campaigns"))
    mark = '{"rekindle":"something of mine","format":1,"made_by":"demo"}'
    for what, files in {
        "a project": {}, "a project with a file named demo": {"demo": "mine"}, "a project with a folder named demo": {"demo/x": "mine"},
        "a project with files named as ours": {"secret": "mine", "clock": "mine", "local.db": "mine", "lock": "mine", "archive/2026-01-01.jsonl": "mine"},
        "a project with a mark of its own": {"rekindle.json": mark}, "a project with an empty mark": {"rekindle.json": ""},
    }.items():
        project = os.path.join(SCRATCH, "project")
        shutil.rmtree(project, ignore_errors=True)
        files = {**files, "important.txt": "years of work", "src/main.rs": "x"}
        for name, text in files.items():
            write(os.path.join(project, name), text)
        for command in (lambda: small_demo("--campaigns", outside, "--state", ".", cwd=project), lambda: small_demo("--campaigns", outside, "--state", project)):
            code, out, err = command()
            left = {name: open(os.path.join(project, name)).read() for name in files if os.path.exists(os.path.join(project, name))}
            check(f"demo in {what}", code != 0 and left == files, (code, sorted(os.listdir(project)), err[-200:]))
    state = os.path.join(SCRATCH, "own-demo")
    code, _, err = small_demo("--campaigns", outside, "--state", state)
    write(f"{state}/notes.txt", "mine")
    write(f"{state}/archive/notes.txt", "mine")
    again, _, _ = small_demo("--campaigns", outside, "--state", state)
    check("a demo begins anew, and leaves what it did not make", code == again == 0 and os.path.exists(f"{state}/notes.txt") and os.path.exists(f"{state}/archive/notes.txt"), (code, again, err[-200:]))
    dev = Dev("of-dev")
    dev.stop()
    code, _, _ = small_demo("--campaigns", outside, "--state", dev.state)
    check("a demo removes nothing of a dev", code != 0 and os.path.exists(f"{dev.state}/tables.db"), code)
    first = Dev("busy", state=state)
    code, _, _ = small_demo("--campaigns", outside, "--state", state)
    check("a demo in a folder that is in use", code != 0, code)
    first.stop()


def systems():
    """A command for one system never reaches another, and finds its own without being told where."""
    TALLY.begin("commands for another system")
    a, b = Dev("a"), Dev("b")
    a.put([signed_up("ann", "ann@example.com")])
    b.put([signed_up("bea", "bea@example.com")])
    a.quiet()
    b.quiet()
    only = os.path.join(SCRATCH, "only-welcome")
    os.makedirs(only)
    shutil.copy(f"{a.campaigns}/workspace.yaml", only)
    for folder in ("layouts", "welcome"):
        shutil.copytree(f"{a.campaigns}/{folder}", f"{only}/{folder}")
    people = os.path.join(SCRATCH, "people.jsonl")
    write(people, '{"id":"imp1","email":"imp@example.com","consent":{"marketing":true}}\n')
    history = b.cli("history")[1]
    commands = [
        ("pause", "welcome", "--reason", "x"), ("import", people, "--source", "s", "--as-of", "2026-01-01T00:00:00Z", "--yes"), ("erase", "ann", "--yes"), ("publish", only), ("person", "bea"),
        ("export", "bea"), ("consent", "bea"), ("stats", "welcome"), ("history",), ("audit",),
    ]
    for arguments in commands:
        code, out, err = cli(*arguments, "--state", a.state, "--endpoint", f"http://127.0.0.1:{b.aws}")
        check(f"{arguments[0]} for A by the address of B", code != 0 and "another system" in err, (code, (out + err)[-200:]))
    for arguments in [("person", "ann"), ("stats", "welcome"), ("history",), ("consent", "ann")]:
        code, out, err = a.cli(*arguments)
        check(f"{arguments[0]} finds A by its folder", code == 0, (code, err[-200:]))
    check("B has the history that it had", b.cli("history")[1] == history)
    check("B's people are B's", a.person("bea") is None and b.person("bea") is not None and b.person("imp1") is None)
    # An address that a process left which was killed, and whose port is now B's.
    a.kill()
    write(f"{a.state}/address.json", f'{{"aws":"http://127.0.0.1:{b.aws}","mailbox":"http://127.0.0.1:{b.mail}","process":1}}')
    code, out, err = a.cli("person", "ann")
    check("an address that was left is not believed", code == 0 and "ann@example.com" in out, (code, err[-200:]))
    mode = os.stat(a.state).st_mode & 0o777
    check("the state is for its owner only", mode & 0o077 == 0, oct(mode))
    b.stop()
    return a


def opened(a, what, harm):
    """Starts on a copy of a state that was harmed: whether that came to be, and what was said."""
    state = os.path.join(SCRATCH, re.sub(r"\W", "-", what), "state")
    shutil.copytree(a.state, state)
    harm(state)
    dev = Dev(os.path.basename(os.path.dirname(state)), campaigns=a.campaigns, state=state, must=False)
    said = dev.text()
    dev.stop()
    return dev.ready, said


def harmed(a):
    """A state that is not whole is refused with its cause, and never gone on with under another secret."""
    TALLY.begin("states that are not whole")

    def cut_secret(state):
        os.truncate(f"{state}/secret", 31)

    def spoil(name):
        def act(state):
            with open(f"{state}/{name}", "r+b") as file:
                file.seek(4096 * 3)
                file.write(os.urandom(40960))
        return act

    def drop_column(state):
        with sqlite3.connect(f"{state}/local.db") as database:
            database.execute("alter table messages drop column attributes")
        database.close()

    def newer(state):
        with open(f"{state}/rekindle.json") as file:
            text = file.read()
        write(f"{state}/rekindle.json", text.replace('"format":1', '"format":99'))

    for what, harm, words in [
        ("a secret that is cut", cut_secret, "31 bytes"), ("a secret that is gone", lambda state: os.remove(f"{state}/secret"), "is missing"),
        ("a database that is garbage", lambda state: write(f"{state}/local.db", "garbage" * 1000), "is damaged"), ("tables that are garbage", lambda state: write(f"{state}/tables.db", "garbage" * 1000), "is damaged"),
        ("a database of an older version", drop_column, "has no column"), ("a state of a newer version", newer, "a newer `rekindle`"), ("a clock that is no instant", lambda state: write(f"{state}/clock", "noon"), "is damaged"),
    ]:
        ready, said = opened(a, what, harm)
        remedy = any(helps in said for helps in ("--state", "use that one", "write the latest"))
        check(what, not ready and words in said and remedy, said[-300:])
    ready, said = opened(a, "tables that are spoilt", spoil("tables.db"))
    check("tables that are spoilt", "InternalServerError" not in said, said[-300:])


def starts(a):
    """What hinders a start is said before anything is made, and a clock that is ahead is gone on from."""
    TALLY.begin("starts")
    ready, said = opened(a, "a clock of 2036", lambda state: write(f"{state}/clock", "2036-01-01T00:00:00Z"))
    check("a clock of 2036", ready and "2036-" in said, said[-300:])
    for option in ("--port", "--mailbox"):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            state = os.path.join(SCRATCH, "never" + option)
            code, _, err = cli("dev", "--campaigns", a.campaigns, "--state", state, "--port", "0", "--mailbox", "0", option, str(taken.getsockname()[1]))
            check(f"{option} that is taken makes no folder", code != 0 and not os.path.exists(state), (code, err[-200:]))
