//! A journal in memory, for tests, simulation and `serve --storage memory`.
