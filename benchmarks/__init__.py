"""Speed as ratios: a candidate and its baseline, measured by turns in one run, on the same pages."""
