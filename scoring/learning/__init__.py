"""Learning from what happened: batch work, the one place of scoring where numpy, pandas and scikit-learn may be."""
