#!/usr/bin/python3
"""Holds every compose file of this tree against the schema of the compose specification.

Fixtures of the rules, the good projects, the examples: what is meant to be a compose
file has to be one. A fixture that shows an error is one of a rule in MAY_BE_WRONG, and
its name begins with bad. Variables are put in as far as they have a default. The schema
lies in ../shared/conformance/compose-go (or under $OAKUM_SHARED); without it, or
without python3-jsonschema and python3-yaml, the test is skipped. Prints TAP.
"""

import json
import os
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SHARED = pathlib.Path(os.environ.get("OAKUM_SHARED", ROOT.parent / "shared"))
SCHEMA = SHARED / "conformance" / "compose-go" / "compose-spec.json"
FOLDERS = ("tests/rules", "tests/good", "examples", "bench")

# The rules that are about mistakes which compose itself refuses.
MAY_BE_WRONG = {"config-invalid", "compose-duplicate-key", "parse-recovered"}

UNSET = "1"  # what a variable without a default becomes: a word and a number
VARIABLE = re.compile(r"\$\{([A-Za-z_]\w*)(?::?-([^{}]*))?(?::?\?[^{}]*)?\}|\$([A-Za-z_]\w*)")


def skip(reason):
    """Nothing can be said."""
    print(f"1..0 # SKIP {reason}")
    return 0


try:
    import jsonschema
    import yaml
except ImportError as missing:
    sys.exit(skip(f"{missing.name} is not installed"))


class Reader(yaml.SafeLoader):
    """YAML as compose reads it: a key stands once, `no` is a word, own tags are passed."""

    def construct_mapping(self, node, deep=False):
        """Refuses a key that stands twice; a merge key may bring one along."""
        seen = set()
        for key, _ in node.value:
            if key.tag != "tag:yaml.org,2002:merge" and key.value in seen:
                raise yaml.YAMLError(f"line {key.start_mark.line + 1}: '{key.value}' twice")
            seen.add(key.value)
        return super().construct_mapping(node, deep)


Reader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers
            if tag not in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp",
                           "tag:yaml.org,2002:int", "tag:yaml.org,2002:float")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Reader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))
Reader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^[-+]?[0-9]+$"), list("-+0123456789"))
Reader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$"),
    list("-+.0123456789"))
Reader.add_multi_constructor("!", lambda loader, suffix, node: None)


def put_in(text):
    """The text with its variables: their default, or a word."""
    def value(found):
        return found[2] if found[2] is not None else UNSET

    before = None
    while before != text:
        before, text = text, VARIABLE.sub(value, text)
    return text.replace("$$", "$")


def with_variables(node):
    """The same tree with every string's variables put in."""
    if isinstance(node, dict):
        return {str(key): with_variables(value) for key, value in node.items()}
    if isinstance(node, list):
        return [with_variables(value) for value in node]
    return put_in(node) if isinstance(node, str) else node


def is_expected_to_fail(path):
    """Is it a fixture that shows an error, and named so?"""
    return (path.parent.parent.name in MAY_BE_WRONG and path.parent.name.startswith("bad")
            and "rules" in path.parts)


def refusal(validator, path):
    """Why the schema refuses the file, or None."""
    try:
        tree = with_variables(yaml.load(path.read_text(encoding="utf-8"), Reader))
    except yaml.YAMLError as error:
        return str(error)
    # Which word of a few a variable will be, nobody can say.
    error = jsonschema.exceptions.best_match(
        e for e in validator.iter_errors(tree)
        if not (e.validator == "enum" and e.instance == UNSET))
    return f"{'/'.join(map(str, error.absolute_path))}: {error.message}"[:300] if error else None


def compose_files():
    """Every file of the tree that is named like one."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.y*ml")):
            if re.search(r"(^|[._-])compose[^/]*\.ya?ml$", path.name):
                yield path


def main():
    """One line a file."""
    if not SCHEMA.is_file():
        return skip(f"{SCHEMA} is not there")
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    failed = 0
    number = 0
    for number, path in enumerate(compose_files(), 1):
        why = refusal(validator, path)
        is_good = why is None or is_expected_to_fail(path)
        failed += not is_good
        print(f"{'ok' if is_good else 'not ok'} {number} - {path.relative_to(ROOT)}")
        if why and not is_good:
            print(*(f"#   {line}" for line in why.splitlines()), sep="\n")
    print(f"1..{number}")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
