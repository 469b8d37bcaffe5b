"""Is the model of a container what the engine made?

What it is: two views of a container in one form, one made of docker inspect and of the
probe, one of what tests/live/model says, and their comparison.

Invariants: a view is a plain dictionary; what nobody said and what is the engine's
default are both None, so that `ipc: private` and silence agree. Whatever the model says
must be so. What it says cannot be known is UNKNOWN; that is right only where the input
cannot say it: for the program and the folder of an image that is pulled, for variables
of the shell that called, and for what a case calls unknowable.

    complaints = run_judge.compare(case, truth, workload, surroundings)
"""

import dataclasses
import json
import pathlib
import re

UNKNOWN = "(unknown)"
DEFAULT_SHM = 64 << 20
# Variables of the shell that starts a container: a file cannot say what they hold.
ASKERS = frozenset(("FROM_SHELL", "NOT_THERE"))
# Names of volumes that a project does not make its own, by the key that it has for them.
OUTSIDE = {"oakum-outside": "outside", "oakum-titled": "titled"}
FLAGS = {"privileged": "Privileged", "read_only": "ReadonlyRootfs", "init": "Init",
         "auto_remove": "AutoRemove", "publish_all": "PublishAllPorts",
         "oom_kill_disable": "OomKillDisable"}
NAMESPACES = {"pid": "PidMode", "ipc": "IpcMode", "uts": "UTSMode",
              "userns": "UsernsMode", "cgroupns": "CgroupnsMode"}
WORDS = {"cgroup_parent": "CgroupParent", "runtime": "Runtime", "cpuset": "CpusetCpus"}
NUMBERS = {"memory": "Memory", "memory_reservation": "MemoryReservation",
           "cpu_quota": "CpuQuota", "cpu_shares": "CpuShares"}
LISTS = {"group_add": "GroupAdd", "device_rules": "DeviceCgroupRules"}


@dataclasses.dataclass(frozen=True)
class Surroundings:
    """What both views need to know of where a case ran."""
    plain: dict       # of a container about which nothing was said
    project: str = ""  # of docker-compose; empty for a line
    folder: str = ""   # where the model looked; $DIR in the engine's view
    untold: frozenset = frozenset()  # gids of groups whose members nobody could tell of


# --- The engine's view ---------------------------------------------------------------------

def _own(around, name):
    """The name of a network or a volume without its project."""
    return name.removeprefix(around.project + "_") if around.project else name


def _engine_network(around, mode):
    if mode == "default" or (around.project and mode.startswith(around.project + "_")):
        return None
    return mode


def _security_word(text):
    """One form for both separators; the profile of seccomp as what it says."""
    parts = re.fullmatch(r"([\w-]+)[:=](.*)", text, re.S)
    name, value = parts.groups() if parts else (text, "true")
    if name == "seccomp" and value not in ("unconfined", "builtin"):
        value = json.dumps(json.loads(value), sort_keys=True)
    return f"{name}={value}"


def _engine_security(host):
    words = {_security_word(text) for text in host["SecurityOpt"] or []}
    if host["MaskedPaths"] == [] and not host["Privileged"]:
        words.add("systempaths=unconfined")
    return sorted(words)


def _engine_mounts(around, truth):
    mounts = {}
    for mount in truth["mounts"]:
        source = mount["Source"] if mount["Type"] == "bind" else ""
        if mount["Type"] == "volume" and not re.fullmatch("[0-9a-f]{64}", mount["Name"]):
            source = OUTSIDE.get(mount["Name"], _own(around, mount["Name"]))
        spread = mount["Propagation"] if mount["Type"] == "bind" else ""
        mounts[mount["Destination"]] = (mount["Type"], source, not mount["RW"],
                                        "" if spread == "rprivate" else spread)
    for at in truth["host"].get("Tmpfs") or {}:
        mounts[at.rstrip("/")] = ("tmpfs", "", False, "")
    return mounts


def _engine_ports(host):
    return sorted((bound["HostIp"], bound["HostPort"].removeprefix("0") or "",
                   int(target.split("/")[0]), target.split("/")[1])
                  for target, bindings in (host["PortBindings"] or {}).items()
                  for bound in bindings or [{"HostIp": "", "HostPort": ""}])


def _engine_expose(truth):
    exposed = set(truth["config"]["ExposedPorts"] or {})
    return sorted(exposed - set(truth["host"]["PortBindings"] or {}))


def _engine_name(around, truth):
    """None for one that docker-compose or the engine thought of."""
    service = (truth["config"]["Labels"] or {}).get("com.docker.compose.service")
    own = f"{around.project}_{service}_1" if service else "[a-z]+_[a-z]+[0-9]*"
    return None if re.fullmatch(own, truth["name"]) else truth["name"]


def _engine_gpus(host):
    return sorted((request["Driver"], {-1: "all", 0: ""}.get(request["Count"],
                                                            str(request["Count"])),
                   ",".join(request["DeviceIDs"] or []),
                   ",".join(sorted(request["Capabilities"][0])))
                  for request in host["DeviceRequests"] or [])


def _swap(both, memory):
    """None for what the engine takes by itself: twice the memory."""
    return None if not both or (isinstance(memory, int) and both == 2 * memory) else both


def _restart(name, count):
    return None if name in ("", "no") else name + (f":{count}" if count else "")


def _engine_env(around, config):
    known = set(around.plain["config"]["Env"])
    # A word without "=" takes the image's variable away; it sets nothing.
    return dict(word.split("=", 1) for word in config["Env"] or []
                if word not in known and "=" in word)


def engine_view(truth, around):
    """The view of docker inspect and the probe."""
    config, host, plain = truth["config"], truth["host"], around.plain["host"]
    view = {key: bool(host.get(name)) for key, name in FLAGS.items()}
    for key, name in NAMESPACES.items():
        view[key] = None if host[name] == plain[name] else host[name]
    for key, name in WORDS.items():
        view[key] = None if host[name] == plain[name] else host[name]
    view |= {key: host[name] or None for key, name in NUMBERS.items()}
    view |= {key: sorted(host[name] or []) for key, name in LISTS.items()}
    view |= {
        "image": config["Image"], "user": config["User"],
        "entrypoint": config["Entrypoint"] or [], "cmd": config["Cmd"] or [],
        "workdir": config["WorkingDir"] or "/", "env": _engine_env(around, config),
        "labels": {key: value for key, value in (config["Labels"] or {}).items()
                   if not key.startswith("com.docker.compose.")},
        "tty": config["Tty"], "interactive": config["OpenStdin"],
        "hostname": None if re.fullmatch("[0-9a-f]{12}", config["Hostname"]) or
        host["NetworkMode"] == "host" else config["Hostname"],
        "name": _engine_name(around, truth), "expose": _engine_expose(truth),
        "network": _engine_network(around, host["NetworkMode"]),
        "networks": sorted({_own(around, name) for name in truth["networks"]} -
                           {"default", "bridge", "host", "none"}),
        "log_driver": None if host["LogConfig"]["Type"] ==
        plain["LogConfig"]["Type"] else host["LogConfig"]["Type"],
        "restart": _restart(host["RestartPolicy"]["Name"],
                            host["RestartPolicy"]["MaximumRetryCount"]),
        "memory_swap": _swap(host["MemorySwap"], host["Memory"]),
        "cpus": host["NanoCpus"] / 1e9 or None,
        "pids": host["PidsLimit"] if (host["PidsLimit"] or 0) > 0 else None,
        "shm_size": None if host["ShmSize"] == DEFAULT_SHM else host["ShmSize"],
        "cap_add": _capabilities(host["CapAdd"] or []),
        "cap_drop": _capabilities(host["CapDrop"] or []),
        "security": _engine_security(host), "mounts": _engine_mounts(around, truth),
        "ports": _engine_ports(host), "gpus": _engine_gpus(host),
        "devices": sorted((device["PathOnHost"], device["CgroupPermissions"])
                          for device in host["Devices"] or []),
        "ulimits": {limit["Name"]: (limit["Soft"], limit["Hard"])
                    for limit in host["Ulimits"] or []},
        "sysctls": host.get("Sysctls") or {},
        "volumes_from": sorted(name.removesuffix(":rw")
                               for name in host["VolumesFrom"] or []),
    }
    if truth.get("probe"):
        view |= _probe_view(around, truth["probe"])
    return view


def _probe_view(around, probe):
    return {"uid": probe["uid"][1], "gid": probe["gid"][1],
            "groups": sorted({probe["gid"][1], *probe["groups"]} - around.untold),
            "bounding": probe["bounding"],
            "no_new_privileges": bool(probe["no_new_privs"])}


# --- The model's view ----------------------------------------------------------------------

def _known(fact):
    return UNKNOWN if isinstance(fact, dict) else fact


def _flag(answer):
    return UNKNOWN if answer == "maybe" else answer


def _number(fact, kind=int):
    fact = _known(fact)
    return fact if fact in (None, UNKNOWN) else kind(fact) or None


def _each(words):
    """A list of words, or UNKNOWN where one of them is."""
    words = [_known(word) for word in words]
    return UNKNOWN if UNKNOWN in words else words


def _sorted(words):
    words = _each(words)
    return words if words == UNKNOWN else sorted(words)


def _program(words):
    if words is None:
        return []
    return UNKNOWN if isinstance(words, dict) else _each(words)


def _at_home(around, path):
    """A path as the engine's view has it."""
    path = path.replace("~", "home", 1) if path.startswith("~/") else path
    whole = str(pathlib.PurePosixPath(around.folder, path))
    whole = re.sub(r"/(\./)+|/\.$", "/", whole)
    return whole.replace(around.folder, "$DIR") if around.folder else whole


def _model_security(around, options):
    words = set()
    for option in options:
        if not option["known"]:
            return UNKNOWN
        text = option["text"]
        if option["kind"] == "seccomp" and option["path"]:
            path = pathlib.Path(around.folder, option["path"])
            text = json.dumps(json.loads(path.read_text()), sort_keys=True)
        words.add(f"{option['kind']}={text}")
    return sorted(words)


def _model_mounts(around, mounts):
    found = {}
    for mount in mounts:
        if not mount["at"] or mount["read_only"] == "maybe" or mount["kind"] == "unknown":
            return UNKNOWN
        source = mount["volume"]
        if mount["kind"] == "bind":
            source = _at_home(around, mount["path"]) if mount["path"] else UNKNOWN
        spread = mount["propagation"]
        found[mount["at"]] = (mount["kind"], source, mount["read_only"],
                              "" if spread == "rprivate" else spread)
    return found


def _port_bindings(port):
    """Every binding that a port with ranges comes to."""
    first, last = port["published"]
    inside, behind = port["target"]
    ip, protocol = port["ip"], port["protocol"]
    if inside == behind and first != last:
        return [(ip, f"{first}-{last}", inside, protocol)]
    return [(ip, str(first + i) if first else "", inside + i, protocol)
            for i in range(behind - inside + 1)]


def _model_ports(ports):
    if not all(port["known"] for port in ports):
        return UNKNOWN
    return sorted({binding for port in ports for binding in _port_bindings(port)})


def _model_expose(words):
    words = _each(words)
    if words == UNKNOWN:
        return words
    ports = set()
    for word in words:
        numbers, _, protocol = word.partition("/")
        first, _, last = numbers.partition("-")
        ports |= {f"{number}/{protocol or 'tcp'}"
                  for number in range(int(first), int(last or first) + 1)}
    return sorted(ports)


def _limit(text):
    """"1024:2048", "50" as (soft, hard)."""
    if isinstance(text, dict):
        return UNKNOWN
    soft, _, hard = text.partition(":")
    return int(soft), int(hard or soft)


def _capabilities(names):
    """Names in one form; a list that names one twice names it once."""
    names = _each(names)
    return names if names == UNKNOWN else sorted(
        {name.upper().removeprefix("CAP_") for name in names})


def _join(text):
    """A namespace of another container, in the engine's words."""
    if text in (None, UNKNOWN):
        return text
    return text.replace("service:", "container:", 1)


def _default(around, key, text):
    name = NAMESPACES.get(key) or WORDS[key]
    return None if text == around.plain["host"][name] else text


def _model_settings(around, settings):
    view = {key: _flag(settings[key]) for key in (*FLAGS, "tty", "interactive")}
    for key in (*NAMESPACES, *WORDS):
        view[key] = _default(around, key, _join(_known(settings[key])))
    for key in NUMBERS:
        view[key] = _number(settings[key])
    restart, pids = _known(settings["restart"]), _number(settings["pids"])
    log, shm = _known(settings["log_driver"]), _number(settings["shm_size"])
    return view | {
        "network": _join(_known(settings["network"])),
        "hostname": _known(settings["hostname"]), "name": _known(settings["name"]),
        "restart": None if restart == "no" else restart,
        "log_driver": None if log == around.plain["host"]["LogConfig"]["Type"] else log,
        "memory_swap": _swap(_number(settings["memory_swap"]), view["memory"]),
        "cpus": _number(settings["cpus"], float),
        "pids": None if isinstance(pids, int) and pids < 0 else pids,
        "shm_size": None if shm == DEFAULT_SHM else shm,
    }


def _mask(names, order):
    return sum(1 << order.index(name) for name in names)


def model_view(workload, around, order):
    """The view of tests/live/model. `order` has the names of capabilities by number."""
    user = _known(workload["user"])
    view = _model_settings(around, workload["settings"]) | {
        "image": _known(workload["image"]), "user": "" if user is None else user,
        "uid": workload["uid"], "gid": workload["gid"],
        "groups": None if workload["groups"] is None else
        sorted({workload["gid"], *workload["groups"]} - around.untold),
        "entrypoint": _program(workload["entrypoint"]), "cmd": _program(workload["cmd"]),
        "workdir": _known(workload["workdir"]) or "/",
        "env": {key: _known(value) for key, value in workload["env"].items()},
        "labels": {key: _known(value) for key, value in workload["labels"].items()},
        "expose": _model_expose(workload["expose"]),
        "networks": _sorted(workload["networks"]),
        "cap_add": _capabilities(workload["cap_add"]),
        "cap_drop": _capabilities(workload["cap_drop"]),
        "bounding": _mask(workload["bounding"], order)
        if workload["bounding_certain"] is True else UNKNOWN,
        "no_new_privileges": _flag(workload["no_new_privileges"]),
        "security": _model_security(around, workload["security"]),
        "mounts": _model_mounts(around, workload["mounts"]),
        "ports": _model_ports(workload["ports"]),
        "devices": sorted((_known(device["source"]).split(":")[0],
                           device["permissions"] or "rwm")
                          for device in workload["devices"]),
        "gpus": sorted((gpu["driver"], gpu["count"], gpu["ids"],
                        ",".join(sorted(gpu["capabilities"].split(","))))
                       for gpu in workload["gpus"]),
        "ulimits": {key: _limit(value) for key, value in workload["ulimits"].items()},
        "sysctls": {key: _known(value) for key, value in workload["sysctls"].items()},
    }
    for key in ("group_add", "device_rules", "volumes_from"):
        view[key] = _sorted(workload[key])
    return view


# --- Comparison ----------------------------------------------------------------------------

# What a pulled image decides where the run does not.
OF_IMAGE = frozenset(("entrypoint", "cmd", "workdir"))


def _is_of_image(key, fact, said, workload, plain):
    """Is it what a pulled image decided, and the model leaves it to the image?"""
    return (key in OF_IMAGE and not workload["is_built"] and fact == plain[key] and
            (said == UNKNOWN or not workload[key]))


def _compare_maps(key, engine, model, unknowable):
    """Element by element, so that one of them may be unknown."""
    complaints = []
    for name in sorted({*engine, *model}):
        if model.get(name) == UNKNOWN and (key in unknowable or name in ASKERS):
            continue
        if engine.get(name) != model.get(name):
            complaints.append(f"{key} {name}: the engine has {engine.get(name)!r}, "
                              f"the model {model.get(name)!r}")
    return complaints


def _allow(engine, model, workload):
    """Takes out of the views what the engine adds by itself, or leaves out."""
    if workload["is_built"]:  # EXPOSE of the image
        engine["expose"] = [port for port in engine["expose"] if port in model["expose"]]
    if True in (model["privileged"], model["pid"] == "host", model["ipc"] == "host") and \
            "label=disable" not in model["security"]:
        engine["security"] = [w for w in engine["security"] if w != "label=disable"]
    if model["privileged"] is True:  # which hides no path anyway
        model["security"] = [w for w in model["security"]
                             if w != "systempaths=unconfined"]
    for at, (kind, source, read_only, spread) in engine["mounts"].items():
        if source == "/" and spread == "rslave":  # what holds the data root gets that
            engine["mounts"][at] = (kind, source, read_only, "")


def compare(truth, workload, around, order, unknowable=frozenset()):
    """What is wrong with the model, as a list of sentences."""
    engine, model = engine_view(truth, around), model_view(workload, around, order)
    plain = engine_view(around.plain, around)
    _allow(engine, model, workload)
    complaints = []
    for key in sorted(engine):
        said, fact = model.get(key), engine[key]
        if key == "image" and (workload["is_built"] or said is None):
            continue
        if _is_of_image(key, fact, said, workload, plain):
            continue
        if said == UNKNOWN:
            if key not in unknowable:
                complaints.append(f"{key}: the engine has {fact!r}, the model does not "
                                  "know")
        elif isinstance(fact, dict):
            complaints += _compare_maps(key, fact, said, unknowable)
        elif said != fact:
            complaints.append(f"{key}: the engine has {fact!r}, the model {said!r}")
    return complaints
