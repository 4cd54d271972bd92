//! The window. Draws and sends commands; decides nothing, opens nothing.
