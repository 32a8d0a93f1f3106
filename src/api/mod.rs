//! api (room not built yet)
