"""Read, check and compile a definition file to a machine."""
