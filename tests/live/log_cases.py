"""The cases of the suite logs: containers that fail as an ordinary user, and why.

What it is: a table. A case is the lines of a Dockerfile behind its FROM, the options of
`docker run`, and what the truth is: the cause, the path that could not be used, who
wanted it. None of the texts stands here: what the programs print is their own affair.

HELD_OUT are programs and ways to fail of which data/errors.tsv was not made: what they
print was seen for the first time when the table was done. A wrong one there is kept, and
counted; the table is not mended for it.
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
    """One container; causes: any of them is right; path: empty where none is named."""
    name: str
    lines: str
    causes: tuple
    path: str = ""
    options: tuple = ()
    by: str = ""
    agrees: bool = False  # the model must say the same of the path
    held_out: bool = False

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
         "CMD [\"timeout\", \"-k\", \"2\", \"2\", \"redis-server\"]", ("stop",), "/work",
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

HELD_OUT = (
    Case("dnsmasq-pid", "USER 1777\nCMD [\"dnsmasq\", \"-k\", \"-p\", \"5353\", \"-u\", "
         "\"root\"]", WRITE + ("drop", "capability", "own"), held_out=True),
    Case("unbound", "USER 1777\nCMD [\"unbound\", \"-d\"]", WRITE + READ + ("drop", "port"),
         held_out=True),
    Case("tinyproxy", "RUN printf 'Port 8888\\nLogFile \"/var/log/tp.log\"\\n' > /t.conf\n"
         "USER 1777\nCMD [\"tinyproxy\", \"-d\", \"-c\", \"/t.conf\"]", WRITE,
         "/var/log/tp.log", held_out=True),
    Case("pgbouncer", "RUN printf '[databases]\\n[pgbouncer]\\nlogfile=/var/log/pgb.log\\n"
         "pidfile=/run/pgb.pid\\nlisten_addr=127.0.0.1\\nauth_type=any\\n' > /p.ini\n"
         "USER 1777\nCMD [\"pgbouncer\", \"/p.ini\"]", WRITE, held_out=True),
    Case("rsyncd", "RUN printf '[m]\\npath=/srv\\n' > /r.conf\nUSER 1777\nCMD [\"rsync\", "
         "\"--daemon\", \"--no-detach\", \"--config=/r.conf\", \"--log-file=/var/log/r\"]",
         WRITE + ("port",), held_out=True),
    Case("rsync-copy", "USER 1777\nCMD [\"rsync\", \"-a\", \"/etc/hostname\", \"/opt/\"]",
         WRITE, "/opt", held_out=True),
    Case("stunnel", "RUN printf 'foreground=yes\\npid=/run/st.pid\\n[x]\\naccept=8443\\n"
         "connect=1\\nciphers=PSK\\nPSKsecrets=/etc/hostname\\n' > /s.conf\nUSER 1777\n"
         "CMD [\"stunnel4\", \"/s.conf\"]", WRITE + READ, held_out=True),
    Case("tornado-port", _python("import tornado.web as w; w.Application().listen(80)"),
         ("port",), options=("--sysctl", "net.ipv4.ip_unprivileged_port_start=1024"),
         held_out=True),
    Case("aiohttp-port", _python("from aiohttp import web; "
                                 "web.run_app(web.Application(), port=443)"),
         ("port",), options=("--sysctl", "net.ipv4.ip_unprivileged_port_start=1024"),
         held_out=True),
    Case("waitress-port", _python("import waitress; waitress.serve(None, port=80)"),
         ("port",), options=("--sysctl", "net.ipv4.ip_unprivileged_port_start=1024"),
         held_out=True),
    Case("joblib-memory", _python("import joblib; joblib.Memory('cache').cache(len)([])",
                                  after="WORKDIR /app\n"),
         WRITE, "/app/cache", held_out=True, agrees=True),
    Case("joblib-dump", _python("import joblib; joblib.dump(1, '/models/m.joblib')",
                                before="RUN mkdir /models\n"),
         WRITE, "/models/m.joblib", held_out=True, agrees=True),
    Case("diskcache", _python("import diskcache; diskcache.Cache('/var/cache/dc')"),
         WRITE, "/var/cache/dc", held_out=True),
    Case("sqlalchemy", _python("import sqlalchemy as s; "
                               "s.create_engine('sqlite:////opt/x.db').connect()"),
         WRITE, held_out=True),
    Case("zarr", _python("import zarr; zarr.open('/opt/z.zarr', mode='w', shape=(2,))"),
         WRITE, "/opt/z.zarr", held_out=True),
    Case("h5py", _python("import h5py; h5py.File('/opt/x.h5', 'w')"), WRITE, "/opt/x.h5",
         held_out=True),
    Case("netcdf", _python("import netCDF4; netCDF4.Dataset('/opt/x.nc', 'w')"), WRITE,
         "/opt/x.nc", held_out=True),
    Case("logging-file", _python("import logging.config as c; c.dictConfig({'version': 1, "
                                 "'handlers': {'f': {'class': 'logging.FileHandler', "
                                 "'filename': '/var/log/app.log'}}})"),
         WRITE, "/var/log/app.log", held_out=True),
    Case("multiprocessing", _python("import tempfile; tempfile.TemporaryDirectory()"),
         ("no-tmp", "read-only"), options=("--read-only",), held_out=True),
    Case("flask-sqlite", _python("import sqlite3; sqlite3.connect('app.db').execute("
                                 "'create table t(a)')", after="WORKDIR /app\n"),
         WRITE, held_out=True),
    Case("lua", "USER 1777\nCMD [\"lua5.4\", \"-e\", \"assert(io.open('/opt/x', 'w'))\"]",
         WRITE, "/opt/x", held_out=True),
    Case("tcl", "RUN echo 'open /opt/x w' > /t.tcl\nUSER 1777\nCMD [\"tclsh\", \"/t.tcl\"]",
         WRITE, "/opt/x", held_out=True),
    Case("gawk", "USER 1777\nCMD [\"gawk\", \"BEGIN { print 1 > \\\"/opt/x\\\" }\"]", WRITE,
         "/opt/x", held_out=True),
    Case("ruby-mkdir", "USER 1777\nCMD [\"ruby\", \"-e\", \"Dir.mkdir('/opt/x')\"]", WRITE,
         "/opt/x", held_out=True),
    Case("beanstalkd", "USER 1777\nCMD [\"beanstalkd\", \"-b\", \"/var/lib/beanstalkd\"]",
         WRITE, "/var/lib/beanstalkd", held_out=True),
    Case("syncthing", "USER 1777\nCMD [\"syncthing\", \"--no-browser\"]", WRITE,
         held_out=True),
    Case("caddy", "USER 1777\nCMD [\"caddy\", \"file-server\", \"--listen\", \":80\"]",
         ("port",) + WRITE, options=("--sysctl", "net.ipv4.ip_unprivileged_port_start=1024"),
         held_out=True),
    Case("tftpd", "USER 1777\nCMD [\"in.tftpd\", \"-L\", \"-a\", \":69\", \"/srv\"]",
         ("port", "drop", "needs-root", "no-user"),
         options=("--sysctl", "net.ipv4.ip_unprivileged_port_start=1024"), held_out=True),
    Case("socat-port", "USER 1777\nCMD [\"socat\", \"TCP-LISTEN:80\", \"STDOUT\"]",
         ("port",), options=("--sysctl", "net.ipv4.ip_unprivileged_port_start=1024"),
         held_out=True),
    Case("privoxy", "USER 1777\nCMD [\"privoxy\", \"--no-daemon\", \"/etc/privoxy/config\"]",
         WRITE + READ, held_out=True),
    Case("fossil", "USER 1777\nCMD [\"fossil\", \"init\", \"/opt/x.fossil\"]",
         WRITE + ("no-account", "no-home"), held_out=True),
    Case("mercurial", "USER 1777\nCMD [\"hg\", \"init\", \"/opt/x\"]", WRITE, "/opt/x",
         held_out=True),
    Case("subversion", "USER 1777\nCMD [\"svnadmin\", \"create\", \"/opt/x\"]", WRITE,
         "/opt/x", held_out=True),
    Case("gpg-home", "USER 1777\nCMD [\"gpg\", \"--list-keys\"]", WRITE, "/.gnupg",
         held_out=True),
    Case("sysctl", "USER 1777\nCMD [\"sysctl\", \"-w\", \"vm.swappiness=1\"]",
         ("kernel",) + WRITE + ("read-only",), held_out=True),
    Case("lighttpd-log", "USER 1777\nCMD [\"lighttpd\", \"-D\", \"-f\", "
         "\"/etc/lighttpd/lighttpd.conf\"]", WRITE + ("own",), held_out=True),
    Case("entry-template", "RUN echo 'a' > /etc/app.tpl\nUSER 1777\nCMD sed s/a/b/ "
         "/etc/app.tpl > /etc/app.conf", WRITE, "/etc/app.conf", held_out=True,
         agrees=True),
    Case("tee", "USER 1777\nCMD echo x | tee -a /var/log/app.log", WRITE,
         "/var/log/app.log", held_out=True),
    Case("install", "USER 1777\nCMD install -d -o 1000 /opt/x", WRITE + ("own",), "/opt/x",
         held_out=True),
    Case("cron-link", "USER 1777\nCMD ln -sf /usr/share/zoneinfo/UTC /etc/localtime", WRITE,
         "/etc/localtime", held_out=True),
    Case("cd-root", "RUN mkdir /root/app\nUSER 1777\nCMD cd /root/app && ls", READ,
         "/root/app", held_out=True, agrees=True),
    Case("workdir-root", "RUN mkdir -p /root/app\nWORKDIR /root/app\nUSER 1777\n"
         "CMD [\"ls\"]", READ + ("run",), "/root/app", held_out=True),
)

CASES = KNOWN + HELD_OUT
