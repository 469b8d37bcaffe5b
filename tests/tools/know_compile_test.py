#!/usr/bin/python3
"""Broken tables are refused by file, line and column; good ones become C."""
import contextlib
import importlib.util
import io
import os
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SPEC = importlib.util.spec_from_file_location(
    "know_compile", os.path.join(ROOT, "tools", "know-compile.py"))
TOOL = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(TOOL)

IMAGES = """# comment
name\ttags\tuser\tuid\tgid\thome\taccounts\tfamily\ttools\tnologin\tdrops\teol\tsource\tdate
"""
FAMILIES = """family\taccounts\ttools\tfirst_uid\tnologin\tmanager\tsource\tdate
debian\troot:0:0:/root:/bin/bash,%root:0\tshadow\t1000\t/usr/sbin/nologin\tapt\tissue a/b#1\t2026-11-22
"""
ENV = ("name\tvariable\tvalue\tsource\tdate\n"
       "jupyter/*\tNB_UID\t1000\towner/repo Dockerfile@1234567\t2026-11-22\n")
SIBLINGS = """name\ttags\tsibling\tcures\twhy\tsource\tdate
centos\t*\talmalinux:9\tupdates\tis built from the same sources\tissue a/b#1\t2026-11-22
"""
PROGRAMS = """program\tneeds\tsource\tdate
sshd\troot\tissue a/b#1\t2026-11-23
"""

PACKAGES = """package\tuser\tuid\tfamily\tsource\tdate
httpd\tapache\t48\tdebian\tissue a/b#1\t2026-11-22
"""
SERVICES = """image\ttags\tprogram\tports\tservice\tlogin\ton\toff\trisk\tharm\tsource\tdate
redis\t*\tredis-server\t6379\tRedis\tnone\tflag:--requirepass\t-\thigh\treads all\tissue a/b#1\t2026-11-22
"""
BASE_FILES = """base\tpaths\tkind\tuid\tgid\tmode\twhole\tsource\tdate
@debian\t/tmp,/var/tmp\tfolder\t0\t0\t1777\t-\tissue a/b#1\t2026-11-22
"""
LIBRARIES = """name\tmarks\tbase\tpath\tkind\tvariables\tsetting\tfailure\thappens\terror\trule\tsource\tdate
a\tpip:a-b,run:a b\thome\t.a\tfolder\t!A_HOME,XDG_CACHE_HOME=a\t-\tfails\tcall:a|b\t-\tcache-xdg\tissue a/b#1\t2026-11-22
b\timage:b\tat\t/b\tfile\t-\t-\tdegrades\tstart\t-\tcache-xdg\tissue a/b#1\t2026-11-22
"""
RULES = 'PLANNED("cache-xdg", WORKLOAD, MEDIUM,\n\t"no cache")\n'
ERRORS = """pattern\tthen\tby\tcause\tcode\tweight\tpath\tvariable\tcure\tsource\tdate
open '{path}': permission denied\t-\t-\taccess\tEACCES\tfatal\t-\t-\t-\tissue a/b#1\t2026-11-22
"""
CAPABILITIES = """name\tmay\trisk\tshared\tshared_risk\tsource\tdate
KILL\tstop every process\tlow\tpid\tmedium\tissue a/b#1\t2026-11-22
"""
SECRET_FILES = """name\ttags\tvariables\tfile\treader\tsource\tdate
postgres\t*\tPOSTGRES_PASSWORD,PG_*\t*_FILE\troot\tissue a/b#1\t2026-11-22
"""
POWERS = """program\twords\tcapabilities\tdevices\tinstead\tsource\tdate
openvpn,x-*\t-\tKILL\t/dev/net/tun\t-\tissue a/b#1\t2026-11-22
mount\t-\t-\t-\tlet the host do it\tissue a/b#1\t2026-11-22
"""
CAUSES = 'CAUSE(ACCESS, "access")\n'
GOOD = {
    "name": "python", "tags": "3.*", "user": "-", "uid": "0", "gid": "0",
    "home": "/root", "accounts": "-", "family": "debian", "tools": "-",
    "nologin": "/usr/sbin/nologin", "drops": "-", "eol": "2030-10-31",
    "source": "owner/repo Dockerfile@1234567", "date": "2026-11-22",
}
FIRST = 3  # the line of the first row in images()


def row(**changes):
    return "\t".join((GOOD | changes).values())


def images(*rows):
    return IMAGES + "".join(r + "\n" for r in rows)


def run(root, out):
    """What the tool complains of; empty when it is content."""
    with contextlib.redirect_stderr(io.StringIO()):
        try:
            TOOL.main(["--root", root, "--out", out])
        except SystemExit as left:
            return str(left.code)
    return ""


class KnowCompile(unittest.TestCase):
    def compile(self, images_text, families=FAMILIES, packages=PACKAGES, env=ENV,
                siblings=SIBLINGS, services=SERVICES, base_files=BASE_FILES,
                libraries=LIBRARIES, errors=ERRORS,
                capabilities=CAPABILITIES, secret_files=SECRET_FILES,
                programs=PROGRAMS, powers=POWERS):
        with tempfile.TemporaryDirectory() as root:
            os.mkdir(os.path.join(root, "data"))
            os.makedirs(os.path.join(root, "src", "rule"))
            with open(os.path.join(root, "src", "rule", "rules.def"), "w",
                      encoding="utf-8") as file:
                file.write(RULES)
            os.makedirs(os.path.join(root, "src/know"))
            with open(os.path.join(root, "src/know/causes.def"), "w",
                      encoding="utf-8") as file:
                file.write(CAUSES)
            for name, text in (("images", images_text), ("families", families),
                               ("package-users", packages), ("image-env", env),
                               ("siblings", siblings), ("services", services),
                               ("base-files", base_files), ("libraries", libraries),
                               ("errors", errors), ("capabilities", capabilities),
                               ("secret-files", secret_files),
                               ("programs", programs), ("powers", powers)):
                path = os.path.join(root, "data", name + ".tsv")
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text)
            out = os.path.join(root, "out.c")
            faults = run(root, out)
            written = None
            if os.path.exists(out):
                with open(out, encoding="ascii") as file:
                    written = file.read()
            return faults, written

    def refused(self, text, *says, **others):
        faults, written = self.compile(text, **others)
        self.assertIsNone(written, "a refused table must leave no C file")
        for said in says:
            self.assertIn(said, faults)

    def test_good_rows_become_c(self):
        faults, written = self.compile(images(row(), row(tags="*")))
        self.assertEqual(faults, "")
        self.assertIn("const struct know_table know_images", written)
        key = TOOL.row_key("python")
        for line in (3, 4):
            self.assertIn("{%d, %du}," % (line, key), written)

    def test_source_and_date_are_asked_for(self):
        at = f"data/images.tsv:{FIRST}: "
        for cell in ("-", "?"):
            self.refused(images(row(source=cell)), at + "source: ")
        self.refused(images(row(source="")), at + "source: ")
        for cell in ("I remember", "owner/repo", "owner/repo@main", "its README",
                     "issue a/b#1; common knowledge"):
            self.refused(images(row(source=cell)), at + "source: ")
        for cell in ("-", "", "22.11.2026", "2026-02-30", "2026-1-2"):
            self.refused(images(row(date=cell)), at + "date: ")

    def test_programs(self):
        head = PROGRAMS.splitlines()[0] + "\n"
        for text, says in (
                (head + "ss hd\troot\tissue a/b#1\t2026-11-23\n", "2: program: "),
                (head + "sshd\tluck\tissue a/b#1\t2026-11-23\n", "2: needs: "),
                (head + "sshd\troot\tit is known\t2026-11-23\n", "2: source: "),
                (PROGRAMS + PROGRAMS.splitlines()[1] + "\n", "3: program: ")):
            self.refused(images(row()), "data/programs.tsv:" + says, programs=text)

    def test_capabilities_say_what_they_are_worth(self):
        def capability(**changes):
            cells = dict(zip(TOOL.CAPABILITIES,
                             CAPABILITIES.splitlines()[1].split("\t")))
            return CAPABILITIES.splitlines()[0] + "\n" + "\t".join(
                (cells | changes).values()) + "\n"
        for column, cell in (("name", "CAP-KILL"), ("may", "kill."), ("risk", "grave"),
                             ("shared", "-"), ("shared", "uts"), ("shared_risk", "low"),
                             ("source", "-")):
            self.refused(images(row()), "data/capabilities.tsv:2: ",
                         capabilities=capability(**{column: cell}))
        self.refused(images(row()), "data/capabilities.tsv:3: name: ",
                     capabilities=CAPABILITIES + CAPABILITIES.splitlines()[1] + "\n")

    def test_patterns_of_errors(self):
        def error(**changes):
            cells = dict(zip(TOOL.ERRORS, ERRORS.splitlines()[1].split("\t")))
            return ERRORS.splitlines()[0] + "\n" + "\t".join(
                (cells | changes).values()) + "\n"

        for column, cell in (("pattern", "open {file}: denied"), ("pattern", "{path}{uid}"),
                             ("pattern", "Permission denied"), ("pattern", "{path} of"), ("pattern", "open { file"),
                             ("pattern", 'open "{path}": denied'), ("cause", "fate"),
                             ("code", "13"), ("weight", "grave"), ("variable", "A B"),
                             ("path", "tmp"), ("cure", "do it"), ("then", "A")):
            self.refused(images(row()), f"data/errors.tsv:2: {column}: ",
                         errors=error(**{column: cell}))
        twice = ERRORS + "x " + ERRORS.splitlines()[1] + "\n"
        self.refused(images(row()), "data/errors.tsv:3: pattern: can never be the first",
                     errors=twice)

    def test_forms_of_a_source(self):
        for cell in ("owner/repo a/Dockerfile and b@0123456", "issue a.b/c-d#12",
                     "https://example.org/page.md (as of today)",
                     "Debian 12 package base-passwd 3.6.1, passwd.master",
                     "mmdebstrap --variant=minbase trixie, /etc/passwd",
                     "issue a/b#1; owner/repo x@abcdef0",
                     "measured: nginx 1.22.1 as uid 12345"):
            self.assertEqual(self.compile(images(row(source=cell)))[0], "", cell)

    def test_cells_are_counted(self):
        self.refused(images(row().rsplit("\t", 1)[0]),
                     f"data/images.tsv:{FIRST}: expected 14 columns, found 13")
        self.refused(images(row() + "\tmore"), "expected 14 columns, found 15")

    def test_header_is_checked(self):
        self.refused("name\ttags\n" + row() + "\n", "data/images.tsv:1: header: ")
        self.refused("# nothing\n", "data/images.tsv:1: no header line")

    def test_numbers(self):
        at = f"data/images.tsv:{FIRST}: "
        for cell in ("x", "-1", "1e3", "4294967295", "١"):
            self.refused(images(row(user="app", uid=cell,
                                    accounts="app:1:1:/:/bin/sh")), at + "uid: ")
            self.refused(images(row(user="app", gid=cell,
                                    accounts="app:1:1:/:/bin/sh")), at + "gid: ")

    def test_user_and_uid_agree(self):
        at = f"data/images.tsv:{FIRST}: "
        self.refused(images(row(uid="1000")), at + "uid: ")
        self.refused(images(row(user="1000", uid="1001")), at + "uid: the user is 1000")
        self.refused(images(row(user="nosuch", uid="5")), at + "user: 'nosuch'")
        faults, _ = self.compile(images(row(user="nosuch", uid="5", accounts="?")))
        self.assertEqual(faults, "")

    def test_families(self):
        self.refused(images(row(family="plan9")),
                     f"data/images.tsv:{FIRST}: family: 'plan9'")
        self.refused(images(row()), "data/families.tsv:3: family: 'debian' stands twice",
                     families=FAMILIES + FAMILIES.splitlines()[1] + "\n")

    def test_base_files(self):
        at = "data/base-files.tsv:2: "
        for was, now, says in (
                ("@debian", "@plan9", "base: '@plan9' is no row of families.tsv"),
                ("@debian", "docker.io/a", "base: leave 'docker.io/' out"),
                ("@debian", "a:1 2", "base: '1 2' is no glob over a tag"),
                ("/var/tmp", "/var/../tmp", "paths: "),
                ("/var/tmp", "var/tmp", "paths: "),
                ("folder", "link:tmp", "kind: "),
                ("\t0\t0\t", "\troot\t0\t", "uid: "),
                ("1777", "1788", "mode: "),
                ("1777\t-", "1777\tno", "whole: "),
                ("issue a/b#1", "memory", "source: ")):
            self.refused(images(row()), at + says,
                         base_files=BASE_FILES.replace(was, now, 1))

    def test_libraries(self):
        first, second = "data/libraries.tsv:2: ", "data/libraries.tsv:3: "
        for was, now, says in (
                ("\nb\t", "\na\t", second + "name: 'a' does not stand behind 'a'"),
                ("pip:a-b", "pip:A_b", first + "marks: 'pip:A_b': not the normal form"),
                ("pip:a-b", "gem:a", first + "marks: 'gem:a': expected pip:"),
                ("pip:a-b", "pip:a b", first + "marks: 'pip:a b': only a program"),
                ("image:b", "image:library/b", second + "marks: "),
                ("run:a b", "pip:a-b", first + "marks: 'pip:a-b': stands twice"),
                ("\thome\t", "\thouse\t", first + "base: 'house' is none of"),
                ("\t.a\t", "\t/a\t", first + "path: '/a' is not clean"),
                ("\t.a\t", "\t../a\t", first + "path: '../a' is not clean"),
                ("\t/b\t", "\tb\t", second + "path: 'b' is not clean"),
                ("\t/b\t", "\t-\t", second + "path: nothing is named"),
                ("!A_HOME", "A HOME", first + "variables: 'A HOME'"),
                ("XDG_C", "!XDG_C", first + "variables: more than one !"),
                ("\tfails\t", "\tbreaks\t", first + "failure: 'breaks'"),
                ("call:a|b", "call:a|", first + "happens: "),
                ("\tcache-xdg", "\tcache-xyz", first + "rule: 'cache-xyz' is no rule"),
                ("issue a/b#1", "memory", first + "source: ")):
            self.assertIn(was, LIBRARIES)
            self.refused(images(row()), says,
                         libraries=LIBRARIES.replace(was, now, 1))

    def test_marks_of_libraries_are_sorted(self):
        _, written = self.compile(images(row()))
        table = written[written.index("know_library_marks[]"):]
        keys = [int(line[2:].split("u")[0]) for line in table.splitlines()[1:4]]
        self.assertEqual(keys, sorted(map(TOOL.row_key, ("image:b", "pip:a-b", "run:a b"))))

    def test_services(self):
        at = "data/services.tsv:2: "
        for was, now, says in (
                ("6379", "0", "ports: '0' is no port"),
                ("\tnone\t", "\tmaybe\t", "login: "),
                ("\tnone\t", "\town\t", "off: it asks by itself"),
                ("\t-\thigh", "\tenv:X\thigh", "off: what never asks"),
                ("flag:--requirepass", "--requirepass", "on: '--requirepass' is none"),
                ("flag:--requirepass", "env:1X", "on: 'env:1X' is none"),
                ("\thigh\t", "\tlow\t", "risk: "),
                ("reads all", "reads all.", "harm: "),
                ("redis\t*\tredis-server", "-\t-\t-", "image: neither"),
                ("issue a/b#1", "-", "source: ")):
            self.assertIn(was, SERVICES)
            self.refused(images(row()), at + says, services=SERVICES.replace(was, now))

    def test_a_familys_entries_are_known(self):
        self.refused(images(row()), "data/families.tsv:2: accounts: 'root:?:0",
                     families=FAMILIES.replace("root:0:0", "root:?:0"))

    def test_dates_of_support(self):
        for cell in ("soon", "2025-13-01", "2025"):
            self.refused(images(row(eol=cell)), f"data/images.tsv:{FIRST}: eol: ")

    def test_accounts(self):
        at = f"data/images.tsv:{FIRST}: accounts: "
        for cell in ("app", "app:1:1:/home/app", "app:x:1:/:/bin/sh", "%grp", "%grp:x",
                     "app:1:1:home:/bin/sh", "bad name:1:1:/:/bin/sh",
                     "app:1:1:/:/bin/sh,app:2:2:/:/bin/sh"):
            self.refused(images(row(accounts=cell)), at)

    def test_drops(self):
        at = f"data/images.tsv:{FIRST}: drops: "
        self.refused(images(row(drops="gosu")), at + "expected account:tool")
        self.refused(images(row(drops="app:gosu")), at + "'app' is no account")

    def test_names_are_normalised(self):
        at = f"data/images.tsv:{FIRST}: name: "
        for cell in ("docker.io/python", "library/python", "Python"):
            self.refused(images(row(name=cell)), at)
        self.refused(images(row(tags="3.9,,3.8")), f"data/images.tsv:{FIRST}: tags: ")

    def test_rows_that_never_match(self):
        at = f"data/images.tsv:{FIRST + 1}: tags: can never match"
        self.refused(images(row(tags="*"), row(tags="3.9")), at, "line 3")
        self.refused(images(row(tags="3.*"), row(tags="3.9-slim*")), at)
        self.refused(images(row(name="jupyter/*", tags="*"),
                            row(name="jupyter/base-notebook", tags="1")), at)
        self.refused(images(row(tags="3.*,2.*"), row(tags="3.9*,2.7")), at)

    def test_rows_that_can_match(self):
        for first, second in (("3.9", "3.*"), ("3.9-*", "3.9"), ("*-slim", "*-slim*"),
                              ("3.*", "3.9,2.7"), ("*a*b*", "*b*a*")):
            faults, _ = self.compile(images(row(tags=first), row(tags=second)))
            self.assertEqual(faults, "", f"{first} {second}")

    def test_packages(self):
        bad = PACKAGES + "nginx\tngi nx\tx\tplan9\t-\t-\n"
        at = "data/package-users.tsv:3: "
        self.refused(images(row()), at + "user: ", at + "uid: ", at + "family: ",
                     at + "source: ", at + "date: ", packages=bad)

    def test_variables(self):
        twice = ENV + ENV.splitlines()[1] + "\n"
        bad = ENV + "library/x\tNB-UID\t1\t-\t-\n"
        at = "data/image-env.tsv:3: "
        self.refused(images(row()), at + "variable: 'NB_UID' stands twice", env=twice)
        self.refused(images(row()), at + "name: ", at + "variable: ", at + "source: ",
                     at + "date: ", env=bad)

    def refuses_sibling(self, says, **changes):
        good = dict(zip(TOOL.SIBLINGS, SIBLINGS.splitlines()[1].split("\t")))
        self.refused(images(row(), row(name="old", eol="2020-01-01")),
                     "data/siblings.tsv:2: " + says,
                     siblings=SIBLINGS.splitlines()[0] + "\n" +
                     "\t".join((good | changes).values()) + "\n")

    def test_secret_files(self):
        good = SECRET_FILES.splitlines()[1]
        for old, new, says in (
                ("PG_*", "P-*", "variables: 'P-*' is no glob"),
                ("*_FILE", "_FILE", "file: '_FILE' is no name with one *"),
                ("*_FILE", "**", "file: '**' is no name with one *"),
                ("root", "ro ot", "reader: 'ro ot' is no account name"),
                ("issue a/b#1", "memory", "source: 'memory' is none of")):
            self.refused(images(row()), "data/secret-files.tsv:2: " + says,
                         secret_files=SECRET_FILES.replace(good, good.replace(old, new)))

    def test_powers(self):
        for line, old, new, says in (
                (2, "KILL", "FLY", "capabilities: 'FLY' is no row of capabilities.tsv"),
                (2, "/dev/net/tun", "/tun", "devices: '/tun' is no device"),
                (2, "tun\t-", "tun\tdo it", "instead: either what it needs, or"),
                (3, "let the host do it", "-", "instead: either what it needs, or"),
                (3, "host do it", "host do it.", "instead: half a sentence"),
                (3, "issue a/b#1", "memory", "source: 'memory' is none of")):
            lines = POWERS.splitlines()
            lines[line - 1] = lines[line - 1].replace(old, new)
            self.refused(images(row()), f"data/powers.tsv:{line}: " + says,
                         powers="\n".join(lines) + "\n")

    def test_siblings(self):
        self.refuses_sibling("name: ", name="library/centos")
        self.refuses_sibling("tags: ", tags="7,,8")
        self.refuses_sibling("sibling: ", sibling="Alma Linux")
        self.refuses_sibling("sibling: ", sibling="almalinux:*")
        self.refuses_sibling("sibling: its *", sibling="quay.io/*")
        self.refuses_sibling("name: more than one *", name="a*b*")
        self.refuses_sibling("cures: ", cures="everything")
        self.refuses_sibling("why: ", why="is better.")
        self.refuses_sibling("source: ", source="-")
        self.refuses_sibling("date: ", date="-")

    def test_a_sibling_is_what_it_promises(self):
        self.refuses_sibling("sibling: runs as root, says data/images.tsv:3",
                             sibling="python:3.9", cures="user")
        self.refuses_sibling("sibling: past its end, says data/images.tsv:4",
                             sibling="old:3.1", cures="updates")

    def test_siblings_that_never_match(self):
        twice = SIBLINGS + SIBLINGS.splitlines()[1].replace("*", "7") + "\n"
        self.refused(images(row()), "data/siblings.tsv:3: tags: can never match",
                     siblings=twice)
        other = twice[:-1].replace("\t7\talmalinux:9\tupdates", "\t7\tx:9\tuser") + "\n"
        self.assertEqual(self.compile(images(row()), siblings=other)[0], "")

    def test_every_fault_is_told(self):
        self.refused(images(row(source="-"), row(tags="9", uid="x")),
                     f"data/images.tsv:{FIRST}: source", f"data/images.tsv:{FIRST + 1}: uid")

    def test_the_tables_of_this_tree(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(run(ROOT, os.path.join(folder, "out.c")), "")


if __name__ == "__main__":
    unittest.main()
