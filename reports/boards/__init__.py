"""What each page shows: questions to the sheets turned into the dataclasses that templates print."""
