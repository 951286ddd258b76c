//! Paths that no stub of this page has: over HTTP with JSON those of MyService and of the upload of spans, those that
//! bundles call with the page's lent client, a method that doesn't exist, and a public streaming one.

/// A method that MyService doesn't have.
pub const UNKNOWN_METHOD: &str = "/myservice.v1.MyService/SayNothing";
/// Health's stream of changes, which every gRPC server of good manners offers. Source: grpc.health.v1.
pub const HEALTH_WATCH: &str = "/grpc.health.v1.Health/Watch";

/// Lists components with their replicas.
pub const LIST_COMPONENTS: &str = "/gangplank.v1.AdminService/ListComponents";
/// Lists services.
pub const LIST_SERVICES: &str = "/gangplank.v1.AdminService/ListServices";
/// Lists the methods of a service.
pub const LIST_METHODS: &str = "/gangplank.v1.AdminService/ListMethods";

/// Tells how calls are spread, once.
pub const LIST_REPLICAS: &str = "/gangplank.v1.BalancerService/ListReplicas";
/// Tells it again and again.
pub const WATCH_REPLICAS: &str = "/gangplank.v1.BalancerService/WatchReplicas";
/// Sets a component's policy.
pub const SET_POLICY: &str = "/gangplank.v1.BalancerService/SetPolicy";
/// Lists the demo's replicas.
pub const LIST_DEMO_REPLICAS: &str = "/gangplank.v1.ChaosService/ListDemoReplicas";
/// Gets one of them into trouble, or out of it.
pub const DISTURB_REPLICA: &str = "/gangplank.v1.ChaosService/DisturbReplica";
/// Starts or ends replicas of the demo.
pub const SCALE_DEMO: &str = "/gangplank.v1.ChaosService/ScaleDemo";
/// Makes calls from the server.
pub const RUN_LOAD: &str = "/gangplank.v1.ChaosService/RunLoad";

/// Lists traces.
pub const LIST_TRACES: &str = "/gangplank.v1.TraceService/ListTraces";
/// Tells all spans of a trace.
pub const GET_TRACE: &str = "/gangplank.v1.TraceService/GetTrace";
/// Tells of each trace that is new or has grown.
pub const WATCH_TRACES: &str = "/gangplank.v1.TraceService/WatchTraces";

/// Where `google.api.http` maps a POST to of `UploadSpans`, whose body is the whole message.
pub const UPLOAD_SPANS: &str = "/gangplank/v1/traces:upload";

/// A method and where `google.api.http` maps a POST to it; a test holds both to the descriptors.
#[derive(Debug, Clone, Copy)]
pub struct Rest {
    /// `/pkg.Service/Method`.
    pub path: &'static str,
    /// Path of the POST whose body is the whole message.
    pub route: &'static str,
}

/// `SayHello`.
pub const SAY_HELLO: Rest = Rest {
    path: "/myservice.v1.MyService/SayHello",
    route: "/v1/hello",
};
/// `SayGoodbye`.
pub const SAY_GOODBYE: Rest = Rest {
    path: "/myservice.v1.MyService/SayGoodbye",
    route: "/v1/goodbye",
};

/// Streams greetings.
pub const WATCH_GREETINGS: &str = "/myservice.v1.MyService/WatchGreetings";
/// Greets everybody whose name is sent.
pub const GREET_MANY: &str = "/myservice.v1.MyService/GreetMany";
/// Answers whatever is said.
pub const CONVERSE: &str = "/myservice.v1.MyService/Converse";

#[cfg(test)]
mod tests;
