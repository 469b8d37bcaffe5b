#!/usr/bin/python3
"""The rooms of src/ and the arrows between them.

  rooms.py --link SOURCE_ROOT BUILD_DIR ROOM...
      makes BUILD_DIR/ROOM/ROOM a link to SOURCE_ROOT/src/ROOM, so that the include
      folder BUILD_DIR/ROOM offers that room's headers ("room/header.h") and no other's.
"""
import os
import sys


def link(source_root, build_dir, rooms):
    for room in rooms:
        folder = os.path.join(build_dir, room)
        os.makedirs(folder, exist_ok=True)
        target = os.path.join(source_root, "src", room)
        name = os.path.join(folder, room)
        if os.path.islink(name) and os.readlink(name) != target:
            os.unlink(name)
        if not os.path.islink(name):
            os.symlink(target, name)


def main(argv):
    if len(argv) < 4 or argv[1] != "--link":
        sys.exit(__doc__)
    link(os.path.abspath(argv[2]), argv[3], argv[4:])


if __name__ == "__main__":
    main(sys.argv)
