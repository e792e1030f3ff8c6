"""Benchmarks. Each prints ratios against something measured in the same run; machines are noisy, ratios less so."""
