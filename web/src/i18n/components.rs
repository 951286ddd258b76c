//! The words of `/components`.
//!
//! They're part of its bundle, not of the first load.

use super::{Locale, Words, words};
use crate::model::components::Kind;

/// Every text in one language.
#[allow(missing_docs)] // The English text beside each name is its documentation.
pub struct ComponentsWords {
    pub title: &'static str,
    pub lede: &'static str,
    pub loading: &'static str,
    pub refresh: &'static str,
    pub empty: &'static str,
    pub failed: &'static str,
    pub failed_hint: &'static str,
    pub unknown_admin: &'static str,
    pub unreached: &'static str,
    pub component: fn(&str) -> String,
    pub schema: &'static str,
    pub schema_error: &'static str,
    pub replicas: &'static str,
    pub no_replicas: &'static str,
    pub calls: fn(u64, u32) -> String,
    pub since: fn(&str) -> String,
    pub last_error: &'static str,
    pub no_services: &'static str,
    pub own_services: &'static str,
    pub own_services_hint: &'static str,
    pub deprecated: &'static str,
    pub column_method: &'static str,
    pub column_kind: &'static str,
    pub column_messages: &'static str,
    pub column_routes: &'static str,
    pub column_comment: &'static str,
    pub kind: fn(Kind) -> &'static str,
}

impl Words for ComponentsWords {
    fn of(locale: Locale) -> &'static Self {
        match locale {
            Locale::En => &EN,
            Locale::Zh => &ZH,
        }
    }
}

/// Returns a text that follows the page's language.
pub fn text(choose: fn(&ComponentsWords) -> &'static str) -> impl Fn() -> &'static str + Copy {
    words(choose)
}

static EN: ComponentsWords = ComponentsWords {
    title: "What stands behind the API server",
    lede: "Components, their replicas, and every method that can be called: as gRPC, gRPC-Web, or JSON. The server tells it by gangplank.v1.AdminService, which any client can ask.",
    loading: "Asking the server…",
    refresh: "Ask again",
    empty: "No component stands behind this API server: it was started without any.",
    failed: "The server didn't say.",
    failed_hint: "Its words:",
    unknown_admin: "This server doesn't have gangplank.v1.AdminService, perhaps because it's an older version, isn't Gangplank, or serves it elsewhere (--admin-listen).",
    unreached: "It can't be reached. Check that it runs, then ask again.",
    component: |name| format!("Component {name}"),
    schema: "Schema from",
    schema_error: "The schema couldn't be loaded the last time:",
    replicas: "Replicas",
    no_replicas: "No replica is known.",
    calls: |total, in_flight| format!("{total} calls, {in_flight} of them now"),
    since: |time| format!("connected since {time}"),
    last_error: "Last error:",
    no_services: "No service is known yet.",
    own_services: "The API server's own services",
    own_services_hint: "It answers these by itself; no replica is asked.",
    deprecated: "deprecated",
    column_method: "Method",
    column_kind: "Kind",
    column_messages: "Request → answer",
    column_routes: "As HTTP with JSON",
    column_comment: "In its own words",
    kind: |kind| match kind {
        Kind::Unary => "unary",
        Kind::ClientStream => "client stream",
        Kind::ServerStream => "server stream",
        Kind::BothStream => "stream both ways",
    },
};

static ZH: ComponentsWords = ComponentsWords {
    title: "API 服务器背后有什么",
    lede: "这里列出各个组件、它们的副本，以及能调用的每个方法：用 gRPC、gRPC-Web 或 JSON 都可以。这些信息由服务器的 gangplank.v1.AdminService 提供，任何客户端都能查询。",
    loading: "正在向服务器查询……",
    refresh: "重新查询",
    empty: "这台 API 服务器背后没有任何组件：启动时没有配置。",
    failed: "没能从服务器查到。",
    failed_hint: "服务器的说明：",
    unknown_admin: "这台服务器没有 gangplank.v1.AdminService，可能版本较旧，可能不是 Gangplank，也可能在别的地址上提供（--admin-listen）。",
    unreached: "连接不上服务器。请确认它在运行，再重新查询。",
    component: |name| format!("组件 {name}"),
    schema: "接口描述来源：",
    schema_error: "上一次没能加载接口描述：",
    replicas: "副本",
    no_replicas: "还没有发现副本。",
    calls: |total, in_flight| format!("共 {total} 次调用，{in_flight} 次正在进行"),
    since: |time| format!("自 {time} 起保持连接"),
    last_error: "上一次错误：",
    no_services: "还没有发现服务。",
    own_services: "API 服务器自带的服务",
    own_services_hint: "由 API 服务器自己作答，不经过任何副本。",
    deprecated: "已弃用",
    column_method: "方法",
    column_kind: "类型",
    column_messages: "请求 → 响应",
    column_routes: "HTTP + JSON 的写法",
    column_comment: "原文说明",
    kind: |kind| match kind {
        Kind::Unary => "一元",
        Kind::ClientStream => "客户端流",
        Kind::ServerStream => "服务端流",
        Kind::BothStream => "双向流",
    },
};
