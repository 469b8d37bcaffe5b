"""Say who runs this."""

import os

print(f"uid {os.getuid()}, gid {os.getgid()}")
