"""Pictures drawn by the worker: SVG for pages and documents, PNG for mail. The web never loads this."""
