"""Tables in files: csv, xlsx and parquet, read and written batch by batch."""
