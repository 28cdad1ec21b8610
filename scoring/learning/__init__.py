"""Learning from what happened: batch work, and the one place of scoring for numpy, pandas and scikit-learn."""
