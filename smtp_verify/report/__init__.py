"""How it is said: text, JSON, HTML. Functions from data to text; `visible` is the one door to a terminal."""
