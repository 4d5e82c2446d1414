"""How ``import torch`` finds minigrad: the rooms of the facade, their other names, the finder."""
