"""minigrad under PyTorch's names, and the tools that compare it with PyTorch."""
