"""What the programs have in common: their options and errors, how they speak and draw."""
