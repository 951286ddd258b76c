//! 页面的简体中文文案：协议名词保留英文，首次出现时给出中文解释。

use wire::code::Code;

use super::Messages;

pub(super) static MESSAGES: Messages = Messages {
    document_title: "Gangplank：在网页里调用 gRPC",

    skip_to_content: "跳到调用区",
    language_group: "页面语言",
    theme_system: "主题：跟随系统。点击切换为浅色",
    theme_light: "主题：浅色。点击切换为深色",
    theme_dark: "主题：深色。点击改为跟随系统",
    server_checking: "检查中",
    server_ready: "已就绪",
    server_gone: "连接不上",

    title: "在网页里直接调用 gRPC 服务",
    lede: "浏览器用 gRPC-Web（gRPC 的网页版协议）与 API 服务器通信，由 MyService 作答。\
           发起调用的是编译成 WebAssembly 的 Rust 代码。下面的一切都是真实调用，没有模拟。",

    request: "请求",
    name: "名字",
    language: "语言",
    language_unspecified: "不指定",
    deadline: "截止时间",
    deadline_hint: "毫秒，留空表示不限",
    deadline_invalid: "请填 1 到 99,999,999 之间的整数（毫秒）。",
    say_hello: "打招呼",
    say_goodbye: "说再见",
    cancel: "取消",
    rejected_by_server: "服务器不接受这一项：",

    answer: "应答",
    answer_empty: "点一下按钮，MyService 的回答就会出现在这里。",
    waiting: "正在等待应答……",
    from_replica: |replica| format!("来自 {replica}"),
    status: "状态码",
    served_by: "副本",
    served_at: "应答时刻（UTC）",
    round_trip: "往返耗时",
    server_message: "服务器的说明：",
    gone_title: "连接不上服务器",
    gone_remedy: |server| {
        format!(
            "{server} 没有任何响应。请检查：服务器是否在运行，端口是否正确，是否允许本页面的来源（origin）。\
             启动命令：gangplank serve"
        )
    },
    gone_retrying: "页面会继续尝试连接，恢复后会告诉你。",
    back_again: "服务器恢复了，请重新发送。",

    calls: "本页的调用记录",
    calls_empty: "还没有调用。每次调用都会记在这里。",
    column_method: "方法",
    column_status: "状态码",
    column_replica: "副本",
    column_time: "耗时",
    pending: "进行中",

    footer: "按 Enter 发送。除了你发起的调用，本页不会发出任何数据。",

    code_meaning,
};

fn code_meaning(code: Code) -> &'static str {
    match code {
        Code::Ok => "调用成功。",
        Code::Canceled => "调用已取消，这次是由本页面取消的。",
        Code::Unknown => "出错了，但没有说明原因。",
        Code::InvalidArgument => "请求内容不符合要求，修改后再发送。",
        Code::DeadlineExceeded => "截止时间已过，应答还没有到。",
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
