//! cli (room not built yet)
