"""The cases of the effective-user test: Dockerfiles by the hundred, no answers.

What it is: four tables (base images, ways to make an account, forms of USER, stage
graphs), a deterministic choice of their combinations that covers pairs first, and a
list of shapes that are no combination: entrypoints that drop, ONBUILD, and the like.

Invariants: no case says what the engine will answer. What a case may say is that its
input cannot know: `unknowable` names the parts of an answer for which "unknown" is
fair. The same arguments give the same cases in the same order, and a shorter list is
a prefix of a longer one.

    for case in cases.generate(400):
        case.write(folder)
"""

import dataclasses
import json
import pathlib
import random
import shlex

import bases

BUILDERS = ("classic", "buildkit")
VERDICT = "verdict"
GROUP = "group"
SEED = 20

# How many combinations the greedy choice looks at before it takes the best one.
CANDIDATES = 120


@dataclasses.dataclass(frozen=True)
class Tool:
    """A way to make an account. The facts are for writing USER lines, nothing else:
    what the tool really makes is the engine's to say. `family` is "shell" for both
    families that have one, "any" for scratch too. `before` is text above the stage."""
    family: str
    lines: str
    name: str = "app"
    group: str = ""
    uid: str = "1234"
    gid: str = "2000"
    base: str = ""
    before: str = ""
    files: tuple = ()
    unknowable: frozenset = frozenset()


@dataclasses.dataclass(frozen=True)
class Form:
    """A form of USER: lines with {name} {group} {uid} {gid}; ARG lines that stand
    above the first FROM; build arguments. `numeric`: the uid does not depend on any
    account; `pair`: the gid neither. `open`: a value is left to whoever builds."""
    lines: str
    above: str = ""
    args: tuple = ()
    numeric: bool = False
    pair: bool = False
    open: bool = False


@dataclasses.dataclass(frozen=True)
class Case:
    """One Dockerfile with its context, and how it is built and run."""
    name: str
    base: str
    builder: str
    dockerfile: str
    files: tuple = ()
    target: str = ""
    args: tuple = ()
    entrypoint: bool = False
    unknowable: frozenset = frozenset()

    def write(self, folder):
        """Writes Dockerfile and context into an empty folder."""
        folder = pathlib.Path(folder)
        (folder / "Dockerfile").write_text(self.dockerfile)
        for name in self.files:
            path = folder / name
            path.write_text(FILES[name])
            path.chmod(0o755)


FILES = {
    "setup.sh": '#!/bin/sh\nset -e\nuseradd -u 1234 app\n',
    "setup-args.sh": '#!/bin/sh\nset -e\nname=$1\nuseradd -o -u "${2:-77}" "$name"\n',
    "setup-small.sh": '#!/bin/sh\nset -e\naddgroup -g 2000 team\n'
                      'adduser -D -H -u 1234 -G team app\n',
    "passwd": "root:x:0:0::/root:/bin/sh\napp:x:1234:2000::/:/bin/sh\n",
    "group": "root:x:0:\nteam:x:2000:\nops:x:2001:app\n",
    "who": "app\n",
    # Lines that a reader of passwd and group must get over: comment, blank line, too
    # few fields, blanks around, a name twice, no newline at the end.
    "passwd-odd": "# accounts\n\nroot:x:0:0::/root:/bin/sh\nshort:x:1700\n"
                  "app:x:1234:2000::/:/bin/sh\napp:x:1235:2001::/:/bin/sh\n"
                  " blank :x:1236:2000::/:/bin/sh\nbroken:x:many:2000::/:/bin/sh\n"
                  "last:x:1237:2001::/:/bin/sh",
    "group-odd": "root:x:0:\n#ops:x:2009:app\nops:x:2001:app, last\nops:x:2002:app\n"
                 "3000:x:2003:\nshort:x:2004\nmany:x:2005:last,app,app,",
    "entry-gosu.sh": '#!/bin/sh\nset -e\nexec gosu app "$@"\n',
    "entry-idiom.sh": '#!/bin/sh\nset -eu\n\nif [ "$(id -u)" = "0" ]; then\n'
                      '\tmkdir -p /var/data\n\tchown -R app /var/data\n'
                      '\texec gosu app "$0" "$@"\nfi\n\nexec "$@"\n',
    "entry-setpriv.sh": '#!/bin/sh\nexec setpriv --reuid=app --regid=data '
                        '--init-groups "$@"\n',
    "entry-child.sh": '#!/bin/sh\ngosu app "$@"\n',
    "entry-plain.sh": '#!/bin/sh\n# gosu is not used here any more\nset -e\n'
                      'exec "$@"\n',
    "entry-other.sh": '#!/bin/sh\nif [ "$1" = serve ]; then\n\texec gosu app "$@"\nfi\n'
                      'exec "$@"\n',
    "entry-variable.sh": '#!/bin/sh\nexec gosu "${RUN_AS:-app}" "$@"\n',
    "entry-optional.sh": '#!/bin/sh\nif [ -n "${RUN_AS:-}" ]; then\n'
                         '\texec gosu "$RUN_AS" "$@"\nfi\nexec "$@"\n',
    "entry-su.sh": '#!/bin/sh\nexec su app -s /bin/sh -c "$*"\n',
    "entry-function.sh": '#!/bin/sh\nmain() {\n\texec gosu app "$@"\n}\nmain "$@"\n',
    "entry-small.sh": '#!/bin/sh\nset -e\n[ "$(id -u)" != 0 ] || '
                      'exec setuidgid app "$0" "$@"\nexec "$@"\n',
}

TOOLS = {
    # Nothing is made; what the base has is used.
    "nobody": Tool("shell", "", "nobody", uid="65534", gid="65534"),
    "missing": Tool("any", "", "app"),
    "has-app": Tool("shell", "", "app", "data", "1500", "1601", base="accounts"),
    "has-svc": Tool("shell", "", "svc", "extra", "1501", "0", base="accounts"),
    "has-lost": Tool("shell", "", "lost", "app", "1502", "1999", base="accounts"),
    "has-toor": Tool("shell", "", "toor", "data", "1503", "0", base="accounts"),
    "has-twin": Tool("shell", "", "twin", "wheelish", "1500", "1600", base="accounts"),
    "has-4321": Tool("shell", "", "4321", "app", "1503", "1603", base="accounts"),
    # Debian's passwd package.
    "useradd": Tool("debian", "RUN useradd app", group="app", uid="1000", gid="1000"),
    "useradd-u": Tool("debian", "RUN useradd -u 1234 app", group="app", gid="1234"),
    "useradd-gG": Tool("debian", "RUN groupadd -g 2000 team && groupadd ops && \\\n"
                       "    useradd -u 1234 -g team -G ops,users app", group="ops"),
    "useradd-long": Tool("debian", "RUN groupadd --gid 2000 team && \\\n    useradd "
                         "--uid=1234 --gid 2000 --create-home --shell /bin/bash app",
                         group="team"),
    "useradd-r": Tool("debian", "RUN useradd -r app", group="app", uid="999",
                      gid="999"),
    "useradd-rmN": Tool("debian", "RUN useradd -rmN -d /srv/app "
                        "-s /usr/sbin/nologin app",
                        group="users", uid="999", gid="100"),
    "useradd-o-0": Tool("debian", "RUN useradd -o -u 0 -g 0 app", group="root"),
    "useradd-json": Tool("debian", 'RUN ["useradd", "-u", "1234", "app"]', group="app"),
    "useradd-shell": Tool("debian", 'SHELL ["/bin/bash", "-eo", "pipefail", "-c"]\n'
                          "RUN useradd -u 1234 app", group="app"),
    "useradd-vars": Tool("debian", 'RUN name=app; id=1234; useradd -u "$id" "${name}"',
                         group="app"),
    "useradd-arg": Tool("debian", "ARG NEW_UID=1234\nARG NEW_NAME=app\nRUN groupadd -g "
                        "$NEW_UID $NEW_NAME && \\\n    useradd -l -u ${NEW_UID} "
                        '-g "${NEW_UID}" ${NEW_NAME}', group="app", gid="1234"),
    "useradd-env": Tool("debian", "ENV NEW_UID=1234 NEW_NAME=app\n"
                        "RUN useradd -M -u $NEW_UID $NEW_NAME", group="app",
                        gid="1234"),
    "useradd-or": Tool("debian", "RUN id app >/dev/null 2>&1 || useradd -u 1234 app",
                       group="app", gid="1234"),
    "useradd-not-run": Tool("debian", "RUN id nobody >/dev/null 2>&1 || "
                            "useradd -u 1234 nobody", "nobody", group="nogroup",
                            gid="65534"),
    "useradd-if": Tool("debian", "RUN if ! getent passwd app >/dev/null; then \\\n"
                       "        useradd -u 1234 app; \\\n    fi", group="app",
                       gid="1234"),
    "useradd-for": Tool("debian", "RUN for who in other app; do useradd $who; done",
                        group="other", uid="1001", gid="1000"),
    "useradd-set": Tool("debian", "RUN set -eux; \\\n    # the group first\n"
                        "    groupadd --system --gid=2000 app; \\\n"
                        "    useradd --system --gid app --uid 1234 --home-dir /srv app;"
                        " \\\n    mkdir -p /srv",
                        group="app"),
    "useradd-twice": Tool("debian", "RUN useradd -u 1234 app\n"
                          "RUN useradd -u 4567 app || true", group="app", gid="1234"),
    "useradd-sh-c": Tool("debian", "RUN sh -c 'useradd -u 1234 app'", group="app"),
    "usermod-u": Tool("debian", "RUN useradd app && usermod -u 1234 app", group="app",
                      gid="1000"),
    "usermod-g": Tool("debian", "RUN groupadd -g 2000 team && useradd -u 1234 app && "
                      "usermod -g team app", group="team"),
    "usermod-aG": Tool("debian", "RUN useradd -u 1234 app && usermod -aG users,adm app",
                       group="adm", gid="100"),
    "usermod-G": Tool("debian", "RUN useradd -u 1234 -G adm app && "
                      "usermod -G users app",
                      group="adm", gid="4"),
    "usermod-l": Tool("debian", "RUN useradd -u 1234 old && usermod -l app old",
                      group="old"),
    "groupmod-g": Tool("debian", "RUN groupadd -g 2000 team && useradd -u 1234 -g team "
                       "app && groupmod -g 2001 team", group="team", gid="2001"),
    "gpasswd-a": Tool("debian", "RUN useradd -u 1234 app && gpasswd -a app users",
                      group="users", gid="100"),
    "userdel": Tool("debian", "RUN useradd -u 1234 app\nRUN userdel app", group="app"),
    "userdel-again": Tool("debian", "RUN useradd -u 1234 app && userdel app && "
                          "useradd -u 2345 app", group="app", uid="2345"),
    # Debian's adduser.
    "adduser": Tool("debian", "RUN adduser --disabled-password --gecos '' app",
                    group="app", uid="1000", gid="1000"),
    "adduser-system": Tool("debian", "RUN adduser --system --no-create-home app",
                           group="nogroup", uid="100", gid="65534"),
    "adduser-system-group": Tool("debian", "RUN adduser --system --group --uid 333 app",
                                 group="app", uid="333", gid="333"),
    "adduser-ingroup": Tool("debian", "RUN addgroup --gid 2000 team && \\\n    adduser "
                            "--uid 1234 --ingroup team --disabled-password --gecos '' "
                            "app && \\\n    adduser app users", group="users"),
    "adduser-gid": Tool("debian", "RUN addgroup --gid 2000 team && adduser --quiet "
                        "--disabled-login --gecos '' --uid 1234 --gid 2000 app",
                        group="team"),
    "deluser": Tool("debian", "RUN adduser --system --uid 333 app && deluser app",
                    uid="333"),
    # busybox.
    "bb-adduser-D": Tool("busybox", "RUN adduser -D app", group="app", uid="1000",
                         gid="1000"),
    "bb-adduser-S": Tool("busybox", "RUN addgroup -S app && adduser -S app -G app",
                         group="app", uid="100", gid="101"),
    "bb-adduser-u-G": Tool("busybox", "RUN addgroup -g 2000 team && adduser -u 1234 "
                           "-G team -D -H -s /bin/sh app && \\\n    addgroup app users",
                           group="users"),
    "bb-adduser-DHu": Tool("busybox", "RUN adduser -DHu 1234 app", group="app",
                           gid="1234"),
    "bb-adduser-long": Tool("busybox", "RUN addgroup --gid 2000 team && adduser "
                            "--disabled-password --gecos '' --no-create-home "
                            "--ingroup team --uid 1234 app", group="team"),
    "bb-addgroup-two": Tool("busybox", "RUN adduser -D -u 1234 app\n"
                            "RUN addgroup -g 2001 "
                            "ops && addgroup app ops && adduser app wheel",
                            group="ops", gid="10"),
    "bb-deluser": Tool("busybox", "RUN adduser -D -u 1234 app && deluser app",
                       group="app"),
    "bb-script": Tool("busybox", "COPY setup-small.sh /tmp/\n"
                      "RUN sh /tmp/setup-small.sh",
                      group="team", files=("setup-small.sh",)),
    # Written by hand.
    "echo": Tool("shell", "RUN echo 'app:x:1234:2000::/:/bin/sh' >> /etc/passwd",
                 group="users"),
    "echo-group": Tool("shell", 'RUN echo "app:x:1234:2000::/:/bin/sh" >>/etc/passwd'
                       " && \\\n    echo team:x:2000: >> /etc/group && \\\n"
                       "    echo ops:x:2001:nobody,app >> /etc/group", group="ops"),
    "printf": Tool("shell", "RUN printf 'app:x:1234:2000::/:/bin/sh\\n' >> /etc/passwd"
                   "; printf 'ops:x:2001:app\\n' >> /etc/group", group="ops",
                   gid="2001"),
    "tee": Tool("shell", "RUN echo app:x:1234:2000::/:/bin/sh | tee -a /etc/passwd",
                group="users"),
    "overwrite": Tool("shell", "RUN echo 'app:x:1234:2000::/:/bin/sh' > /etc/passwd",
                      group="users"),
    "sed": Tool("shell", "RUN sed -i 's/^nobody:x:65534:65534/nobody:x:1234:2000/' "
                "/etc/passwd", "nobody", unknowable=frozenset({VERDICT, GROUP})),
    "copy-passwd": Tool("any", "COPY passwd group /etc/", group="ops",
                        files=("passwd", "group")),
    # Scripts of the context.
    "script": Tool("debian", "COPY setup.sh /tmp/setup.sh\nRUN sh /tmp/setup.sh",
                   group="app", files=("setup.sh",)),
    "script-run": Tool("debian", "COPY setup.sh /usr/local/bin/setup\nRUN chmod +x "
                       "/usr/local/bin/setup && /usr/local/bin/setup && "
                       "rm /usr/local/bin/setup", group="app", files=("setup.sh",)),
    "script-args": Tool("debian", "COPY setup-args.sh .\nRUN ./setup-args.sh app 1234",
                        group="app", files=("setup-args.sh",)),
    "computed": Tool("debian", 'COPY who /who\nRUN useradd -u 1234 "$(cat /who)"',
                     group="app", files=("who",),
                     unknowable=frozenset({VERDICT, GROUP})),
    # From, or only in, another stage.
    "copy-from": Tool("any", "COPY --from=accounts /etc/passwd /etc/group /etc/",
                      group="app", uid="1234",
                      before="FROM local/debian:1 AS accounts\n"
                             "RUN useradd -u 1234 -G users app\n"),
    "copy-from-number": Tool("any", "COPY --from=0 /etc/passwd /etc/passwd",
                             before="FROM local/small:1\nRUN adduser -D -u 1234 app\n"),
    "elsewhere": Tool("any", "", before="FROM local/debian:1 AS accounts\n"
                      "RUN useradd -u 1234 app\nUSER app\n"),
}

FORMS = {
    "none": Form(""),
    "root": Form("USER root"),
    "0": Form("USER 0", numeric=True),
    "00": Form("USER 00", numeric=True),
    "+0": Form("USER +0", numeric=True),
    "0:0": Form("USER 0:0", numeric=True, pair=True),
    "0:1001": Form("USER 0:1001", numeric=True, pair=True),
    "root:root": Form("USER root:root"),
    "root:group": Form("USER root:{group}"),
    "name": Form("USER {name}"),
    "name:group": Form("USER {name}:{group}"),
    "name:gid": Form("USER {name}:{gid}"),
    "name:0": Form("USER {name}:0"),
    "name:root": Form("USER {name}:root"),
    "name:own": Form("USER {name}:{name}"),
    "name:": Form("USER {name}:"),
    ":group": Form("USER :{group}"),
    "1001": Form("USER 1001", numeric=True),
    "1001:1001": Form("USER 1001:1001", numeric=True, pair=True),
    "1001:0": Form("USER 1001:0", numeric=True, pair=True),
    "01001": Form("USER 01001", numeric=True),
    "uid": Form("USER {uid}", numeric=True),
    "uid:gid": Form("USER {uid}:{gid}", numeric=True, pair=True),
    "uid:group": Form("USER {uid}:{group}"),
    "arg": Form("ARG WHO={name}\nUSER $WHO"),
    "arg-root": Form("ARG WHO=root\nUSER ${WHO}"),
    "arg-given": Form("ARG WHO=root\nUSER ${WHO}", args=("WHO={name}",)),
    "arg-given-root": Form("ARG WHO={name}\nUSER $WHO", args=("WHO=0",)),
    "arg-unset": Form("ARG WHO\nUSER ${WHO}", open=True),
    "arg-above": Form("USER ${WHO:-root}", above="ARG WHO={name}"),
    "arg-above-again": Form("ARG WHO\nUSER $WHO", above="ARG WHO={name}"),
    "arg-pair": Form("ARG UID=1001\nARG GID=0\nUSER $UID:$GID", numeric=True,
                     pair=True),
    "arg-env": Form("ARG WHO={name}\nENV WHO=root\nUSER $WHO"),
    "env": Form("ENV WHO={name}\nUSER ${WHO}"),
    "env-env": Form("ENV FIRST={name}\nENV WHO=$FIRST\nUSER $WHO"),
    "env-same-line": Form("ENV FIRST=root\nENV FIRST={name} WHO=$FIRST\nUSER $WHO"),
    "env-part": Form("ENV PART=0\nUSER 1${PART}0$PART:$PART", numeric=True, pair=True),
    "default": Form("USER ${WHO:-{name}}"),
    "default-set": Form("ENV WHO=root\nUSER ${WHO:-{name}}"),
    "default-nested": Form("ENV OTHER={name}\nUSER ${WHO:-${OTHER}}"),
    "plus": Form("ENV WHO=yes\nUSER ${WHO:+{name}}"),
    "plus-unset": Form("USER ${WHO:+{name}}"),
    "unset": Form("USER $WHO"),
    "double": Form('USER "{name}"'),
    "single": Form("USER '{name}'"),
    "double-pair": Form('USER "{uid}:{gid}"', numeric=True, pair=True),
    "single-variable": Form("ENV WHO={name}\nUSER '$WHO'"),
    "escaped": Form("ENV WHO={name}\nUSER \\$WHO"),
    "no-such": Form("USER nosuchuser"),
    "no-such-group": Form("USER {name}:nosuchgroup"),
    "uid:no-such": Form("USER 1001:nosuchgroup"),
    "-1": Form("USER -1", numeric=True),
    "2147483647": Form("USER 2147483647", numeric=True),
    "2147483648": Form("USER 2147483648", numeric=True),
    "4294967295": Form("USER 4294967295", numeric=True),
    "4294967296": Form("USER 4294967296", numeric=True),
    "gid-range": Form("USER 1001:2147483648", numeric=True, pair=True),
    "gid-negative": Form("USER 1001:-1", numeric=True, pair=True),
    "hex": Form("USER 0x0"),
    "trailing": Form("USER {name}   "),
    "lower": Form("user {name}"),
    "mixed-tab": Form("  User\t{name}"),
    "two-words": Form("USER {name} root"),
    "two-words-0": Form("USER 0 0"),
    "comment-word": Form("USER {name} # not root"),
    "continued": Form("USER \\\n    {name}"),
    "continued-comment": Form("USER \\\n# USER root\n    {name}"),
    "upper-name": Form("USER ROOT"),
    "twice": Form("USER root\nUSER {name}"),
    "twice-root": Form("USER {name}\nUSER root"),
    "sandwich": Form("USER {name}\nUSER 0\nRUN true\nUSER {name}"),
    "run-after": Form("USER {name}\nRUN true"),
    "run-after-uid": Form("USER {uid}\nRUN true", numeric=True),
}

# base, above, before, accounts, user → text of a Dockerfile. {other} is a base that
# has nothing to do with the answer.
GRAPHS = {
    "single": ("{above}{before}FROM {base}\n{accounts}{user}", ""),
    "builder-final": ("{above}{before}FROM {other} AS build\nUSER nobody\n"
                      "FROM {base}\n{accounts}{user}", ""),
    "builder-root": ("{above}{before}FROM {other} AS build\nUSER root\nRUN true\n"
                     "FROM {base} AS final\nCOPY --from=build /etc/shells /build\n"
                     "{accounts}{user}", ""),
    "builder-has-user": ("{above}{before}FROM {base} AS build\n{accounts}{user}"
                         "FROM {base}\nCOPY --from=build /probe /copy\n", ""),
    "from-stage": ("{above}{before}FROM {base} AS app\n{accounts}{user}"
                   "FROM app AS final\nENV STAGE=final\n", ""),
    "from-stage-case": ("{above}{before}FROM {base} AS App\n{accounts}{user}"
                        "FROM aPP\n", ""),
    "from-accounts": ("{above}{before}FROM {base} AS common\n{accounts}"
                      "FROM common AS other\nUSER 0\nFROM common\n{user}", ""),
    "chain": ("{above}{before}FROM {base} AS one\n{accounts}FROM one AS two\n{user}"
              "FROM two AS three\nFROM three\n", ""),
    "target": ("{above}{before}FROM {base} AS app\n{accounts}{user}"
               "FROM app AS test\nUSER 0\nFROM {other}\n", "app"),
    "target-case": ("{above}{before}FROM {base} AS app\n{accounts}{user}"
                    "FROM app\nUSER 1\n", "APP"),
    "arg-from": ("ARG BASE={base}\n{above}{before}FROM $BASE\n{accounts}{user}", ""),
    "arg-from-given": ("ARG BASE={other}\n{above}{before}FROM ${BASE} AS final\n"
                       "{accounts}{user}", ""),
    "same-name": ("{above}{before}FROM {other} AS app\nUSER 1\nFROM {base} AS app\n"
                  "{accounts}{user}FROM app\n", ""),
    "lower-case": ("{above}{before}from {other} as build\nfrom {base} as final\n"
                   "{accounts}{user}", ""),
}

OTHER = "local/small:1"

# Graphs that one builder does not build, for reasons that are not USER's: BuildKit 0.8
# (Docker 20.10) finds a stage in FROM by its lower-case name only, the classic builder
# wants stage names to be unique.
NOT_BUILT_BY = {"buildkit": ("from-stage-case",), "classic": ("same-name",)}


def _family_fits(tool, base):
    if tool.family == "any":
        return True
    if tool.family == "shell":
        return base.family != "scratch"
    return tool.family == base.family


# The forms that a stage has which the last stage does not stand on: a few are enough.
INHERITED_BY_NOBODY = ("name", "root", "1001:1001", "arg")


def _fits(base, tool, form, graph):
    """Whether the combination says something: the tool runs there, the names that
    the form uses exist, and a graph that reads a file finds it."""
    has_accounts = "app:x:" in base.lines
    if not _family_fits(tool, base) or bool(tool.base) and not has_accounts:
        return False
    if has_accounts and tool.lines and tool.name == "app":
        return tool.family == "any"     # the name is taken there
    if "{group}" in FORMS[form].lines and not tool.group:
        return False
    if graph == "builder-has-user" and (form not in INHERITED_BY_NOBODY or tool.before):
        return False
    if base.family == "scratch":
        return "RUN" not in tool.lines + FORMS[form].lines
    return True


def _fill(text, tool):
    for key in ("name", "group", "uid", "gid"):
        text = text.replace("{" + key + "}", getattr(tool, key))
    return text


def _lines(*parts):
    return "".join(part.rstrip("\n") + "\n" for part in parts if part)


def _account_lines(base, tool):
    """Root makes accounts: a base that ends as somebody else is switched first."""
    switch = "USER root" if "USER" in base.lines and "RUN" in tool.lines else ""
    probe = "COPY probe /probe" if base.family == "scratch" else ""
    return _lines(probe, switch, tool.lines)


def _unknowable(base, tool, form):
    """What the input cannot say. With a base that oakum is not told about, only the
    numbers that USER itself gives are known."""
    if form.numeric and form.pair:
        return frozenset()
    if not base.known or form.open:
        return frozenset({GROUP} if form.numeric else {VERDICT, GROUP})
    return tool.unknowable - (frozenset({VERDICT}) if form.numeric else frozenset())


def _combine(base, tool, form, graph, builder):
    """The case of one combination."""
    names = dict(zip(("base", "tool", "form", "graph"), (base, tool, form, graph)))
    base, tool, form = bases.BASES[base], TOOLS[tool], FORMS[form]
    text, target = GRAPHS[graph]
    # The one stage whose answer is asked may inherit nothing of what the form says.
    shown = FORMS["none"] if graph == "builder-has-user" else form
    used = TOOLS["missing"] if graph == "builder-has-user" else tool
    parts = {"above": _lines(_fill(form.above, tool)), "before": tool.before,
             "base": base.reference, "other": OTHER,
             "accounts": _account_lines(base, tool),
             "user": _lines(_fill(form.lines, tool))}
    for key, value in parts.items():
        text = text.replace("{" + key + "}", value)
    args = tuple(_fill(arg, tool) for arg in form.args)
    if graph == "arg-from-given":
        args += (f"BASE={base.reference}",)
    return Case(
        name="/".join((*names.values(), builder)), base=base.name, builder=builder,
        dockerfile=text + 'CMD ["/probe"]\n', files=tool.files, args=args,
        target=target,
        unknowable=_unknowable(base, used, shown))


class _Coverage:
    """Which pairs of table rows have been seen; a row never seen counts most."""

    def __init__(self):
        self.seen = set()

    @staticmethod
    def _marks(combination):
        named = list(enumerate(combination))
        return [*((one,) for one in named),
                *((named[i], named[j]) for i in range(4) for j in range(i))]

    def gain(self, combination):
        return sum(20 if len(mark) == 1 else 1
                   for mark in self._marks(combination) if mark not in self.seen)

    def add(self, combination):
        self.seen.update(self._marks(combination))


def _combinations(count):
    """`count` combinations, chosen greedily so that each adds the most new pairs."""
    chance = random.Random(SEED)
    tables = ([base.name for base in bases.BASES.values() if base.combines],
              list(TOOLS), list(FORMS), list(GRAPHS))
    coverage, taken = _Coverage(), set()
    while len(taken) < count:
        best, best_gain = None, -1
        looked = 0
        while looked < CANDIDATES:
            one = tuple(table[chance.randrange(len(table))] for table in tables)
            base, tool, form, graph = one
            if one in taken or not _fits(bases.BASES[base], TOOLS[tool], form, graph):
                continue
            looked += 1
            gain = coverage.gain(one)
            if gain > best_gain:
                best, best_gain = one, gain
        coverage.add(best)
        taken.add(best)
        yield best


def _shape(name, base, lines, *files, **more):
    """A case that is no combination, once for each builder."""
    head = "" if lines.startswith(("FROM", "ARG BASE", "# escape")) \
        else f"FROM {bases.BASES[base].reference}\n"
    for builder in BUILDERS:
        yield Case(name=f"{name}/{builder}", base=base, builder=builder,
                   dockerfile=_lines(head + lines), files=files, **more)


def _entry(name, base, words, *files, cmd='CMD ["/probe"]', before="", unknowable=()):
    """A case about who the container ends up as, not only starts as."""
    yield from _shape(f"entry/{name}", base, _lines(before, words, cmd), *files,
                      entrypoint=True, unknowable=frozenset(unknowable))


def _exec_form(line):
    return "ENTRYPOINT " + json.dumps(shlex.split(line))


# What stands in ENTRYPOINT, in the exec form, before the CMD that is the probe.
ENTRY_COMMANDS = {
    "debian-accounts": (
        "gosu app", "gosu app:extra", "gosu 1500", "gosu 1500:1601", "gosu 4242",
        "gosu root", "gosu 0:1601", "/usr/sbin/gosu svc", "env LANG=C gosu app",
        "setpriv --reuid=app --regid=app --init-groups",
        "setpriv --reuid 1500 --regid 1600 --clear-groups",
        "setpriv --reuid=1500 --keep-groups", "setpriv --no-new-privs",
        "setpriv --regid=1600 --clear-groups",
        "runuser -u app --", "runuser -u app -g data --",
        "chroot --userspec=app:data /", "chroot --userspec=1500:1600 --groups=1602 /",
        "chroot --userspec=app /", "chroot /", "nice -n 5 gosu app",
        "su app -s /bin/sh -c", "su - app -c", "su -c",
        "tini -- gosu app", "tini --", "sh -c 'exec gosu app \"$@\"' --",
        "sh -c 'exec \"$@\"' --", "timeout 60 setpriv --reuid=app --clear-groups",
    ),
    "small-accounts": (
        "su app -c", "su -s /bin/sh app -c", "setuidgid app", "chpst -u app",
        "chpst -u app:data", "env setuidgid svc",
        "setuidgid toor", "sh -c 'exec setuidgid app \"$@\"' --",
    ),
}

ENTRY_SCRIPTS = (
    ("gosu", "debian-accounts", "entry-gosu.sh", ""),
    ("idiom", "debian-accounts", "entry-idiom.sh", ""),
    ("idiom-as-user", "debian-accounts", "entry-idiom.sh", "USER svc"),
    ("idiom-as-number", "debian-accounts", "entry-idiom.sh", "USER 1600:1600"),
    ("setpriv", "debian-accounts", "entry-setpriv.sh", ""),
    ("child", "debian-accounts", "entry-child.sh", ""),
    ("plain", "debian-accounts", "entry-plain.sh", ""),
    ("plain-as-user", "debian-accounts", "entry-plain.sh", "USER app"),
    ("other-command", "debian-accounts", "entry-other.sh", ""),
    ("variable", "debian-accounts", "entry-variable.sh", ""),
    ("variable-set", "debian-accounts", "entry-variable.sh", "ENV RUN_AS=svc"),
    ("variable-root", "debian-accounts", "entry-variable.sh", "ENV RUN_AS=root"),
    ("optional", "debian-accounts", "entry-optional.sh", ""),
    ("optional-set", "debian-accounts", "entry-optional.sh", "ENV RUN_AS=1500:1600"),
    ("su", "debian-accounts", "entry-su.sh", ""),
    ("function", "debian-accounts", "entry-function.sh", ""),
    ("small", "small-accounts", "entry-small.sh", ""),
    ("small-as-user", "small-name", "entry-small.sh", ""),
)


def _unsaid_groups(line):
    """Root's own groups are kept: who is in them, the knowledge does not say."""
    return {GROUP} if "--keep-groups" in line else ()


def _base_drops():
    """Over a base whose entrypoint drops. It is known to do so for the base's own
    command; what it does with another one, only its script says."""
    base, other = "debian-drops", {VERDICT, GROUP}
    yield from _entry("base-drops", base, "", cmd="ENV A=b")
    yield from _entry("base-drops-root", base, "USER 0", cmd="")
    yield from _entry("base-drops-user", base, "USER svc", cmd="")
    yield from _entry("base-drops-stage", base, "FROM app", cmd="",
                      before="FROM local/debian-drops:1 AS app\nENV A=b")
    yield from _entry("base-drops-cmd", base, "", unknowable=other)
    yield from _entry("base-drops-user-cmd", base, "USER svc")
    yield from _entry("base-drops-replaced", base, 'ENTRYPOINT ["env"]')
    yield from _entry("base-drops-reset", base, "ENTRYPOINT []")


def _entry_cases():
    yield from _base_drops()
    for base, commands in ENTRY_COMMANDS.items():
        for line in commands:
            yield from _entry(line.replace("/", "_").replace(" ", "_"), base,
                              _exec_form(line), unknowable=_unsaid_groups(line))
    for name, base, script, lines in ENTRY_SCRIPTS:
        copy = _lines(lines, f"COPY {script} /entry.sh")
        yield from _entry(f"script-{name}", base, 'ENTRYPOINT ["/entry.sh"]', script,
                          before=copy)
    gosu, base = 'ENTRYPOINT ["gosu", "app"]', "debian-accounts"
    yield from _entry("shell-form", base, "ENTRYPOINT exec gosu app /probe", cmd="")
    yield from _entry("shell-form-child", base, "ENTRYPOINT gosu app /probe", cmd="")
    yield from _entry("cmd-exec", base, "", cmd='CMD ["gosu", "app", "/probe"]')
    yield from _entry("cmd-shell", base, "", cmd="CMD exec gosu app /probe")
    yield from _entry("cmd-shell-list", base, "",
                      cmd="CMD cd / && exec gosu app /probe")
    yield from _entry("reset", base, gosu + "\nENTRYPOINT []")
    yield from _entry("replaced", base, gosu + '\nENTRYPOINT ["env"]')
    yield from _entry("path", base, "COPY entry-gosu.sh /usr/local/bin/entry\n"
                      'ENTRYPOINT ["entry"]', "entry-gosu.sh")
    yield from _entry("workdir", base, "WORKDIR /srv\nCOPY entry-idiom.sh .\n"
                      'ENTRYPOINT ["./entry-idiom.sh"]', "entry-idiom.sh")
    stage = "FROM local/debian-accounts:1 AS app\n"
    yield from _entry("inherited", base, "FROM app",
                      before=stage + gosu + '\nCMD ["true"]')
    yield from _entry("inherited-script", base, "FROM app", "entry-idiom.sh",
                      before=stage + "COPY entry-idiom.sh /e\n" + 'ENTRYPOINT ["/e"]')
    yield from _entry("builder-drops", base, "FROM local/debian-accounts:1",
                      before=stage + gosu)
    yield from _entry("user-and-drop", base, gosu, before="USER root")


# USER lines over a base that has a user of its own.
ODD_USERS = {
    "unset": "USER $NOTHING",
    "unset-default-empty": "ARG WHO=\nUSER ${WHO}",
    "empty-quotes": 'USER ""',
    "blank-quotes": 'USER " "',
    "colon": "USER :",
    "colon-group": "USER :data",
    "no-such-then-root": "USER nosuchuser\nUSER root",
    "no-such-run": 'USER nosuchuser\nRUN true',
    "no-such-group-run": 'USER app:nosuchgroup\nRUN true',
    "no-such-run-then-app": 'USER nosuchuser\nRUN true\nUSER app',
    "range-run": 'USER 2147483648\nRUN true',
    "unset-run": 'USER $NOTHING\nRUN true',
    "two-numbers": "USER 1500 1600",
    "two-colons": "USER app:data:extra",
    "slash": "USER app/data",
    "comma": "USER app,svc",
    "blank-colon": "USER app :data",
    "same-uid": "USER 1500",
    "upper": "USER APP",
    "tilde": "USER ~app",
    "dot": "USER 1500.1600",
    "big-zero": "USER 0000000000000000000000",
    "minus-zero": "USER -0",
    "underscore": "USER 1_500",
    "exponent": "USER 1e3",
    "brace-open": "ENV WHO=svc\nUSER ${WHO}_x",
    "glued": "ENV WHO=ap\nUSER ${WHO}p",
    "half-quoted": "ENV WHO=svc\nUSER \"$WHO\":'data'",
    "inner-quote": 'USER ap"p"',
    "backslash": "USER a\\pp",
    "json": 'USER ["app"]',
    "set-but-empty": "ENV WHO=\nUSER ${WHO:-svc}",
    "question": "ENV WHO=svc\nUSER ${WHO:?no}",
    "platform-arg": "ARG TARGETARCH=svc\nUSER ${TARGETARCH:-app}",
    "path": "USER ${PATH:+svc}",
    "home": "USER ${HOME:-svc}",
    "http-proxy": "USER ${http_proxy:-svc}",
}


def _plain_cases():
    """Shapes that no table has."""
    probe = 'CMD ["/probe"]'
    unknown = frozenset({VERDICT, GROUP})
    yield from _shape("onbuild/stage", "small-accounts",
                      "FROM local/small-accounts:1 AS template\nONBUILD USER app\n"
                      f"FROM template\n{probe}")
    yield from _shape("onbuild/stage-then-user", "small-accounts",
                      "FROM local/small-accounts:1 AS template\nONBUILD USER app\n"
                      f"FROM template\nUSER root\n{probe}")
    yield from _shape("onbuild/own", "small-accounts", f"ONBUILD USER app\n{probe}")
    yield from _shape("onbuild/accounts", "debian",
                      "FROM local/debian:1 AS template\n"
                      "ONBUILD RUN useradd -u 1234 app\n"
                      f"ONBUILD USER app\nFROM template\n{probe}")
    yield from _shape("onbuild/twice-removed", "small-accounts",
                      "FROM local/small-accounts:1 AS template\nONBUILD USER app\n"
                      f"FROM template AS middle\nFROM middle\n{probe}")
    yield from _shape("onbuild/base", "small-onbuild", probe, unknowable=unknown)
    yield from _shape("onbuild/base-then-user", "small-onbuild",
                      f"USER 1234:1234\n{probe}")
    for name, line in ODD_USERS.items():
        yield from _shape(f"odd/{name}", "small-name", f"{line}\n{probe}")
    for who in ("app", "short", "blank", "broken", "last", "1234", "1237", "app:ops",
                "1:3000", "1:2003", "app:short", "1700"):
        yield from _shape(f"odd-files/{who}", "scratch",
                          "COPY passwd-odd /etc/passwd\nCOPY group-odd /etc/group\n"
                          f"COPY probe /probe\nUSER {who}\n{probe}",
                          "passwd-odd", "group-odd")
    yield from _shape("user/crlf", "small-accounts",
                      f"FROM local/small-accounts:1\r\nUSER app\r\n{probe}\r")
    yield from _shape("user/escape-backtick", "small-accounts",
                      "# escape=`\nFROM local/small-accounts:1\n"
                      f"USER `\n  app\n{probe}")
    yield from _shape("user/after-cmd", "small-accounts", f"{probe}\nUSER app")
    yield from _shape("user/no-newline", "small-accounts", f"{probe}\nUSER 1501")
    yield from _shape("user/in-heredoc-like", "small-accounts",
                      f"RUN echo ' \\\nUSER app \\\n'\n{probe}")
    yield from _shape("user/label", "small-accounts",
                      f'LABEL x="\\\nUSER app"\n{probe}')
    yield from _shape("user/env-over-arg", "small-accounts",
                      f"ENV WHO=svc\nARG WHO=app\nUSER $WHO\n{probe}")
    yield from _shape("user/arg-not-in-stage", "small-accounts",
                      "FROM local/small-accounts:1 AS one\nARG WHO=app\n"
                      f"FROM local/small-accounts:1\nUSER ${{WHO:-svc}}\n{probe}")
    yield from _shape("user/arg-inherited", "small-accounts",
                      "FROM local/small-accounts:1 AS one\nARG WHO=app\n"
                      f"FROM one\nUSER ${{WHO:-svc}}\n{probe}")
    yield from _shape("user/env-inherited", "small-accounts",
                      "FROM local/small-accounts:1 AS one\nENV WHO=app\n"
                      f"FROM one\nUSER ${{WHO:-svc}}\n{probe}")
    yield from _shape("user/passwd-after", "small",
                      "USER app\nCOPY passwd group /etc/\n" + probe, "passwd", "group")
    yield from _shape("user/usermod-after", "debian",
                      "RUN useradd -u 1234 app\nUSER app\nUSER root\n"
                      f"RUN usermod -u 0 -o app\nUSER app\n{probe}")
    yield from _shape("user/deleted-later", "debian",
                      "RUN useradd -u 1234 app\nUSER 1234\nUSER root\nRUN userdel app\n"
                      f"USER 1234\n{probe}")
    yield from _shape("user/no-passwd", "small",
                      f"RUN rm /etc/passwd\nUSER root\n{probe}")
    yield from _shape("user/no-group-file", "small-accounts",
                      f"RUN rm /etc/group\nUSER app\n{probe}")
    yield from _shape("user/arg-from-unset", "small-name",
                      f"ARG BASE\nFROM ${{BASE:-local/small-name:1}}\n{probe}",
                      unknowable=unknown)
    yield from _shape("user/platform", "small-name",
                      f"FROM --platform=linux/amd64 local/small-name:1\n{probe}")


def generate(count):
    """The cases in order: shapes first, then combinations, each in both builders,
    until there are `count` (never fewer than all shapes)."""
    cases = [*_plain_cases(), *_entry_cases()]
    for combination in _combinations(max(0, count - len(cases))):
        for builder in BUILDERS:
            if len(cases) < count and combination[3] not in NOT_BUILT_BY[builder]:
                cases.append(_combine(*combination, builder))
    return cases
