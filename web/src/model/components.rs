//! What stands behind the API server, as `/components` draws it.

/// Everything the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Overview {
    /// Components in the order of the configuration.
    pub components: Vec<Component>,
    /// Services of the API server itself.
    pub own_services: Vec<Service>,
}

/// A component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// Its name.
    pub name: String,
    /// Where its schema comes from, in the server's words.
    pub schema_source: String,
    /// Why its schema couldn't be loaded the last time; empty if it could.
    pub schema_error: String,
    /// Its running copies.
    pub replicas: Vec<Replica>,
    /// Its services.
    pub services: Vec<Service>,
}

/// A running copy of a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replica {
    /// Its name.
    pub name: String,
    /// Its network address.
    pub address: String,
    /// How it fares.
    pub state: ReplicaState,
    /// What went wrong the last time; empty if nothing has.
    pub last_error: String,
    /// Since when it's connected, as RFC 3339; none if it isn't.
    pub connected_since: Option<String>,
    /// Calls that it's handling now.
    pub calls_in_flight: u32,
    /// Calls sent to it since the API server started.
    pub calls_total: u64,
}

/// How a replica fares, as the API server sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReplicaState {
    /// The server says something this page doesn't know.
    #[default]
    Unknown,
    /// Not connected yet.
    Starting,
    /// Takes calls.
    Ready,
    /// The connection failed or was lost.
    Unreachable,
    /// Connected, but its calls failed too often: it takes none until it's probed.
    Ejected,
    /// Ejected, and one call finds out whether it has recovered.
    Probing,
    /// It says that it doesn't serve: new calls go elsewhere.
    NotServing,
}

/// A service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Full name.
    pub name: String,
    /// What its file says about it; may be empty.
    pub comment: String,
    /// Its file says that it's deprecated.
    pub is_deprecated: bool,
    /// Its methods, in the order of its file.
    pub methods: Vec<Method>,
}

/// A method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Method {
    /// Name without the service's.
    pub name: String,
    /// How many messages go which way.
    pub kind: Kind,
    /// Full name of the message that a caller sends.
    pub request: String,
    /// Full name of the message that is answered.
    pub response: String,
    /// Verbs and paths of HTTP with JSON, the one of its own name last; none if JSON can't carry it.
    pub routes: Vec<Route>,
    /// What its file says about it; may be empty.
    pub comment: String,
    /// Its file says that it's deprecated.
    pub is_deprecated: bool,
}

/// A way to ask for a method over HTTP with JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// In capitals; `*` for any.
    pub verb: String,
    /// Path template.
    pub template: String,
}

/// How many messages go which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One there, one back.
    Unary,
    /// Many there, one back.
    ClientStream,
    /// One there, many back.
    ServerStream,
    /// Many both ways.
    BothStream,
}

impl Kind {
    /// Returns the kind of a method that streams or doesn't, by the caller and by the server.
    pub fn of(client_streams: bool, server_streams: bool) -> Self {
        match (client_streams, server_streams) {
            (false, false) => Self::Unary,
            (true, false) => Self::ClientStream,
            (false, true) => Self::ServerStream,
            (true, true) => Self::BothStream,
        }
    }
}

/// Returns the routes of a method: those its file maps it to, and the one of its own name.
pub fn routes(full_name: &str, bindings: Vec<Route>) -> Vec<Route> {
    let own = Route {
        verb: "POST".to_owned(),
        template: format!("/{full_name}"),
    };
    bindings.into_iter().chain([own]).collect()
}

#[cfg(test)]
mod tests;
