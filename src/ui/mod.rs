//! ui (room not built yet)
