#!/usr/bin/python3
"""Tests of the suites `runs` and `images` without an engine: a judge that sees no
difference, or two cases of one name, would make them worth nothing."""

import copy
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

# pylint: disable=wrong-import-position
import image_rows
import run_judge
import runs

ORDER = [f"CAP{number}" for number in range(41)]
TRUTH = {
    "name": "p_web_1",
    "config": {"User": "app", "Env": ["PATH=/bin", "A=1"], "Entrypoint": None,
               "Cmd": ["/probe"], "WorkingDir": "", "Image": "img:1",
               "Labels": {"a": "b", "com.docker.compose.service": "web"},
               "Hostname": "0123456789ab", "Domainname": "", "Tty": False,
               "OpenStdin": False, "ExposedPorts": {"80/tcp": {}}, "Volumes": None},
    "host": {"AutoRemove": False, "CapAdd": ["CAP_SYS_ADMIN"], "CapDrop": None,
             "CgroupParent": "", "CgroupnsMode": "host", "CpuQuota": 0, "CpuShares": 0,
             "CpusetCpus": "", "DeviceCgroupRules": None, "DeviceRequests": None,
             "Devices": [], "GroupAdd": None, "Init": None, "IpcMode": "private",
             "LogConfig": {"Type": "json-file"}, "MaskedPaths": ["/x"], "Memory": 1024,
             "MemoryReservation": 0, "MemorySwap": 2048, "NanoCpus": 500000000,
             "NetworkMode": "p_default", "OomKillDisable": False, "PidMode": "",
             "PidsLimit": None, "Privileged": False, "PublishAllPorts": False,
             "PortBindings": {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8080"}]},
             "ReadonlyRootfs": True, "RestartPolicy": {"Name": "", "MaximumRetryCount": 0},
             "Runtime": "runc", "SecurityOpt": ["no-new-privileges"],
             "ShmSize": 67108864, "UTSMode": "", "Ulimits": None, "UsernsMode": "",
             "VolumesFrom": None},
    "mounts": [{"Type": "bind", "Source": "$DIR/data", "Destination": "/data", "RW": False,
                "Propagation": "rprivate"}],
    "networks": ["p_default"],
    "probe": {"uid": [1500] * 3, "gid": [1600] * 3, "groups": [1601], "bounding": 3,
              "no_new_privs": 1, "pid": 1, "first": 1500},
}
PLAIN = copy.deepcopy(TRUTH)
PLAIN["config"]["Env"] = ["PATH=/bin"]
SETTINGS = dict.fromkeys((
    "network", "pid", "ipc", "uts", "userns", "cgroupns", "cgroup_parent", "runtime",
    "restart", "hostname", "name", "log_driver", "memory_reservation", "memory_swap",
    "cpu_quota", "cpu_shares", "cpuset", "pids", "shm_size")) | dict.fromkeys((
        "privileged", "init", "auto_remove", "publish_all", "oom_kill_disable", "tty",
        "interactive"), False) | {"read_only": True, "memory": 1024, "cpus": "0.5"}
MODEL = {
    "workload": "w", "service": "web", "is_built": False, "image": "img:1", "user": "app",
    "runs_as": "user", "uid": 1500, "gid": 1600, "groups": [1601], "entrypoint": None,
    "cmd": ["/probe"], "workdir": {"unknown": "the image"}, "env": {"A": "1"},
    "settings": SETTINGS, "labels": {"a": "b"}, "expose": [], "networks": [],
    "cap_add": ["SYS_ADMIN"], "cap_drop": [], "bounding": ["CAP0", "CAP1"],
    "bounding_certain": True, "no_new_privileges": True,
    "security": [{"kind": "no-new-privileges", "known": True, "name": "no-new-privileges",
                  "text": "true", "path": ""}],
    "mounts": [{"kind": "bind", "path": "./data", "at": "/data", "volume": "",
                "read_only": True, "propagation": "", "options": ""}],
    "ports": [{"known": True, "ip": "127.0.0.1", "published": [8080, 8080],
               "target": [80, 80], "protocol": "tcp"}],
    "devices": [], "gpus": [], "ulimits": {}, "sysctls": {}, "group_add": [],
    "device_rules": [], "volumes_from": [],
}
AROUND = run_judge.Surroundings(PLAIN, "p", "/tmp/folder")
# What a wrong model could say instead.
OTHERWISE = {
    "image": "other", "user": "root", "uid": 0, "gid": 0, "groups": [],
    "entrypoint": ["/x"], "cmd": ["/x"], "workdir": "/srv", "env": {}, "labels": {"a": "c"},
    "expose": ["81"], "networks": ["front"], "cap_add": [], "cap_drop": ["CHOWN"],
    "bounding": ["CAP0"], "bounding_certain": "maybe", "no_new_privileges": False,
    "security": [], "mounts": [], "ports": [],
    "devices": [{"source": "/dev/null", "permissions": "rwm"}],
    "gpus": [{"driver": "", "count": "all", "ids": "", "capabilities": "gpu"}],
    "ulimits": {"nofile": "1"}, "sysctls": {"a": "b"}, "group_add": ["x"],
    "device_rules": ["c 1:3 r"], "volumes_from": ["x"],
}
SETTINGS_OTHERWISE = dict.fromkeys(SETTINGS, "x") | {
    key: not SETTINGS[key] for key in SETTINGS if isinstance(SETTINGS[key], bool)} | {
    key: "7" for key in ("memory", "memory_reservation", "memory_swap", "cpus", "pids",
                         "cpu_quota", "cpu_shares", "shm_size")}


def wrong(model, unknowable=frozenset()):
    """What the judge says."""
    return run_judge.compare(TRUTH, model, AROUND, ORDER, unknowable)


class Judging(unittest.TestCase):
    """A right model, and one that is wrong in one thing."""

    def test_a_right_model(self):
        self.assertEqual([], wrong(MODEL))

    def test_every_fact_counts(self):
        for key, value in OTHERWISE.items():
            self.assertTrue(wrong(MODEL | {key: value}), key)

    def test_every_setting_counts(self):
        for key, value in SETTINGS_OTHERWISE.items():
            self.assertTrue(wrong(MODEL | {"settings": SETTINGS | {key: value}}), key)

    def test_not_knowing_is_wrong_where_the_input_says_it(self):
        lost = MODEL | {"user": {"unknown": "why"}}
        self.assertTrue(wrong(lost))
        self.assertEqual([], wrong(lost, frozenset(("user",))))
        self.assertTrue(wrong(MODEL | {"env": {"A": {"unknown": "why"}}}))
        self.assertEqual([], wrong(MODEL | {"cmd": {"unknown": "of the image"}}))
        self.assertTrue(wrong(MODEL | {"cmd": {"unknown": "x"}, "is_built": True}))

    def test_a_part_of_a_mount_or_port_counts(self):
        mount, port = MODEL["mounts"][0], MODEL["ports"][0]
        for key, value in (("kind", "volume"), ("path", "./other"), ("at", "/x"),
                           ("read_only", False), ("propagation", "rslave")):
            self.assertTrue(wrong(MODEL | {"mounts": [mount | {key: value}]}), key)
        for key, value in (("ip", ""), ("published", [8081, 8081]), ("target", [81, 81]),
                           ("protocol", "udp"), ("known", False)):
            self.assertTrue(wrong(MODEL | {"ports": [port | {key: value}]}), key)


class Generating(unittest.TestCase):
    """The tables."""

    def test_names_are_unique_and_there_are_enough(self):
        names = [project.case_name(service) for project in runs.projects()
                 for service in project.services]
        names += [line.case_name for line in runs.lines()]
        self.assertEqual(len(names), len(set(names)))
        self.assertGreaterEqual(len(names), 150)

    def test_every_run_makes_the_same(self):
        self.assertEqual(runs.projects(), runs.projects())
        self.assertEqual(runs.lines(), runs.lines())

    def test_a_project_writes_its_files(self):
        for project in runs.projects():
            with tempfile.TemporaryDirectory() as folder:
                project.write(folder)
                for path, text in project.files:
                    self.assertEqual(text, pathlib.Path(folder, path).read_text(
                        encoding="utf-8"))

    def test_what_starts_is_there(self):
        for project in runs.projects():
            self.assertLessEqual(project.starts, set(project.services))


class Rows(unittest.TestCase):
    """The comparison of a row with an image."""

    ROW = {"user": "app", "uid": "7", "gid": "8", "home": "/h", "family": "none",
           "accounts": "app:7:8:/h:?,%app:8"}

    def test_there_are_twenty_with_a_row_each(self):
        rows = image_rows.read_rows()
        self.assertGreaterEqual(len(image_rows.RECIPES), 20)
        for recipe in image_rows.RECIPES:
            self.assertTrue(image_rows.find_row(rows, recipe.reference), recipe.reference)

    def test_a_right_row(self):
        probe, passwd = {"uid": [7], "gid": [8]}, [["app", "x", "7", "8", "", "/h", "/b"]]
        self.assertEqual([], image_rows.compare_identity(self.ROW, "app", probe, passwd))
        self.assertEqual([], image_rows.compare_accounts(
            self.ROW, "debian", ["app:7:8:/h:/b", "%app:8"]))

    def test_wrong_rows(self):
        passwd = [["app", "x", "7", "8", "", "/h", "/b"]]
        for user, uid, gid in (("", 7, 8), ("app", 0, 8), ("app", 7, 0)):
            self.assertTrue(image_rows.compare_identity(
                self.ROW, user, {"uid": [uid], "gid": [gid]}, passwd))
        for seen in (["app:7:9:/h:/b", "%app:8"], ["app:7:8:/h:/b"]):
            self.assertTrue(image_rows.compare_accounts(self.ROW, "debian", seen))

    def test_a_family_is_complete(self):
        row = self.ROW | {"family": "debian", "accounts": "-"}
        family = image_rows.knowledge.family_accounts("debian")
        self.assertEqual([], image_rows.compare_accounts(row, "debian", family))
        self.assertTrue(image_rows.compare_accounts(row, "debian", family[1:]))
        self.assertTrue(image_rows.compare_accounts(row, "debian",
                                                    [*family, "more:1:1:/:/b"]))


if __name__ == "__main__":
    unittest.main()
