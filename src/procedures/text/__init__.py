"""Describe a procedure, a case, a finding and a proof in sentences, in Dutch and English."""
