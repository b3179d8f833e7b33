"""The state of many cases in arrays: one row per candidate, one entry per cohort."""
