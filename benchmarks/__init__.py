"""Measures the speed of the program, and its answers to published questions; not installed."""
