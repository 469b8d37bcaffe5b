"""The cases of the suite logs: containers that fail as an ordinary user, and why.

What it is: a table. A case is the lines of a Dockerfile behind its FROM, the options of
`docker run`, and what the truth is: the cause, the path that could not be used, who
wanted it. None of the texts stands here: what the programs print is their own affair.

FIRST and SECOND are programs and ways to fail of which data/errors.tsv was not made: they
were tried when it was done, and counted (doc/measurements.md), and only then it was
mended for what it had missed.
"""

import dataclasses

# What the programs of the cases come from.
PACKAGES = ("adduser", "passwd", "python3", "gosu", "nginx-light", "redis-server", "git",
            "sqlite3", "supervisor", "gunicorn", "mosquitto", "lighttpd", "iputils-ping",
            "dnsmasq-base", "unbound", "tinyproxy-bin", "pgbouncer", "memcached", "rsync",
            "stunnel4", "python3-tornado", "python3-joblib", "python3-aiohttp", "ruby",
            "lua5.4", "tftpd-hpa", "beanstalkd", "syncthing", "caddy", "haproxy", "sudo",
            "procps", "python3-sqlalchemy", "python3-flask", "python3-waitress", "gnupg",
            "python3-diskcache", "python3-zarr", "python3-h5py", "python3-netcdf4",
            "gawk", "tcl", "socat", "privoxy", "fossil", "mercurial", "subversion")
BASE = "debian:bookworm"  # a name that oakum knows


@dataclasses.dataclass(frozen=True)
class Case:
    """One container; causes: any of them is right; path: empty where none is named, * stands for
    what differs from run to run."""
    name: str
    lines: str
    causes: tuple
    path: str = ""
    options: tuple = ()
    by: str = ""
    agrees: bool = False  # the model must say the same of the path

    @property
    def dockerfile(self):
        """The whole file."""
        return f"FROM {BASE}\n{self.lines.strip()}\n"


WRITE = ("write", "access")
READ = ("read", "access")

PYTHON = "USER 1777:1777\nCMD [\"python3\", \"-c\", \"{}\"]"


def _python(code, before="", after=""):
    return (before + "USER 1777:1777\n" + after
            + 'CMD ["python3", "-c", "' + code.replace('"', '\\"') + '"]')


KNOWN = (
    Case("python-cwd", _python("open('model.pkl', 'wb')", after="WORKDIR /app\n",
                               before="RUN mkdir /app\n"),
         WRITE, "/app/model.pkl", agrees=True),
    Case("python-home", _python("import os; os.makedirs(os.path.expanduser('~/.cache/x'))"),
         WRITE, "/.cache", agrees=True),
    Case("python-user", _python("import getpass; getpass.getuser()"), ("no-account",)),
    Case("python-no-home", "RUN useradd -r -u 1777 -d /nonexistent app\n"
         + _python("import os; os.makedirs(os.path.expanduser('~/.cache'))"),
         WRITE, "/nonexistent", agrees=True),
    Case("python-root-home", _python("print(open('/root/.netrc').read())",
                                     before="RUN echo x > /root/.netrc\n"),
         READ, "/root/.netrc", agrees=True),
    Case("python-chown", _python("import os; os.chown('/srv', 1777, 1777)"),
         ("own",), "/srv"),
    Case("nginx", "USER 1777\nCMD [\"nginx\", \"-g\", \"daemon off;\"]", WRITE,
         "/var/lib/nginx/body", by="nginx"),
    Case("nginx-no-caps", "CMD [\"nginx\", \"-g\", \"daemon off;\"]", ("own", "drop"),
         options=("--cap-drop", "ALL"), by="nginx"),
    Case("redis", "RUN mkdir /work\nWORKDIR /work\nUSER 1777\n"
         "CMD [\"timeout\", \"-k\", \"5\", \"5\", \"redis-server\"]", ("stop",), "/work",
         by="redis"),
    Case("git-owner", "RUN git init -q /srv/repo\nUSER 1777\n"
         "CMD [\"git\", \"-C\", \"/srv/repo\", \"status\"]", ("wrong-owner",), "/srv/repo",
         by="git"),
    Case("sqlite", "RUN mkdir /db && sqlite3 /db/a.db 'create table t(a)'\nUSER 1777\n"
         "CMD [\"sqlite3\", \"/db/a.db\", \"insert into t values (1)\"]", ("write",),
         by="SQLite"),
    Case("supervisor", "RUN mkdir /etc/s && printf '[supervisord]\\nnodaemon=true\\n' > "
         "/etc/s/s.conf\nWORKDIR /app\nUSER 1777\n"
         "CMD [\"supervisord\", \"-c\", \"/etc/s/s.conf\"]", WRITE,
         "/app/supervisord.log", by="supervisor"),
    Case("gunicorn-user", "WORKDIR /app\nUSER 1777\nCMD [\"gunicorn\", \"--user\", "
         "\"www-data\", \"-b\", \"127.0.0.1:8000\", \"app:app\"]", ("drop",),
         by="gunicorn"),
    Case("ping", "USER 1777\nCMD [\"ping\", \"-c1\", \"127.0.0.1\"]", ("capability",),
         options=("--cap-drop", "ALL", "--sysctl", "net.ipv4.ping_group_range=1 0")),
    Case("mosquitto-port", "RUN echo 'listener 80' > /etc/m.conf\nUSER 1777\n"
         "CMD [\"mosquitto\", \"-c\", \"/etc/m.conf\"]", ("port",),
         options=("--sysctl", "net.ipv4.ip_unprivileged_port_start=1024")),
    Case("gosu", "RUN useradd -u 1500 app\nUSER 1777\nENTRYPOINT [\"gosu\", \"app\"]\n"
         "CMD [\"id\"]", ("drop",), by="gosu"),
    Case("gosu-no-caps", "RUN useradd -u 1500 app\nENTRYPOINT [\"gosu\", \"app\"]\n"
         "CMD [\"id\"]", ("drop",), options=("--cap-drop", "ALL"), by="gosu"),
    Case("entry-not-executable", "RUN printf '#!/bin/sh\\necho\\n' > /entry.sh && "
         "chmod 644 /entry.sh\nUSER 1777\nENTRYPOINT [\"/entry.sh\"]", ("run",),
         "/entry.sh"),
    Case("entry-closed", "RUN printf '#!/bin/sh\\necho\\n' > /entry.sh && "
         "chmod 700 /entry.sh\nUSER 1777\nENTRYPOINT [\"/entry.sh\"]", ("run",),
         "/entry.sh"),
    Case("entry-crlf", "RUN printf '#!/bin/sh\\r\\necho\\r\\n' > /entry.sh && "
         "chmod 755 /entry.sh\nENTRYPOINT [\"/entry.sh\"]", ("no-interpreter",),
         "/entry.sh"),
    Case("entry-missing", "ENTRYPOINT [\"serve\"]", ("not-found",), "serve"),
    Case("no-user", "CMD [\"id\"]", ("no-user",), options=("--user", "app")),
    Case("shell-redirect", "WORKDIR /app\nUSER 1777\nCMD echo start > run.log", WRITE,
         "/app/run.log", agrees=True),
    Case("shell-mkdir", "USER 1777\nCMD mkdir -p /data/out", WRITE, "/data",
         agrees=True),
    Case("read-only", "USER 1777\nCMD [\"python3\", \"-c\", "
         "\"open('/tmp/x', 'w')\"]", ("read-only",), "/tmp/x", options=("--read-only",)),
    Case("bind", "USER 1777\nCMD [\"touch\", \"/data/x\"]", WRITE, "/data/x",
         options=("--volume", "{host}:/data")),
    Case("volume", "RUN mkdir /data\nUSER 1777\nCMD [\"touch\", \"/data/x\"]", WRITE,
         "/data/x", options=("--volume", "logs-volume:/data")),
    Case("bind-read", "USER 1777\nCMD [\"cat\", \"/data/secret\"]", READ, "/data/secret",
         options=("--volume", "{host}:/data")),
    Case("apt", "USER 1777\nCMD [\"apt-get\", \"update\"]", ("needs-root",), by="apt"),
    Case("tmpfs-full", "USER 1777\nCMD [\"dd\", \"if=/dev/zero\", \"of=/w/x\", "
         "\"bs=1M\", \"count=4\"]", ("no-space",), "/w/x",
         options=("--tmpfs", "/w:size=1m,mode=1777")),
    Case("sudo", "USER 1777\nCMD [\"sudo\", \"-n\", \"id\"]", ("drop", "no-account"),
         options=("--security-opt", "no-new-privileges")),
)


PORTS = ("--sysctl", "net.ipv4.ip_unprivileged_port_start=1024")

# 27 of these 34 were explained at first sight.
FIRST = (
    Case("tinyproxy", "RUN printf 'Port 8888\\nLogFile \"/var/log/tp.log\"\\n' > /t.conf\n"
         "USER 1777\nCMD [\"timeout\", \"8\", \"tinyproxy\", \"-d\", \"-c\", \"/t.conf\"]", WRITE,
         "/var/log/tp.log"),
    Case("pgbouncer", "RUN printf '[databases]\\n[pgbouncer]\\nlogfile=/var/log/pgb.log\\n"
         "pidfile=/run/pgb.pid\\nlisten_addr=127.0.0.1\\nauth_type=any\\n' > /p.ini\n"
         "USER 1777\nCMD [\"pgbouncer\", \"/p.ini\"]", WRITE),
    Case("rsync-copy", "USER 1777\nCMD [\"rsync\", \"-a\", \"/etc/hostname\", \"/opt/\"]",
         WRITE, "/opt/.hostname.*"),
    Case("tornado-port", _python("import tornado.web as w; w.Application().listen(80)"),
         ("port",), options=("--sysctl", "net.ipv4.ip_unprivileged_port_start=1024")),
    Case("aiohttp-port", _python("from aiohttp import web; "
                                 "web.run_app(web.Application(), port=443)"),
         ("port",), options=("--sysctl", "net.ipv4.ip_unprivileged_port_start=1024")),
    Case("joblib-memory", _python("import joblib; joblib.Memory('cache').cache(len)([])",
                                  after="WORKDIR /app\n"),
         WRITE, "/app/cache"),
    Case("joblib-dump", _python("import joblib; joblib.dump(1, '/models/m.joblib')",
                                before="RUN mkdir /models\n"),
         WRITE, "/models/m.joblib", agrees=True),
    Case("diskcache", _python("import diskcache; diskcache.Cache('/var/cache/dc')"),
         WRITE, "/var/cache/dc"),
    Case("sqlalchemy", _python("import sqlalchemy as s; "
                               "s.create_engine('sqlite:////opt/x.db').connect()"),
         WRITE),
    Case("zarr", _python("import zarr; zarr.open('/opt/z.zarr', mode='w', shape=(2,))"),
         WRITE, "/opt/z.zarr"),
    Case("h5py", _python("import h5py; h5py.File('/opt/x.h5', 'w')"), WRITE, "/opt/x.h5"),
    Case("netcdf", _python("import netCDF4; netCDF4.Dataset('/opt/x.nc', 'w')"), WRITE,
         "/opt/x.nc"),
    Case("logging-file", _python("import logging.config as c; c.dictConfig({'version': 1, "
                                 "'handlers': {'f': {'class': 'logging.FileHandler', "
                                 "'filename': '/var/log/app.log'}}})"),
         WRITE, "/var/log/app.log"),
    Case("multiprocessing", _python("import tempfile; tempfile.TemporaryDirectory()"),
         ("no-tmp", "read-only"), options=("--read-only",)),
    Case("flask-sqlite", _python("import sqlite3; sqlite3.connect('app.db').execute("
                                 "'create table t(a)')", after="WORKDIR /app\n"),
         WRITE),
    Case("lua", "USER 1777\nCMD [\"lua5.4\", \"-e\", \"assert(io.open('/opt/x', 'w'))\"]",
         WRITE, "/opt/x"),
    Case("tcl", "RUN echo 'open /opt/x w' > /t.tcl\nUSER 1777\nCMD [\"tclsh\", \"/t.tcl\"]",
         WRITE, "/opt/x"),
    Case("gawk", "USER 1777\nCMD [\"gawk\", \"BEGIN { print 1 > \\\"/opt/x\\\" }\"]", WRITE,
         "/opt/x"),
    Case("ruby-mkdir", "USER 1777\nCMD [\"ruby\", \"-e\", \"Dir.mkdir('/opt/x')\"]", WRITE,
         "/opt/x"),
    Case("beanstalkd", "USER 1777\nCMD [\"beanstalkd\", \"-b\", \"/var/lib/beanstalkd\"]",
         WRITE),
    Case("syncthing", "USER 1777\nCMD [\"syncthing\", \"--no-browser\"]", WRITE),
    Case("caddy", "USER 1777\nCMD [\"caddy\", \"file-server\", \"--listen\", \":80\"]",
         ("port",) + WRITE, options=("--sysctl", "net.ipv4.ip_unprivileged_port_start=1024")),
    Case("socat-port", "USER 1777\nCMD [\"socat\", \"TCP-LISTEN:80\", \"STDOUT\"]",
         ("port",), options=("--sysctl", "net.ipv4.ip_unprivileged_port_start=1024")),
    Case("fossil", "USER 1777\nCMD [\"fossil\", \"init\", \"/opt/x.fossil\"]",
         WRITE + ("no-account", "no-home")),
    Case("mercurial", "USER 1777\nCMD [\"hg\", \"init\", \"/opt/x\"]", WRITE, "/opt/x"),
    Case("subversion", "USER 1777\nCMD [\"svnadmin\", \"create\", \"/opt/x\"]", WRITE,
         "/opt/x"),
    Case("gpg-home", "USER 1777\nCMD [\"gpg\", \"--list-keys\"]", WRITE, "/.gnupg"),
    Case("sysctl", "USER 1777\nCMD [\"sysctl\", \"-w\", \"vm.swappiness=1\"]",
         ("kernel",) + WRITE + ("read-only",)),
    Case("lighttpd-log", "USER 1777\nCMD [\"lighttpd\", \"-D\", \"-f\", "
         "\"/etc/lighttpd/lighttpd.conf\"]", WRITE + ("own",)),
    Case("entry-template", "RUN echo 'a' > /etc/app.tpl\nUSER 1777\nCMD sed s/a/b/ "
         "/etc/app.tpl > /etc/app.conf", WRITE, "/etc/app.conf"),
    Case("tee", "USER 1777\nCMD echo x | tee -a /var/log/app.log", WRITE,
         "/var/log/app.log"),
    Case("install", "USER 1777\nCMD install -d -o 1000 /opt/x", WRITE + ("own",), "/opt/x"),
    Case("cron-link", "USER 1777\nCMD ln -sf /usr/share/zoneinfo/UTC /etc/localtime", WRITE,
         "/etc/localtime"),
    Case("cd-root", "RUN mkdir /root/app\nUSER 1777\nCMD cd /root/app && ls", READ,
         "/root/app", agrees=True),
)

# 32 of these and one more were explained at first sight.
SECOND = (
    Case("shelve", _python("import shelve; shelve.open('/opt/s')"), WRITE, "/opt/s*"),
    Case("zipfile", _python("import zipfile; zipfile.ZipFile('/opt/a.zip', 'w')"), WRITE,
         "/opt/a.zip"),
    Case("copytree", _python("import shutil; shutil.copytree('/etc/apt', '/opt/apt')"),
         WRITE, "/opt/apt"),
    Case("unix-socket", _python("import socket; "
                                "socket.socket(socket.AF_UNIX).bind('/run/app.sock')"),
         WRITE + ("port",)),
    Case("asyncio-unix", _python("import asyncio; asyncio.run(asyncio.start_unix_server("
                                 "print, '/run/app.sock'))"), WRITE + ("port",)),
    Case("subprocess", _python("import subprocess; subprocess.run(['/etc/hostname'])"),
         ("run", "access"), "/etc/hostname"),
    Case("rename", _python("import os; os.rename('/etc/hostname', '/etc/h')"), WRITE,
         "/etc/hostname"),
    Case("venv", _python("import venv; venv.create('/opt/venv')"), WRITE, "/opt/venv"),
    Case("compileall", _python("import compileall, sys; "
                               "sys.exit(not compileall.compile_file('/srv/a.py'))",
                               before="RUN echo 'x = 1' > /srv/a.py\n"), WRITE,
         "/srv/__pycache__*"),
    Case("rotating-log", _python("import logging.handlers as h; "
                                 "h.RotatingFileHandler('logs/app.log')",
                                 before="RUN mkdir -p /app/logs\n",
                                 after="WORKDIR /app\n"), WRITE, "/app/logs/app.log",
         agrees=True),
    Case("numpy-save", _python("import numpy; numpy.save('/data/x.npy', [1])",
                               before="RUN mkdir /data\n"), WRITE, "/data/x.npy",
         agrees=True),
    Case("tornado-unix", _python("import tornado.netutil as n; "
                                 "n.bind_unix_socket('/run/t.sock')"), WRITE + ("port",)),
    Case("flask-port", "RUN printf 'from flask import Flask\\napp = Flask(\"a\")\\n' > "
         "/srv/app.py\nWORKDIR /srv\nUSER 1777\n"
         # One stream: of two the engine does not know which line came first.
         "CMD exec python3 -c 'import app; app.app.run(port=80)' 2>&1", ("port",),
         options=PORTS),
    Case("http-server", "USER 1777\nCMD [\"python3\", \"-m\", \"http.server\", \"80\"]",
         ("port",), options=PORTS),
    Case("git-clone", "RUN git init -q /srv/r\nUSER 1777\nCMD git -c safe.directory=* "
         "clone -q /srv/r /opt/r", WRITE, "/opt/r"),
    Case("hg-clone", "RUN hg init /srv/r\nUSER 1777\nCMD [\"hg\", \"clone\", \"/srv/r\", "
         "\"/opt/r\"]", WRITE, "/opt/r*"),
    Case("redis-conf", "RUN echo 'port 7000' > /etc/r.conf && chmod 600 /etc/r.conf\n"
         "USER 1777\nCMD [\"redis-server\", \"/etc/r.conf\"]", READ, "/etc/r.conf"),
    Case("nginx-conf", "RUN chmod 640 /etc/nginx/nginx.conf\nUSER 1777:1777\n"
         "CMD [\"nginx\", \"-g\", \"daemon off;\"]", READ, "/etc/nginx/nginx.conf"),
    Case("gunicorn-log", "WORKDIR /srv\nUSER 1777\nCMD [\"gunicorn\", "
         "\"--access-logfile\", \"/var/log/g.log\", \"-b\", \"127.0.0.1:8000\", "
         "\"app:app\"]", WRITE, "/var/log/g.log"),
    Case("haproxy-port", "RUN printf 'defaults\\n mode http\\n timeout client 1s\\n timeout "
         "server 1s\\n timeout connect 1s\\nlisten a\\n bind :443\\n' > /h.cfg\nUSER 1777\n"
         "CMD [\"haproxy\", \"-db\", \"-f\", \"/h.cfg\"]", ("port",), options=PORTS),
    Case("memcached-socket", "USER 1777\nCMD [\"memcached\", \"-s\", \"/run/m.sock\"]",
         WRITE + ("port",)),
    Case("memcached-user", "CMD [\"memcached\", \"-u\", \"nobody\"]", ("drop",),
         options=("--cap-drop", "ALL")),
    Case("sed-in-place", "USER 1777\nCMD sed -i s/a/b/ /etc/hostname", WRITE,
         "/etc/*"),
    Case("find-delete", "RUN mkdir /srv/old && touch /srv/old/a\nUSER 1777\n"
         "CMD find /srv/old -type f -delete", WRITE, "/srv/old/a"),
    Case("gzip", "RUN echo x > /srv/a\nUSER 1777\nCMD [\"gzip\", \"/srv/a\"]", WRITE,
         "/srv/a*"),
    Case("perl", "USER 1777\nCMD [\"perl\", \"-e\", \"open(F, '>', '/opt/x') or die "
         "qq(cannot write /opt/x: $!)\"]", WRITE, "/opt/x"),
    Case("tcl-mkdir", "RUN echo 'file mkdir /opt/x' > /t.tcl\nUSER 1777\n"
         "CMD [\"tclsh\", \"/t.tcl\"]", WRITE, "/opt/x"),
    Case("socat-unix", "USER 1777\nCMD [\"socat\", \"UNIX-LISTEN:/run/s\", \"STDOUT\"]",
         WRITE + ("port",)),
    Case("ruby-require", "RUN echo 'x = 1' > /srv/a.rb && chmod 600 /srv/a.rb\nUSER 1777\n"
         "CMD [\"ruby\", \"/srv/a.rb\"]", READ, "/srv/a.rb"),
    Case("python-module", "RUN echo 'x = 1' > /srv/mod.py && chmod 600 /srv/mod.py\n"
         "WORKDIR /srv\nUSER 1777\nCMD [\"python3\", \"-c\", \"import mod\"]", READ,
         "/srv/mod.py"),
    Case("shell-source", "RUN echo 'A=1' > /srv/env && chmod 600 /srv/env\nUSER 1777\n"
         "CMD . /srv/env && echo $A", READ, "/srv/env", agrees=True),
    Case("mktemp", "USER 1777\nCMD mktemp -p /opt", WRITE, "/opt*"),
    Case("cp-tree", "USER 1777\nCMD cp -r /etc/apt /opt/apt", WRITE, "/opt/apt"),
    Case("chmod-entry", "RUN printf '#!/bin/sh\\nset -e\\nchmod 755 /srv\\nexec id\\n' > "
         "/e.sh && chmod 755 /e.sh\nUSER 1777\nENTRYPOINT [\"/e.sh\"]", ("own",), "/srv"),
    Case("su-entry", "RUN useradd -u 1500 app\nUSER 1777\nCMD su app -c id", ("drop",)),
    Case("gpg-home-dir", "RUN mkdir -m 700 /root/.gnupg\nENV GNUPGHOME=/root/.gnupg\n"
         "USER 1777\nCMD [\"gpg\", \"--list-keys\"]", WRITE + READ, "/root/.gnupg*"),
    Case("user-name", "CMD [\"id\"]", ("no-user", "no-group"),
         options=("--user", "1777:models")),
)

CASES = KNOWN + FIRST + SECOND
