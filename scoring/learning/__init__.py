"""Learning from what happened: batch work, the one place of scoring for numpy, pandas and scikit-learn."""
