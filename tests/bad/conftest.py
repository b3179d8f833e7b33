"""The wrong files are read by the tests beside them, and are no definitions to be checked by the pytest plugin."""

collect_ignore_glob = ["*.yaml"]
