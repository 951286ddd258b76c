//! 页面的简体中文文案：协议名词保留英文，首次出现时给出中文解释。

use wire::code::Code;
use wire::frame::FrameError;

use super::Messages;
use crate::model::break_it::Break;
use crate::model::decimal::fixed;
use crate::model::fault::Fault;

pub(super) static MESSAGES: Messages = Messages {
    document_title: "Gangplank：在网页里调用 gRPC",
    skip_to_content: "跳到调用区",
    nav: "页面",
    nav_call: "调用",
    nav_streams: "流",
    nav_balance: "负载均衡",
    nav_traces: "调用链",
    nav_compare: "对比",
    nav_components: "组件",
    nav_decode: "解码",
    language_group: "页面语言",
    theme_system: "主题：跟随系统。点击切换为浅色",
    theme_light: "主题：浅色。点击切换为深色",
    theme_dark: "主题：深色。点击改为跟随系统",
    server_checking: "检查中",
    server_ready: "已就绪",
    server_gone: "连接不上",
    not_found: "这个地址没有页面",
    annex_loading: "正在加载这一部分……",
    annex_failed: "这一部分没能加载：服务器连接不上，或者已经换了版本。",
    retry: "重试",
    title: "在网页里直接调用 gRPC 服务",
    lede: "浏览器用 gRPC-Web（gRPC 的网页版协议）或 JSON 与 API 服务器通信，API 服务器再通过 gRPC 调用 MyService 的一个副本。发起调用的是编译成 WebAssembly 的 Rust 代码。下面的一切都是真实调用，没有模拟。",
    request: "请求",
    name: "名字",
    language: "语言",
    language_unspecified: "不指定",
    deadline: "截止时间",
    deadline_hint: "毫秒，留空表示不限",
    deadline_invalid: "请填 1 到 99,999,999 之间的整数（毫秒）。",
    dialect: "协议",
    more: "元数据与编码",
    metadata: "元数据（metadata）",
    bodies: "同一次调用，字节数对比",
    bodies_hint: "只算实际传输的请求体和响应体，含帧头；HTTP 头部另计。",
    protobuf_framed: "protobuf，含帧",
    metadata_invalid: |line| {
        format!(
            "第 {line} 行不是合法的元数据：名称只能用 a-z 0-9 _ - .，不能以 grpc- 开头；冒号后的值须为 ASCII（-bin 结尾的用 base64）。有些名称（如 cookie）只有浏览器自己能发送。"
        )
    },
    format: "gRPC-Web 的编码",
    format_binary: "二进制",
    format_text: "文本（base64）",
    say_hello: "打招呼",
    say_goodbye: "说再见",
    cancel: "取消",
    rejected_by_server: "服务器不接受这一项：",
    share: "复制这次调用的链接",
    with_secrets: "包含敏感元数据",
    link_copied: "链接已写入地址栏；浏览器允许时，也已复制到剪贴板。打开链接不会自动发送。",
    answer: "响应",
    answer_empty: "点一下按钮，MyService 的响应就会出现在这里。",
    waiting: "正在等待响应……",
    from_replica: |replica| format!("来自 {replica}"),
    messages_received: |count| format!("调用成功，收到 {count} 条消息。"),
    status: "状态码",
    served_by: "副本",
    served_at: "响应时刻（UTC）",
    round_trip: "往返耗时",
    on_the_wire: "传输字节",
    server_message: "服务器的说明：",
    page_says: "页面判断：",
    gone_title: "连接不上服务器",
    gone_place: |server| format!("没有从 {server} 得到可读的响应。"),
    gone_retrying: "页面会继续尝试连接，恢复后会告诉你。",
    back_again: "服务器恢复了，请重新发送。",
    what_happened: "刚才发生了什么",
    diagram: "调用时序图",
    diagram_empty: "发起一次调用，这里会按实测画出它的全程。",
    as_table: "以表格查看",
    drawn_slower: |times| {
        format!(
            "时间均为实测。间距不按比例，动画时长约为实际的 {} 倍。",
            fixed(times, 0)
        )
    },
    lane_browser: "浏览器",
    lane_server: "API 服务器",
    lane_service: "MyService",
    hop_to_component: "gRPC · HTTP/2，走 TCP",
    own_answer: "这次由 API 服务器自己作答，没有经过任何组件。",
    step_handed: "选路、选副本，再转交",
    step_answered: "响应与状态",
    step_head: "响应头",
    step_more_frames: |count, size| format!("另有 {count} 帧 · {size} B"),
    step_json: "JSON",
    step_foreign: "响应体不是 gRPC-Web",
    step_abort: "页面主动断开",
    step_nothing: "没有任何返回",
    at_time: |time| format!("{time} 时"),
    took_time: |time| format!("用时 {time}"),
    column_hop: "方向",
    column_what: "内容",
    inspector: "检查器",
    inspector_empty: "发起一次调用，就能看到它的每一个字节。",
    tab_message: "消息",
    tab_headers: "头与尾",
    tab_wire: "字节",
    tab_timing: "耗时",
    tab_code: "代码",
    request_json: "请求的 JSON",
    no_message: "没有返回消息，原因见 trailer（尾部）。",
    request_headers: "请求头",
    request_headers_hint: "只列出本页面设置的部分。浏览器还会自行添加（如 origin），网页无权查看。",
    response_headers: "响应头",
    response_headers_hint: "只列出服务器向本页面公开的部分。gRPC-Web 的 trailer 放在响应体里，是最后一帧。",
    trailers: "Trailer（尾部）",
    as_text: "这些字节是文本：",
    side: "方向",
    left_out: |count| format!("此后还收到 {count} 字节，没有保留。"),
    text_mode_step: |sent, decoded| {
        format!("实际传输的是 {sent} 个 base64 字符，对应下面的 {decoded} 个字节。")
    },
    timing_caption: "以浏览器时钟为准",
    phase: "阶段",
    phase_start: "开始于",
    phase_length: "用时",
    phase_bar: "图示",
    phase_whole: "整个调用（页面所见）",
    phase_queue: "在浏览器中排队",
    phase_lookup: "域名解析",
    phase_connect: "建立连接",
    phase_wait: "发送并等待",
    phase_receive: "接收",
    phases_hidden: "浏览器隐藏了这次调用的各个阶段：调用失败，或者跨源服务器没有发送 Timing-Allow-Origin。",
    server_account: "服务器自报耗时（Server-Timing）",
    no_server_account: "服务器没有提供，或被浏览器隐藏。",
    break_it: "制造故障",
    break_intro: "每个按钮都会让一次调用真的失败。看看状态码、时序图和字节有什么变化。",
    break_name,
    break_explained,
    calls: "本页的调用记录",
    calls_empty: "还没有调用。每次调用都会记在这里。",
    calls_filtered: "没有符合筛选条件的调用。",
    filter: "按方法、状态码、副本筛选",
    pause: "暂停",
    resume: "继续",
    clear: "清空",
    export: "导出 JSON",
    column_method: "方法",
    column_dialect: "协议",
    column_kind: "类型",
    kind_unary: "一元",
    kind_stream: "流",
    column_status: "状态码",
    column_replica: "副本",
    column_size: "大小",
    column_time: "耗时",
    trace: "调用链",
    pending: "进行中",
    footer: "Enter 发送，表单内任意位置可按 Ctrl-Enter。J、K 浏览调用记录，方向键浏览字节。本页只与 API 服务器通信。",
    code_meaning,
    fault_remedy,
};

fn break_name(chosen: Break) -> &'static str {
    match chosen {
        Break::EmptyName => "名字留空",
        Break::UnknownMethod => "不存在的方法",
        Break::TinyDeadline => "1 毫秒截止时间",
        Break::CanceledStream => "中途取消流",
        Break::OversizeMessage => "超大消息",
    }
}

fn break_explained(chosen: Break) -> &'static str {
    match chosen {
        Break::EmptyName => {
            "MyService 不接受空名字，返回 INVALID_ARGUMENT，并指出是哪个字段。用 gRPC-Web 时，HTTP 状态仍是 200，调用的状态在 trailer 帧里；用 JSON 时，HTTP 状态就是 400。"
        }
        Break::UnknownMethod => {
            "服务器认识 MyService，但没有 SayNothing 这个方法，于是返回 UNIMPLEMENTED。这就是 gRPC 里的 404：地址由服务名和方法名组成。"
        }
        Break::TinyDeadline => {
            "这次调用只有 1 毫秒，期限通过 grpc-timeout 传给服务器，页面自己也会计时。谁先发现超时，谁就以 DEADLINE_EXCEEDED 结束调用，之后不再有人为它工作。"
        }
        Break::CanceledStream => {
            "页面订阅服务器的健康状态，这个流本身不会结束；页面收到第一条消息就断开。断开会中止 fetch，服务器随即放弃它那一端的流。"
        }
        Break::OversizeMessage => {
            "消息声明有 5 MiB，服务器只收 4 MiB，于是不再往下读，直接返回 RESOURCE_EXHAUSTED。长度写在帧的前五个字节里，不必缓存就能看到。"
        }
    }
}

fn fault_remedy(fault: &Fault) -> String {
    match fault {
        Fault::Offline => "请先连上网络，再重新发送。".to_owned(),
        Fault::MixedContent => {
            "请让 API 服务器使用 https，或用 http 打开本页面：浏览器不允许 https 页面发起 http 调用。".to_owned()
        }
        Fault::OriginRefused => {
            "启动服务器时用 --allow-origin 加上本页面的来源；其他服务器需要返回 Access-Control-Allow-Origin。".to_owned()
        }
        Fault::Unreachable => "请检查服务器是否在运行（gangplank serve），主机和端口是否正确。".to_owned(),
        Fault::Redirected => {
            "服务器前面有东西做了重定向，多半是登录页：先在那里登录，或直接调用服务器。".to_owned()
        }
        Fault::HttpStatus(404) => {
            "这里响应的不是 gRPC，多半是代理：请检查地址，并确认代理会转发 gRPC-Web。".to_owned()
        }
        Fault::HttpStatus(415) => {
            "服务器不接受 gRPC-Web：请在它前面放一个 gRPC-Web 网关，例如 gangplank。".to_owned()
        }
        Fault::HttpStatus(401 | 403) => "请在“元数据”里加上身份凭证，例如 authorization: Bearer ……".to_owned(),
        Fault::HttpStatus(status) => {
            format!("代理或服务器自行返回了 HTTP {status}：请查看它的日志，以及“字节”页里的响应体。")
        }
        Fault::NotJson => "这里不是 JSON 接口，也许只是一个网页：请检查地址和端口。".to_owned(),
        Fault::ContentType(_) => "这里不是 gRPC-Web 服务，也许只是一个网页：请检查地址和端口。".to_owned(),
        Fault::Text(_) => "服务器或代理弄坏了 base64：请把编码改为二进制。".to_owned(),
        Fault::AnswerSize(limit) => {
            format!("本页面一次调用最多接收 {limit} 字节：请减少每次请求的数据量。")
        }
        Fault::Frame(FrameError::TooLong { limit, .. }) => {
            format!("本页面最多接收 {limit} 字节的消息：请减少数据量，或改用流分批返回。")
        }
        Fault::Frame(FrameError::Truncated { .. }) => {
            "响应在一帧中间被截断：请检查是否有代理限制或缓存了响应。".to_owned()
        }
        Fault::Frame(_) => "这些字节不是 gRPC-Web 帧：请检查这个地址上到底是什么在响应。".to_owned(),
        Fault::Compressed => "请关闭服务器的压缩，或关闭擅自压缩的代理。".to_owned(),
        Fault::Trailers(_) => "服务器写出的 trailer 帧不合规范：请看“字节”页。".to_owned(),
        Fault::MissingTrailers => {
            "代理丢掉了响应的结尾，或者服务器中途退出：调用可能已经执行，也可能没有。".to_owned()
        }
        Fault::BrokenBody => "接收响应时连接断开：调用可能已经执行，重发前请先确认。".to_owned(),
        Fault::DeadlinePassed => {
            "请放宽截止时间，或在“耗时”页看看慢在哪里；服务器也可能已经把事情做完了。".to_owned()
        }
        Fault::MessageCount(_) => {
            "页面认为这个方法只返回一条消息，服务器却不这么认为：请让两边使用同一份 .proto。".to_owned()
        }
    }
}

fn code_meaning(code: Code) -> &'static str {
    match code {
        Code::Ok => "调用成功。",
        Code::Canceled => "调用已取消，这次是由本页面取消的。",
        Code::Unknown => "出错了，但没有说明原因。",
        Code::InvalidArgument => "请求内容不符合要求，修改后再发送。",
        Code::DeadlineExceeded => "截止时间已过，响应还没有到。",
        Code::NotFound => "请求的对象不存在。",
        Code::AlreadyExists => "要创建的对象已经存在。",
        Code::PermissionDenied => "身份已确认，但没有权限执行此操作。",
        Code::ResourceExhausted => "达到了某项上限：大小、配额或速率。",
        Code::FailedPrecondition => "系统当前的状态不允许这次调用。",
        Code::Aborted => "与其他调用发生冲突，可以重试。",
        Code::OutOfRange => "取值超出了有效范围。",
        Code::Unimplemented => "服务器没有这个服务或方法。",
        Code::Internal => "服务器内部出错。",
        Code::Unavailable => "暂时没有人能处理这次调用，可以重试。",
        Code::DataLoss => "数据丢失或损坏。",
        Code::Unauthenticated => "调用没有携带有效的身份凭证。",
    }
}
