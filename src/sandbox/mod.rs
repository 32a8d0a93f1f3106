//! sandbox (room not built yet)
