"""Linear algebra: what torch.linalg computes, a file per idea. ``minigrad.linalg`` names it all."""
