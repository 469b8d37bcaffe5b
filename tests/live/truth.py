"""What the engine does with a case: the only source of expectations.

What it is: builds a case, starts it, and says what happened in oakum's terms.

Invariants: an answer is made of what was observed (the build's end, docker inspect,
the probe's line) and of nothing else. When a build or a start fails, the engine's own
words must name the user, the group or USER; otherwise the case itself is wrong
("invalid"), which the test reports as a failure of the case, never as an answer.

    truth = Truth.observe(engine, case, probe_path)
    truth.verdict    "root", "user", "drops", "broken" or "invalid"
"""

import dataclasses
import json
import re
import shutil
import subprocess
import tempfile

RUN_SECONDS = 90
ROOT, USER, DROPS, BROKEN, INVALID = "root", "user", "drops", "broken", "invalid"

# The engine's complaints about USER, in either builder's and in runc's words.
ABOUT_USER = re.compile(
    r"unable to find (user|group)|no matching entries in (passwd|group) file"
    r"|uids and gids must be in range|[Uu][Ss][Ee][Rr] requires exactly one argument"
    r"|invalid (user|group|uid|gid)|linux spec user|failed to get user"
    r"|user blank|USER .*(bad substitution|syntax error|unsupported modifier)"
    r"|[Uu]nable to (set ?up|setup) user|failed to process \"?[^\n]*USER"
    r"|strconv.* value out of range|dockerfile parse error .*(user|USER)", re.I)


@dataclasses.dataclass
class Truth:
    """One case as the engine did it. The ids are those of the command in the end, after
    whatever the entrypoint does. `groups` has the primary group too: whether it is
    repeated among the supplementary ones is the engine's habit."""
    verdict: str
    stage: str = "run"
    message: str = ""
    config_user: str | None = None
    uid: int | None = None
    gid: int | None = None
    groups: tuple = ()
    first: dict | None = None
    last: dict | None = None

    @classmethod
    def observe(cls, engine, case, probe_path):
        """Builds and runs the case."""
        tag = "case/" + re.sub(r"[^a-z0-9]+", "-", case.name.lower()).strip("-")
        failure = _build(engine, case, probe_path, tag)
        if failure is not None:
            return cls._failed("build", failure)
        config_user = engine.docker("image", "inspect", "--format", "{{.Config.User}}",
                                    tag, check=True).stdout.rstrip("\n")
        first, failure = _run(engine, tag, "--entrypoint", "/probe")
        if failure is not None:
            return cls._failed("start", failure, config_user)
        last = first
        if case.entrypoint:
            last, failure = _run(engine, tag)
            if failure is not None:
                return cls(INVALID, "entrypoint", failure, config_user, first=first)
        return cls._ran(first, last, config_user)

    @classmethod
    def _failed(cls, stage, message, config_user=None):
        verdict = BROKEN if ABOUT_USER.search(message) else INVALID
        return cls(verdict, stage, message, config_user)

    @classmethod
    def _ran(cls, first, last, config_user):
        verdict = USER if 0 not in first["uid"] else ROOT if 0 in last["uid"] else DROPS
        return cls(verdict, config_user=config_user, uid=last["uid"][1],
                   gid=last["gid"][1], first=first, last=last,
                   groups=tuple(sorted({last["gid"][1], *last["groups"]})))

    def as_dict(self):
        """For saving as JSON."""
        return dataclasses.asdict(self)


def _build(engine, case, probe_path, tag):
    """Builds; None, or the end of what the builder said."""
    with tempfile.TemporaryDirectory(prefix="oakum-case.") as context:
        case.write(context)
        shutil.copy(probe_path, f"{context}/probe")
        words = ["build", "--network", "none", "--tag", tag]
        if case.builder == "buildkit":
            words += ["--progress", "plain"]
        for arg in case.args:
            words += ["--build-arg", arg]
        if case.target:
            words += ["--target", case.target]
        done = engine.docker(*words, context, buildkit=case.builder == "buildkit")
    return None if done.returncode == 0 else _tail(done)


def _run(engine, tag, *options):
    """Runs the image; (the probe's facts, None) or (None, what went wrong)."""
    name = tag.replace("/", "-")
    try:
        done = engine.docker("run", "--rm", "--network", "none", "--name", name,
                             *options, tag, timeout=RUN_SECONDS)
    except subprocess.TimeoutExpired:
        engine.docker("rm", "--force", name)
        return None, f"did not end in {RUN_SECONDS} seconds"
    lines = done.stdout.strip().splitlines()
    if done.returncode == 0 and lines:
        try:
            return json.loads(lines[-1]), None
        except ValueError:
            pass
    return None, f"exit {done.returncode}: {_tail(done)}"


def _tail(done):
    """The end of the output, shorn of what differs from run to run."""
    lines = [line for line in (done.stdout + "\n" + done.stderr).splitlines()
             if line.strip() and "See 'docker run --help'" not in line]
    text = " | ".join(line.strip() for line in lines[-4:])
    return re.sub(r"sha256:[0-9a-f]{64}|\b[0-9a-f]{12}\b", "ID", text)[-600:]
