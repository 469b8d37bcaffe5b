"""The tables of the suite `runs`: what is said of services and of lines.

What it is: fragments of services, options of `docker run`, and whole lines and scripts.
runs.py makes cases of them; no entry says what the answer is. A name that begins with
"*" is started, and runs the probe.
"""

PLAIN = "local/run-plain:1"  # no USER
NAMED = "local/run-name:1"  # USER app
PAIR = "local/run-pair:1"  # USER 1500:1601

# What every project's folder holds.
FILES = {
    "data/x": "x\n",
    "home/keep": "x\n",
    "one.env": "FROM_FILE=one\nBOTH=one\n# comment\n\nEMPTY=\n",
    "two.env": "BOTH=two\nSECOND=2\n",
    "quoted.env": "DOUBLE=\"a b\"\nSINGLE='x y'\nHASH=a#b\nEQUALS=a=b\n",
    "docker.env": "DOUBLE=\"a b\"\nSINGLE='x y'\nHASH=1 # c\nFROM_SHELL\nDOLLAR=$HOME\n",
    "data/a b/x": "x\n",
    "profile.json": '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": []}\n',
    "app/Dockerfile": f"""\
FROM {PLAIN} AS base
ENV LAYER=image KEEP=image
WORKDIR /srv

FROM base AS debug
USER root
CMD ["/probe", "debug"]

FROM base AS serve
ARG WHO=app
USER ${{WHO}}
EXPOSE 8000
VOLUME /srv/cache
ENTRYPOINT ["/probe"]
CMD ["serve"]
""",
    "app/Dockerfile.shell": f"FROM {NAMED}\nENTRYPOINT exec /probe\n",
}


# --- Fragments of services ---------------------------------------------------------------
# name: lines under the service. An image is added where none is said. A name that begins
# with "*" is started, and runs the probe.

FRAGMENTS = {
    "*user-name": "user: app",
    "*user-number": 'user: "1500"',
    "*user-pair": "user: 1500:1600",
    "*user-name-group": "user: app:data",
    "*user-number-zero-group": 'user: "1501:0"',
    "*user-root": "user: root",
    "*user-zero": 'user: "0"',
    "*user-root-over-image": f"image: {NAMED}\nuser: root",
    "*user-of-image": f"image: {NAMED}",
    "*user-of-image-pair": f"image: {PAIR}",
    "*user-over-pair": f"image: {PAIR}\nuser: app",
    "*user-nobody-there": 'user: "4711"',
    "*user-empty": f"image: {NAMED}\nuser: ''",
    "*user-number-group": 'user: "0:1601"',
    "*user-variable": 'user: "${NOT_THERE:-1500}:${DOTENV_GID}"',
    "*user-quoted-key": '"user": "svc"',
    "*user-group-add": "user: app\ngroup_add: [wheelish, 4242]",

    "*cap-add-plain": "cap_add: [SYS_ADMIN]",
    "*cap-add-prefix": "cap_add:\n  - CAP_NET_ADMIN\n  - CAP_SYS_PTRACE",
    "*cap-add-lower": "cap_add: [net_admin, cap_sys_time]",
    "*cap-add-all": "cap_add: [ALL]",
    "*cap-add-all-lower": "cap_add:\n  - all",
    "*cap-drop-all": "cap_drop: [ALL]",
    "*cap-drop-all-lower": 'cap_drop:\n  - "all"',
    "*cap-drop-some": "cap_drop:\n- MKNOD\n- cap_net_raw\n- CAP_AUDIT_WRITE",
    "*cap-drop-all-add-one": "cap_drop: [ALL]\ncap_add: [NET_BIND_SERVICE]",
    "*cap-add-all-drop-one": "cap_add: [ALL]\ncap_drop: [SYS_ADMIN, sys_module]",
    "*cap-both": "cap_add: [CHOWN]\ncap_drop: [CHOWN]",
    "*cap-drop-absent": "cap_drop: [SYS_ADMIN]",
    "*cap-user-drop": "user: app\ncap_drop: [ALL]",
    "*privileged": "privileged: true",
    "privileged-yes": "privileged: yes",
    "privileged-false": "privileged: false\ncap_add: [SYS_NICE]",
    "*privileged-drop": "privileged: true\ncap_drop: [ALL]",

    "*security-nnp": "security_opt: [no-new-privileges]",
    "*security-nnp-colon": "security_opt:\n  - no-new-privileges:true",
    "*security-nnp-equals": 'security_opt: ["no-new-privileges=true"]',
    "*security-nnp-false": "security_opt:\n  - no-new-privileges:false",
    "security-seccomp-colon": "security_opt: ['seccomp:unconfined']",
    "security-seccomp-equals": "security_opt:\n  - seccomp=unconfined",
    "security-seccomp-file": "security_opt:\n  - seccomp:./profile.json",
    "security-seccomp-file-equals": "security_opt:\n  - seccomp=profile.json",
    "security-apparmor": "security_opt:\n  - apparmor:unconfined",
    "security-apparmor-equals": "security_opt: [apparmor=unconfined]",
    "security-label": "security_opt:\n  - label:disable\n  - label=role:ROLE",
    "security-all": "security_opt:\n  - no-new-privileges:true\n"
                    "  - seccomp:unconfined\n  - apparmor=unconfined",

    "security-label-user": "security_opt: ['label:user:USER']",
    "security-twice": "security_opt:\n  - seccomp:unconfined\n  - seccomp:./profile.json",

    "flag-false": "read_only: false\ninit: false\ntty: false",
    "flag-read-only": "read_only: true",
    "flag-init": "init: true",
    "flag-tty": "tty: true\nstdin_open: true",
    "flag-oom": "oom_kill_disable: true\nmem_limit: 64m",

    "program-command-list": 'command: ["/probe", "a b", "c"]',
    "program-command-string": "command: /probe 'a b' c \"d e\"",
    "program-command-block": "command:\n  - /probe\n  - --flag=1\n  - \"2\"",
    "program-command-folded": "command: >\n  /probe --one\n  --two three",
    "program-entrypoint-list": 'entrypoint: ["/probe", "x"]',
    "program-entrypoint-string": "entrypoint: /probe -e 'q r'",
    "program-both": "entrypoint: [/probe]\ncommand: [serve, --port, \"80\"]",
    "program-workdir": "working_dir: /srv/app",
    "program-dollar": "command: [\"/bin/sh\", \"-c\", \"echo $$HOME $${X}\"]",
    "program-escapes": "command: /probe a\\ b \"q \\\"r\\\"\" 's t'",
    "program-dollar-string": "command: echo $$HOME $$$$",
    "program-literal": "command: |\n  /probe --one\n  --two",
    "program-shell": "entrypoint: [sh, -c]\ncommand: [\"echo a; echo b\"]",
    "program-empty-command": "entrypoint: [/probe]\ncommand: []",
    "program-variable": "command: [/probe, \"${DOTENV}\", '${NOT_THERE:-d e}']",
    "program-variable-string": "command: /probe ${DOTENV} ${NOT_THERE:-d e}",
    "program-numbers": 'command: ["sleep", "10"]',

    "env-list": "environment:\n  - A=1\n  - B=two words\n  - C=\n  - D=x=y",
    "env-map": "environment:\n  A: 1\n  B: two words\n  C: ''\n  D: \"true\"\n  E: 1.5",
    "env-pass": "environment:\n  - FROM_SHELL\n  - NOT_THERE",
    "env-pass-map": "environment:\n  FROM_SHELL:\n  A: b",
    "env-dollar": "environment:\n  PRICE: $$5",
    "env-spaces": 'environment:\n  - "A= spaced "\n  - B=#no comment\n  - C="quoted"',
    "env-flow": "environment: {A: 'x', B: \"y\\tz\", C: z}",
    "env-literal": "environment:\n  A: |\n    one\n    two\n  B: >-\n    folded\n    text",
    "env-file-quoted": "env_file: quoted.env",
    "env-file": "env_file: one.env",
    "env-file-list": "env_file:\n  - one.env\n  - ./two.env",
    "env-file-hidden": "env_file: [one.env]\nenvironment:\n  BOTH: service",
    "env-variable": "environment:\n  A: ${FROM_SHELL}\n  B: ${DOTENV}\n  C: $DOTENV-x",
    "env-default": "environment:\n  A: ${NOT_THERE:-fallback}\n  B: ${NOT_THERE-}\n"
                   "  C: ${DOTENV:-no}\n  D: ${FROM_SHELL:?must}",

    "labels-list": "labels:\n  - a=1\n  - com.example.b",
    "labels-map": "labels:\n  a: \"1\"\n  com.example.b: two words",

    "ports-pair": 'ports:\n  - "8080:80"',
    "ports-loopback": 'ports: ["127.0.0.1:8081:80"]',
    "ports-any": 'ports:\n  - "0.0.0.0:8082:80/tcp"',
    "ports-target": 'ports:\n  - "80"',
    "ports-integer": "ports:\n  - 9000",
    "ports-udp": "ports:\n  - 8053:53/udp\n  - 8053:53/tcp",
    "ports-range": 'ports:\n  - "8090-8092:90-92"',
    "ports-range-target": 'ports: ["3000-3002"]',
    "ports-range-loopback": 'ports:\n  - "127.0.0.1:8190-8191:90-91/udp"',
    "ports-no-published": 'ports: ["127.0.0.1::90"]',
    "ports-long": "ports:\n  - target: 80\n    published: 8180\n    protocol: udp\n"
                  "  - target: 81",
    "ports-mixed": 'ports:\n  - "8280:80"\n  - target: 81\n    published: 8281\n'
                   "    mode: host",
    "ports-many": 'ports: ["8301:1", "127.0.0.1:8302:2", "8303:3/udp", "4"]',
    "ports-variable": 'ports:\n  - "${DOTENV_PORT}:80"\n  - "${NOT_THERE:-8401}:81"',
    "ports-variable-ip": 'ports: ["${NOT_THERE:-127.0.0.1}:8402:80"]',
    "ports-range-address": 'ports: ["127.0.0.1:8420-8422:80-82"]',
    "ports-quoted-long": "ports:\n  - target: 80\n    published: 8430\n"
                         "  - 127.0.0.1:8431:81",
    "ports-six": "ports:\n  - '[::1]:8432:80'",
    "expose-range": 'expose: ["7010-7011", "7012/udp"]',
    "expose": 'expose:\n  - "7000"\n  - 7001',

    "mount-bind": "volumes:\n  - ./data:/data",
    "mount-bind-ro": "volumes: [./data:/data:ro]",
    "mount-bind-z": "volumes:\n  - ./data:/data:rw,z",
    "mount-bind-dots": "volumes:\n  - ./data/../data:/x/../data",
    "mount-bind-absolute": "volumes:\n  - /etc/hostname:/host:ro",
    "mount-bind-root": "volumes:\n  - /:/host:ro",
    "mount-bind-home": "volumes:\n  - ~/keep:/keep",
    "mount-bind-socket": "volumes: [/var/run/docker.sock:/var/run/docker.sock]",
    "mount-bind-long": "volumes:\n  - type: bind\n    source: ./data\n    target: /data\n"
                       "    read_only: true",
    "mount-bind-propagation": "volumes:\n  - type: bind\n    source: ./data\n"
                              "    target: /data\n    bind:\n      propagation: rslave",
    "mount-bind-propagation-short": "volumes:\n  - ./data:/data:rslave",
    "mount-bind-here": "volumes:\n  - .:/app",
    "mount-bind-here-slash": "volumes: ['./:/app/']",
    "mount-bind-up": "volumes:\n  - ./data/..:/up:ro",
    "mount-bind-home-whole": "volumes:\n  - ~:/home/me",
    "mount-bind-blank": 'volumes: ["./data/a b:/a b"]',
    "mount-bind-many-options": "volumes:\n  - ./data:/data:ro,rslave,Z",
    "mount-bind-same-place": "volumes:\n  - ./data:/d\ntmpfs: /t",
    "mount-bind-long-home": "volumes:\n  - type: bind\n    source: ~/keep\n    target: /k",
    "mount-named-z": "volumes: ['store:/store:ro,z']",
    "mount-tmpfs-options": "tmpfs: /run:size=1m,uid=1500",
    "mount-bind-variable": "volumes:\n  - ${DOTENV_DIR}:/data\n"
                           "  - ${NOT_THERE:-./data}:/more:ro",
    "mount-named": "volumes:\n  - store:/store",
    "mount-named-ro": "volumes: ['store:/store:ro']",
    "mount-named-nocopy": "volumes:\n  - store:/store:nocopy",
    "mount-named-long": "volumes:\n  - type: volume\n    source: store\n"
                        "    target: /store\n    volume:\n      nocopy: true",
    "mount-named-external": "volumes:\n  - outside:/out",
    "mount-named-own-name": "volumes:\n  - titled:/t",
    "mount-anonymous": "volumes:\n  - /anonymous",
    "mount-anonymous-long": "volumes:\n  - type: volume\n    target: /anonymous",
    "mount-tmpfs": "tmpfs: /run",
    "mount-tmpfs-list": "tmpfs:\n  - /run\n  - /tmp:size=64m,mode=1777",
    "mount-tmpfs-long": "volumes:\n  - type: tmpfs\n    target: /scratch\n    tmpfs:\n"
                        "      size: 1000000",
    "mount-many": "read_only: true\ntmpfs: [/tmp]\nvolumes:\n  - ./data:/data:ro\n"
                  "  - store:/store\n  - /anonymous",
    "mount-from": "volumes_from: [mount-named, 'mount-bind:ro']",

    "net-none": "network_mode: none\ntty: true\ncommand: [cat]",
    "net-host": "network_mode: host",
    "net-bridge": "network_mode: bridge",
    "net-service": "network_mode: service:net-none",
    "net-networks": "networks: [front, back]",
    "net-networks-map": "networks:\n  back:\n    aliases: [db]",
    "net-container": "network_mode: container:oakum-plain",
    "ns-pid-host": "pid: host",
    "ns-pid-service": "pid: service:net-none",
    "ns-ipc-host": "ipc: host",
    "ns-ipc-shareable": "ipc: shareable\ntty: true\ncommand: [cat]",
    "ns-ipc-service": "ipc: service:ns-ipc-shareable",
    "ns-ipc-private": "ipc: private",
    "ns-userns-host": "userns_mode: host",
    "ns-hostname": "hostname: db1\ndomainname: example.org",
    "ns-cgroup-parent": "cgroup_parent: /models",

    "device-one": "devices: ['/dev/null:/dev/xnull']",
    "device-bare": "devices:\n  - /dev/zero",
    "device-permissions": "devices:\n  - /dev/zero:/dev/zero:r\n  - /dev/full:/dev/f:rw",
    "device-rules": "device_cgroup_rules:\n  - c 1:3 mr\n  - 'a 7:* rmw'",
    "gpu-count": "deploy:\n  resources:\n    reservations:\n      devices:\n"
                 "        - driver: nvidia\n          count: 2\n"
                 "          capabilities: [gpu, utility]",
    "gpu-all": "deploy:\n  resources:\n    reservations:\n      devices:\n"
               "        - capabilities: [gpu]\n          count: all",
    "gpu-ids": "deploy:\n  resources:\n    reservations:\n      devices:\n"
               "        - driver: nvidia\n          device_ids: ['0', '3']\n"
               "          capabilities: [gpu]",

    "limit-memory": "mem_limit: 512m",
    "limit-memory-gb": "mem_limit: 1.5gb\nmem_reservation: 256M",
    "limit-memory-bytes": "mem_limit: 134217728\nmemswap_limit: 256m",
    "limit-memory-upper": "mem_limit: 64M\nshm_size: 64mb",
    "limit-memory-kb": "mem_limit: 65536k\nmem_reservation: 33554432b",
    "limit-cpus-point": "cpus: .25",
    "limit-memory-quoted": "mem_limit: \"100000000\"",
    "limit-swap-none": "mem_limit: 64m\nmemswap_limit: -1",
    "limit-cpus": "cpus: 0.5",
    "limit-cpus-quoted": "cpus: '1.5'",
    "limit-cpu-old": "cpu_quota: 50000\ncpu_shares: 73\ncpuset: \"0\"",
    "limit-pids": "pids_limit: 100",
    "limit-pids-none": "pids_limit: -1",
    "limit-shm": "shm_size: 1gb",
    "limit-shm-bytes": "shm_size: 2000000",
    "limit-ulimits": "ulimits:\n  nofile: 1024\n  nproc:\n    soft: 100\n    hard: 200\n"
                     "  memlock:\n    soft: -1\n    hard: -1",
    "limit-sysctls": "sysctls:\n  net.core.somaxconn: 1024\n  kernel.msgmax: 65536",
    "limit-sysctls-list": "sysctls:\n  - net.core.somaxconn=512",

    "restart-always": "restart: always",
    "restart-no": 'restart: "no"',
    "restart-unless": "restart: unless-stopped",
    "restart-failure": "restart: on-failure",
    "restart-failure-count": "restart: on-failure:3",
    "log-none": "logging:\n  driver: none",
    "runtime": "runtime: runc",

    "build-short": "build: ./app",
    "build-target": "build:\n  context: app\n  target: debug",
    "build-args-map": "build:\n  context: ./app\n  args:\n    WHO: svc",
    "build-args-list": "build:\n  context: ./app\n  target: serve\n  args:\n    - WHO=1501",
    "build-args-shell": "build:\n  context: ./app\n  args:\n    - WHO",
    "build-file": "build:\n  context: ./app\n  dockerfile: Dockerfile.shell",
    "build-args-variable": "build:\n  context: ./app\n  args:\n    WHO: ${DOTENV_WHO}",
    "build-target-variable": "build:\n  context: ./app\n  target: ${NOT_THERE:-debug}",
    "build-dots": "build:\n  context: ./data/../app\n  dockerfile: ./Dockerfile",
    "build-here": "build:\n  context: .\n  dockerfile: app/Dockerfile",
    "build-all-over": "build: ./app\nuser: '0'\nworking_dir: /w\nentrypoint: /bin/sh -c\n"
                      "command: [id]\nenvironment: [KEEP=no]\nports: ['8440:8000']",
    "build-user-over": "build: ./app\nuser: root",
    "build-image": "image: local/made:7\nbuild: app",
    "build-command-over": "build: ./app\ncommand: [other]",
    "build-entrypoint-over": "build: ./app\nentrypoint: [/bin/sh]",
    "build-env-over": "build: ./app\nenvironment:\n  LAYER: service",
    "build-workdir-over": "build: ./app\nworking_dir: /else",
    "build-volume-over": "build: ./app\nvolumes:\n  - store:/srv/cache",
    "build-volume-below": "build: ./app\nvolumes:\n  - ./data:/srv",
}

# Fragments that must share a project with those that they name.
TOGETHER = (("mount-from", "mount-named", "mount-bind"),
            ("net-service", "net-none", "ns-pid-service"),
            ("ns-ipc-service", "ns-ipc-shareable"))

# Of these a file does not say what the shell that calls does.
UNKNOWABLE = {"env-variable": ("env",), "env-default": ("env",)}

# These docker-compose itself has to start: others join them, or it adds networks then.
RUNS_FIRST = frozenset(("net-none", "ns-ipc-shareable", "net-networks"))

TOP = """
volumes:
  store:
  outside:
    external: true
    name: oakum-outside
  titled:
    name: oakum-titled
networks:
  front:
  back:
    internal: true
"""
DOTENV = "DOTENV=from-dotenv\nDOTENV_PORT=8400\nDOTENV_DIR=./data\n" \
         "DOTENV_GID=1601\nDOTENV_WHO=svc\n"
SHELL = (("FROM_SHELL", "from-shell"), ("WHO", "app"))

# --- Lines -------------------------------------------------------------------------------
# name: what stands between `docker run` and the image; IMAGE stands for it where the
# whole line is written. "*" as above.

OPTIONS = {
    "bare": "",
    "*user": "-u app",
    "*user-long": "--user 1500:1600",
    "*user-equals": "--user=svc",
    "*user-joined": "-uapp",
    "*user-quoted": "--user '1500'",
    "*user-group-add": "--user app --group-add extra --group-add 77",
    "*user-empty": "-u ''",
    "*user-plus": "-u +1500",
    "*user-zero-group": "--user 0:1601",
    "*user-zeros": "-u 0001500:00",
    "*user-nobody-there": "-u 4711:4712",
    "*user-twice": "-u svc -u app",
    "cap-add": "--cap-add SYS_ADMIN",
    "*cap-add-equals": "--cap-add=cap_net_admin --cap-add=SYS_PTRACE",
    "*cap-add-all": "--cap-add ALL",
    "*cap-drop-all": "--cap-drop=all --cap-add=chown",
    "*cap-drop": "--cap-drop MKNOD --cap-drop=NET_RAW",
    "*privileged": "--privileged",
    "privileged-true": "--privileged=true",
    "*privileged-false": "--privileged=false",
    "privileged-zero": "--privileged=0",
    "privileged-t": "--privileged=T --init=false",
    "privileged-twice": "--privileged --privileged=false",
    "*security-nnp": "--security-opt no-new-privileges",
    "*security-nnp-equals": "--security-opt=no-new-privileges=true",
    "*security-nnp-colon": "--security-opt no-new-privileges:true",
    "security-seccomp": "--security-opt seccomp=unconfined",
    "security-seccomp-file": "--security-opt seccomp=./profile.json",
    "security-apparmor": "--security-opt apparmor=unconfined",
    "security-label": "--security-opt label=disable --security-opt label=type:t_t",
    "security-twice": "--security-opt seccomp=unconfined --security-opt "
                      "seccomp=profile.json",
    "security-colon": "--security-opt label:disable --security-opt apparmor:unconfined",
    "security-systempaths": "--security-opt systempaths=unconfined",
    "read-only": "--read-only",
    "read-only-tmpfs": "--read-only --tmpfs /run --tmpfs /tmp:rw,size=64m,noexec",
    "init": "--init",
    "it": "-it",
    "i": "-i",
    "it-user": "-itu app",
    "it-publish": "-itp 8100:80",
    "it-volume": "-tiv /etc:/e:ro",
    "i-env": "-ieA=1",
    "i-equals": "-i=false -t=true",
    "t-rm": "-t --rm",
    "rm-it": "--rm -it",
    "itrm": "-ti --rm=true",
    "publish": "-p 8080:80",
    "publish-joined": "-p8080:80",
    "publish-loopback": "-p 127.0.0.1:8081:80",
    "publish-equals": "--publish=8082:82/udp",
    "publish-target": "-p 80",
    "publish-range": "-p 8090-8092:90-92",
    "publish-range-to-one": "-p 8090-8095:90",
    "publish-ip6": "-p '[::1]:8086:80'",
    "publish-long": "--publish published=8087,target=80,protocol=tcp",
    "publish-several": "-p 1:1 -p 127.0.0.1:2:2 -p 3:3/udp",
    "publish-no-host": "-p 127.0.0.1::90",
    "publish-upper": "-p 8110:80/TCP",
    "publish-range-address": "-p 127.0.0.1:8120-8121:20-21/udp",
    "publish-range-target": "-p 3000-3002",
    "publish-zero": "-p 0:80",
    "publish-any": "-p 0.0.0.0:8130:80",
    "publish-six-any": "-p [::]:8131:80",
    "publish-long-range": "--publish published=8132-8133,target=80-81",
    "publish-all": "-P --expose 7000",
    "expose": "--expose 7001 --expose=7002/udp",
    "volume": "-v /etc:/host-etc:ro",
    "volume-joined": "-v/etc:/host-etc",
    "volume-named": "-v store:/store",
    "volume-anonymous": "-v /anonymous",
    "volume-options": "-v store:/store:ro,nocopy",
    "volume-many-options": "-v /etc:/e:ro,rslave,z",
    "volume-root": "-v /:/host:ro",
    "volume-trailing": "-v /etc/:/e/",
    "volume-home": "-v ~/keep:/keep",
    "volume-twice": "-v /etc:/a -v /etc:/b:ro -v store:/c -v /d",
    "volume-propagation": "-v /mnt:/mnt:rslave",
    "volume-long": "--volume=/:/host",
    "volume-dots": "-v /etc/../etc:/a/../b",
    "mount-bind": "--mount type=bind,source=/etc,target=/e,readonly",
    "mount-bind-src": "--mount type=bind,src=/etc,dst=/e,bind-propagation=rslave",
    "mount-volume": "--mount source=store,destination=/s,volume-nocopy",
    "mount-default-type": "--mount 'src=store,target=/s,ro=true'",
    "mount-tmpfs": "--mount type=tmpfs,destination=/t,tmpfs-size=1m,tmpfs-mode=1770",
    "mount-case": "--mount Type=bind,SOURCE=/etc,Target=/e,ReadOnly",
    "mount-false": "--mount type=bind,source=/etc,target=/e,readonly=false",
    "mount-driver": "--mount type=volume,source=nfs,target=/n,volume-driver=local,"
                    "volume-opt=type=tmpfs,volume-opt=device=tmpfs",
    "mount-quoted": "--mount '\"type=bind\",source=/etc,\"target=/a,b\"'",
    "mount-anonymous": "--mount target=/s",
    "tmpfs": "--tmpfs /run",
    "env": "-e A=1 --env B=2 --env=C=",
    "env-joined": "-eA=1",
    "env-quoted": "-e 'A=two words' -e \"B=x y\"",
    "env-pass": "-e FROM_SHELL -e NOT_THERE",
    "env-file": "--env-file one.env --env-file=two.env",
    "env-file-docker": "--env-file docker.env",
    "env-odd": "-e A==b -e 'B=a#b' -e C=$'x\\ty' -e D=a\\ b",
    "env-twice": "-e A=1 -e A=2",
    "env-file-hidden": "--env-file one.env -e BOTH=option",
    "workdir": "-w /srv",
    "workdir-long": "--workdir=/srv/app",
    "entrypoint": "--entrypoint /bin/sh",
    "entrypoint-words": "--entrypoint '/bin/sh -c'",
    "entrypoint-empty": "--entrypoint ''",
    "hostname": "-h db1",
    "name": "--name oakum-live-line",
    "net-none": "--network none",
    "net-host": "--net=host",
    "net-bridge": "--network bridge",
    "net-container": "--network container:oakum-plain",
    "volumes-from": "--volumes-from oakum-plain:ro",
    "pid-container": "--pid container:oakum-plain",
    "ipc-private": "--ipc private",
    "ipc-none": "--ipc none",
    "cgroupns-private": "--cgroupns private",
    "pid-host": "--pid=host",
    "ipc-host": "--ipc host",
    "ipc-shareable": "--ipc=shareable",
    "uts-host": "--uts=host",
    "userns-host": "--userns=host",
    "cgroupns-host": "--cgroupns=host",
    "cgroup-parent": "--cgroup-parent /models",
    "device": "--device /dev/null --device=/dev/zero:/dev/z:r",
    "device-rule": "--device-cgroup-rule 'c 1:* rmw'",
    "gpus-all": "--gpus all",
    "gpus-number": "--gpus=2",
    "gpus-device": "--gpus '\"device=0,2\"'",
    "gpus-capabilities": "--gpus 'all,\"capabilities=compute,utility\"'",
    "memory": "-m 512m",
    "memory-long": "--memory=1g --memory-reservation 256m --memory-swap=2g",
    "memory-upper": "-m 64M --shm-size 64mb",
    "memory-number": "--memory=67108864",
    "cpu-short": "-c 512 --cpus .5",
    "memory-swap-none": "--memory 64m --memory-swap -1",
    "cpus": "--cpus=1.5",
    "cpu-old": "--cpu-shares 73 --cpu-quota=50000 --cpuset-cpus 0",
    "pids": "--pids-limit 100",
    "pids-none": "--pids-limit=-1",
    "shm": "--shm-size=1g",
    "oom": "--oom-kill-disable -m 64m",
    "ulimit-unlimited": "--ulimit memlock=-1:-1",
    "ulimit": "--ulimit nofile=1024:2048 --ulimit=nproc=50",
    "sysctl": "--sysctl net.core.somaxconn=1024",
    "restart": "--restart=unless-stopped",
    "restart-failure": "--restart on-failure:3",
    "log": "--log-driver none",
    "runtime": "--runtime=runc",
    "label": "-l a=1 --label b",
    "pull": "--pull never",
    "ignored": "--dns 1.1.1.1 --add-host a:1.2.3.4 --health-cmd true --stop-signal=KILL",
}

# name: (the whole text, is it a script, does it start)
WHOLE = {
    "image-command": (f"docker run {PLAIN} /probe --privileged -u app", False, False),
    "image-command-quotes": (f"docker run {PLAIN} /bin/sh -c 'echo \"a b\"'", False, False),
    "user-of-image": (f"docker run {NAMED} /probe", False, True),
    "user-over-image": (f"docker run -u 0 {NAMED} /probe", False, True),
    "user-of-pair": (f"docker run {PAIR} /probe", False, True),
    "create": (f"docker create --init -p 1:1 {PLAIN}", False, False),
    "container-run": (f"docker container run --read-only {PLAIN}", False, False),
    "container-create": (f"docker container create -u app {PLAIN}", False, False),
    "double-dash": (f"docker run --privileged -- {PLAIN} -x", False, False),
    "continued": (f"docker run \\\n  --cap-drop ALL \\\n  -p 127.0.0.1:80:80 \\\n"
                  f"  {PLAIN} \\\n  /probe x", True, False),
    "detached": (f"docker run -d --cap-drop=ALL {PLAIN} /probe", True, True),
    "detached-together": (f"docker run -dit -u svc {PLAIN} /probe", True, True),
    "sudo": (f"sudo docker run --network=none {PLAIN}", True, False),
    "comment": (f"# docker run --privileged {PLAIN}\ndocker run --init {PLAIN}  # last",
                True, False),
    "function": (f"start() {{\n\tdocker run --pid=host {PLAIN}\n}}\nstart", True, False),
    "condition": (f"if true; then docker run --ipc=host {PLAIN}; fi", True, False),
    "set-before": (f"set -eu\ncd .\n\ndocker run --uts host {PLAIN}", True, False),
    "empty-user-of-image": (f"docker run -u '' {NAMED}", False, True),
    "global-option": (f"docker --log-level error run --init {PLAIN}", False, False),
    "global-short": (f"docker -l error run --init {PLAIN}", False, False),
    "redirected": (f"docker run --read-only {PLAIN} > out.txt 2>&1", True, False),
    "piped": (f"docker run --read-only {PLAIN} | cat", True, False),
    "or": (f"docker run -u svc {PLAIN} && echo done || true", True, False),
    "not": (f"! docker run -u svc {PLAIN} || true", True, False),
    "behind": (f"docker run -u svc {PLAIN} &\nwait", True, False),
    "subshell": (f"(cd data && docker run -u svc {PLAIN})", True, False),
    "group": (f"{{ docker run -u svc {PLAIN}; }}", True, False),
    "substituted": (f"ID=$(docker run --pid=host {PLAIN})\necho $ID", True, False),
    "heredoc-text": (f"cat <<END\ndocker run --privileged {PLAIN}\nEND\n"
                     f"docker run --init {PLAIN}", True, False),
    "echoed": (f"echo docker run --privileged {PLAIN}\ndocker run --init {PLAIN}", True,
               False),
    "with-variable": (f"DEBUG=1 docker run --init {PLAIN}", True, False),
    "words-in-variable": (f'OPTS="--init --read-only -u app"\ndocker run $OPTS {PLAIN}',
                          True, False),
    "array": (f'args=(--init -u app -e "A=x y")\ndocker run "${{args[@]}}" {PLAIN}', True,
              False),
    "array-grows": (f'args=(--init)\nargs+=(-p 127.0.0.1:80:80)\n'
                    f'docker run "${{args[@]}}" {PLAIN}', True, False),
    "variable-port": (f'PORT=8080\ndocker run -p "$PORT:80" -p 127.0.0.1:${{PORT}}:81 '
                      f"{PLAIN}", True, False),
    "variable-default": (f'docker run -p "${{NOT_THERE:-8081}}:80" {PLAIN}', True, False),
    "variable-name": (f'NAME=oakum-live-var\ndocker run --name "$NAME" -e "N=$NAME" '
                      f"-h ${{NAME}}-1 {PLAIN}", True, False),
    "variable-single-quotes": (f"X=1\ndocker run -e 'A=$X' {PLAIN}", True, False),
    "backslash-in-quotes": (f'docker run -e "A=a\\"b\\$c" {PLAIN}', True, False),
    "quoted-parts": (f"docker run --us\"er\"=ap'p' {PLAIN}", True, False),
    "comment-between": (f"docker run \\\n  --init \\\n  {PLAIN}\n# the end", True, False),
    "tabs": (f"docker\trun\t--init\t{PLAIN}", True, False),
    "semicolons": (f"true; docker run --init {PLAIN}; true", True, False),
    "case": (f"case x in\nx) docker run --init {PLAIN} ;;\nesac", True, False),
    "local-in-function": (f'go() {{\n\tlocal user=app\n\tdocker run -u "$user" {PLAIN}\n'
                          f"}}\ngo", True, False),
    "exported": (f'export WHO_RUNS=svc\ndocker run -u "$WHO_RUNS" {PLAIN}', True, False),
    "readonly": (f'readonly WHO_RUNS=svc\ndocker run -u "$WHO_RUNS" {PLAIN}', True, False),
    "built-cd": ("cd app\ndocker build -t local/line-cd:1 .\ndocker run local/line-cd:1",
                 True, False),
    "built-variable": ("TAG=local/line-var:1\ndocker build -t $TAG app\n"
                       'docker run "$TAG"', True, False),
    "built-quiet": ("docker build -q -t local/line-quiet:1 app > /dev/null\n"
                    "docker run -u root local/line-quiet:1", True, False),
    "variable-image": (f"IMG={PLAIN}\ndocker run --init $IMG", True, False),
    "built": ("docker build -t local/line-built:1 ./app\n"
              "docker run -p 1:8000 local/line-built:1", True, False),
    "built-target": ("docker build --target debug --tag local/line-debug:1 app\n"
                     "docker run --rm local/line-debug:1 /probe x", True, False),
    "built-arg": ("docker build --build-arg WHO=1501 -t local/line-arg:1 ./app\n"
                  "docker run local/line-arg:1", True, False),
    "built-over": ("docker build -t local/line-over:1 -f app/Dockerfile app\n"
                   "docker run -u root --entrypoint /bin/sh -w /else -e LAYER=run "
                   "local/line-over:1 -c id", True, False),
}
