"""Where arrays live: devices, dtypes, and the few functions that differ between them."""
