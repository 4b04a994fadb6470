"""What the product takes in time and memory, as ratios to the raw engine in one run: ``python -m benchmarks``."""
