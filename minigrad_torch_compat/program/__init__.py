"""Programs written for PyTorch: running them on minigrad, and checking whether they would."""
