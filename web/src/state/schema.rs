//! The schema the page was built with, shared by whoever puts names to bytes.

use std::sync::Arc;

use leptos::prelude::*;

use crate::client;
use crate::model::schema::Schema;

/// What is known of messages and methods.
#[derive(Clone, Copy)]
pub struct Schemas {
    shared: StoredValue<Arc<Schema>>,
}

impl Schemas {
    /// Reads the descriptors of what the call page calls.
    pub fn load() -> Self {
        Self {
            shared: StoredValue::new(Arc::new(client::schema::load())),
        }
    }

    /// Reads the descriptors of everything that bundles show too.
    pub fn load_all() -> Self {
        Self {
            shared: StoredValue::new(Arc::new(client::schema::load_all())),
        }
    }

    /// Returns the schema.
    pub fn shared(self) -> StoredValue<Arc<Schema>> {
        self.shared
    }
}
