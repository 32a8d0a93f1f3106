//! service (room not built yet)
