"""config_schema.py SCHEMA FILE...: fails when an oakum.yaml of FILE... does not fit SCHEMA.

config_schema.py --blocks DOCUMENT FOLDER writes the configurations that a document shows
(its yaml blocks with `audit:` or `needs:`) to FOLDER/1.yaml, FOLDER/2.yaml ….
"""
import json
import os
import re
import sys

try:
    import jsonschema
    import yaml
except ImportError:
    sys.exit(77)


class Loader(yaml.SafeLoader):
    """Days stay strings, as for oakum."""


Loader.yaml_implicit_resolvers = {
    first: [r for r in resolvers if r[0] != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def write_blocks(document, folder):
    with open(document, encoding="utf-8") as f:
        blocks = re.findall(r"^```yaml\n(.*?)^```", f.read(), re.DOTALL | re.MULTILINE)
    shown = [block for block in blocks if re.search(r"^(audit|needs):", block, re.MULTILINE)]
    for number, block in enumerate(shown, 1):
        with open(os.path.join(folder, f"{number}.yaml"), "w", encoding="utf-8") as f:
            f.write(block)
    return 0 if shown else 1


def main(argv):
    if argv[1] == "--blocks":
        return write_blocks(argv[2], argv[3])
    with open(argv[1], encoding="utf-8") as f:
        schema = json.load(f)
    jsonschema.Draft202012Validator.check_schema(schema)
    wrong = 0
    for path in argv[2:]:
        with open(path, encoding="utf-8") as f:
            config = yaml.load(f, Loader)
        for error in jsonschema.Draft202012Validator(schema).iter_errors(config):
            print(f"{path}: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}")
            wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
