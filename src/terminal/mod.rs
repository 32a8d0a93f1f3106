//! terminal (room not built yet)
