"""From a definition file to a machine: documents, patches, the reader, the model, checks and the compiler."""
