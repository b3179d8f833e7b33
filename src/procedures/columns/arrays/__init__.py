"""The state of many cases in arrays: a row a candidate, an entry a cohort."""
