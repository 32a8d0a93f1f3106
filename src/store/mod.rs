//! store (room not built yet)
