"""Where should loops go: one dense recording, every placement cut from it, replayed and scored."""
