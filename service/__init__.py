"""presswatch: watches newsrooms and tells exactly what was changed after publication."""
