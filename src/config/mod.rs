//! config (room not built yet)
