"""schema.py SCHEMA FILE: fails when FILE is not strict JSON in UTF-8 that fits SCHEMA."""
import json
import sys

try:
    import jsonschema
except ImportError:
    sys.exit(77)


def refuse(word):
    raise ValueError(f"{word} is no JSON")


def no_doubles(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError(f"a key stands twice: {keys}")
    return dict(pairs)


def main(argv):
    with open(argv[1], encoding="utf-8") as f:
        schema = json.load(f)
    with open(argv[2], "rb") as f:
        report = json.loads(f.read().decode("utf-8", "strict"), parse_constant=refuse,
                            object_pairs_hook=no_doubles)
    jsonschema.Draft202012Validator.check_schema(schema)
    errors = list(jsonschema.Draft202012Validator(schema).iter_errors(report))
    for error in errors[:10]:
        print(f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
