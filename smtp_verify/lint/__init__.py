"""What will go wrong, and the verdict; `registry` lists the rules."""
