//! console (room not built yet)
