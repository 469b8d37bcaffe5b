#!/usr/bin/python3
"""Broken seccomp tables are refused by file, line and column; good ones become C."""
import contextlib
import importlib.util
import io
import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location(
    "seccomp_compile", ROOT / "tools/seccomp-compile.py")
TOOL = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(TOOL)

CALLS = "\t".join(TOOL.CALLS)
DEFAULT = "\t".join(TOOL.DEFAULT)
READ = "read\t0\t0\t3\t63\t32 ptr 64\t-\tfs/read_write.c"
SETUID = "setuid\t105\t105\t23\t146\t32\t16\tkernel/sys.c"
ALLOWED = "read\tfiles\tboth\t-\t-\t-\t-\tallow"


def compiled(calls, default):
    """(exit status, what went to standard error, the C file)."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "data").mkdir()
        (root / "src/model").mkdir(parents=True)
        (root / "data/syscalls.tsv").write_text("\n".join(["# c", CALLS, *calls]) + "\n")
        (root / "data/seccomp-default.tsv").write_text(
            "\n".join([DEFAULT, *default]) + "\n")
        (root / "src/model/capability.c").write_text(
            (ROOT / "src/model/capability.c").read_text())
        out = root / "out.c"
        errors = io.StringIO()
        argv, sys.argv = sys.argv, ["x", "--root", folder, "--out", str(out)]
        try:
            with contextlib.redirect_stderr(errors):
                status = TOOL.main()
        finally:
            sys.argv = argv
        return status, errors.getvalue(), out.read_text() if out.exists() else ""


class Tables(unittest.TestCase):
    def refused(self, expected, calls=(READ, SETUID), default=(ALLOWED,)):
        status, errors, text = compiled(calls, default)
        self.assertEqual(status, 1)
        self.assertIn(expected, errors)
        self.assertEqual(text, "")

    def test_good_tables_become_rows(self):
        status, errors, text = compiled([READ, SETUID], [
            ALLOWED, "setuid\tids\tdocker\targ0 & 0xffff == 5 && arg1 != 3\t"
            "SETUID !BPF\t4.8\tx86_64 aarch64\tEPERM"])
        self.assertEqual((status, errors), (0, ""))
        self.assertIn('{STR_INIT("setuid"), {105, 105, 23, 146}, {0x0, 0x0, 0x0, 0x0}, '
                      "1, {{32, 0}}, 1, {{16, 0}}}", text)
        self.assertIn("{0, COMPARE_MASKED_EQ, 0x5, 0xffff}, "
                      "{1, COMPARE_NE, 0x3, 0xffffffffffffffff}", text)
        self.assertIn("KERNEL(4, 8), 1u << ARCH_X86_64 | 1u << ARCH_AARCH64, 0x80, "
                      "0x8000000000, SECCOMP_RET_ERRNO | EPERM", text)

    def test_a_64_bit_value_is_32_bits_on_i386(self):
        text = compiled([READ], [])[2]
        self.assertIn("3, {{32, 0}, {64, 1}, {64, 0}}, 3, {{32, 0}, {32, 1}, {32, 0}}",
                      text)

    def test_kernels_are_compared_as_numbers(self):
        row = READ.replace("\t63\t", "\t63@6.10\t")
        self.assertIn("{0x0, 0x0, 0x0, 0x60a}", compiled([row], [])[2])

    def test_calls_stand_in_order_once(self):
        self.refused("data/syscalls.tsv:4: name: 'read' does not stand in order",
                     calls=(SETUID, READ), default=())
        self.refused("name: 'read' does not stand in order", calls=(READ, READ))

    def test_a_number_stands_once_on_an_arch(self):
        self.refused("data/syscalls.tsv:4: i386: 3 is 'read' already",
                     calls=(READ, SETUID.replace("\t23\t", "\t3\t")))

    def test_cells_are_read_to_their_end(self):
        self.refused("x86_64: '0@new' is not NUMBER", default=(),
                     calls=(READ.replace("\t0\t0", "\t0@new\t0"),))
        self.refused("args: '32 48' is not up to six of", default=(),
                     calls=(READ.replace("32 ptr 64", "32 48"),))
        self.refused("aarch64: '63@?' is not NUMBER", default=(),
                     calls=(READ.replace("\t63\t", "\t63@?\t"),))
        self.refused("source: widths that nobody has read", default=(),
                     calls=(READ.replace("fs/read_write.c", "-"),))
        self.refused("expected 8 columns, found 2", calls=("read\t0",), default=())

    def test_default_rows_name_what_is_known(self):
        for cell, change, expected in (
                ("read\t", "raed\t", "call: 'raed' is no row of syscalls.tsv"),
                ("\tfiles", "\tfile", "group: 'file' is none of"),
                ("both", "crio", "engine: 'crio' is none of"),
                ("\tallow", "\tEFOO", "answer: 'EFOO' is no errno"),
                ("both\t-", "both\targ0 = 1", "condition: 'arg0 = 1' is not"),
                ("both\t-", "both\targ0 & 1 == 2", "condition: 'arg0 & 1 == 2' is not"),
                ("both\t-\t-", "both\t-\tSYSADMIN", "needs: 'SYSADMIN' is no capab"),
                ("both\t-\t-\t-", "both\t-\t-\t4", "kernel: '4' is not 4.8"),
                ("-\tallow", "s390x\tallow", "hosts: 's390x' is no arch")):
            self.refused("data/seccomp-default.tsv:2: " + expected,
                         default=(ALLOWED.replace(cell, change),))

    def test_beside_what_is_always_let_through_nothing_stands(self):
        self.refused("data/seccomp-default.tsv:3: call: line 2 lets it through always",
                     default=(ALLOWED, ALLOWED.replace("both\t-", "podman\targ0 == 1")))


class Headers(unittest.TestCase):
    """What tools/syscalls.py reads of headers and of a kernel's tree."""

    def setUp(self):
        spec = importlib.util.spec_from_file_location("syscalls",
                                                      ROOT / "tools/syscalls.py")
        self.tool = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.tool)

    def test_the_common_table_is_read_for_64_bits(self):
        with tempfile.NamedTemporaryFile("w", suffix=".h") as header:
            header.write("#define __NR3264_fcntl 25\n#define __NR_openat 56\n"
                         "#define __NR_sync_file_range2 84\n"
                         "#define __NR_clock_gettime64 403\n#define __NR_syscalls 451\n"
                         "#if __BITS_PER_LONG == 64\n#define __NR_fcntl __NR3264_fcntl\n"
                         "#else\n#define __NR_fcntl64 __NR3264_fcntl\n#endif\n")
            header.flush()
            self.assertEqual(
                self.tool.read_generic_header(pathlib.Path(header.name)),
                {"openat": 56, "fcntl": 25})

    def test_the_bit_of_x32_is_left_out(self):
        with tempfile.NamedTemporaryFile("w", suffix=".h") as header:
            header.write("#define __NR_ioctl (__X32_SYSCALL_BIT + 514)\n")
            header.flush()
            self.assertEqual(self.tool.read_x86_header(pathlib.Path(header.name)),
                             {"ioctl": 514})

    def test_widths_come_from_types(self):
        args = self.tool.definition_args
        self.assertEqual(args("chmod, const char __user *, filename, umode_t, mode", 2),
                         "ptr 16")
        self.assertEqual(args("x, unsigned int, a, unsigned long, b, const int, c", 3),
                         "32 64 32")
        self.assertEqual(args("pread64, unsigned int, fd, compat_arg_u64_dual(pos)", 3),
                         "32 32 32")
        self.assertEqual(args("getpid", 0), "-")
        with self.assertRaises(SystemExit):
            args("x, struct_t, a", 1)

    def test_a_new_call_waits_for_its_kernel(self):
        rows = {"read": dict.fromkeys(self.tool.COLUMNS, "-") | {
            "name": "read", "x86_64": "0", "aarch64": "63@4.2"}}
        self.tool.merge_headers(rows, {"x86_64": {"read": 0, "newest": 500},
                                       "aarch64": {"read": 64}})
        self.assertEqual(rows["read"]["x86_64"], "0")
        self.assertEqual(rows["read"]["aarch64"], "64@4.2")
        self.assertEqual(rows["newest"]["x86_64"], "500@?")


if __name__ == "__main__":
    unittest.main()
