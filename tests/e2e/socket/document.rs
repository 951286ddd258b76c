//! docs/websocket.md says what is sent, byte by byte.
