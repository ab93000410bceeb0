"""Confined processes for whatever reads what strangers send: decoders, and parsers of ours."""
