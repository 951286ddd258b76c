//! Paths that no stub of this page has: a method that doesn't exist, and a public streaming one.

/// A method that MyService doesn't have.
pub const UNKNOWN_METHOD: &str = "/myservice.v1.MyService/SayNothing";
/// Health's stream of changes, which every gRPC server of good manners offers. Source: grpc.health.v1.
pub const HEALTH_WATCH: &str = "/grpc.health.v1.Health/Watch";
