"""torchvision, as far as programs on minigrad need it: datasets, transforms, utils, models."""
