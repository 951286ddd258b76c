//! `/streams` 页面的简体中文文案。

use super::StreamWords;
use crate::model::talk::{Kind, Phase, Way};

pub(super) static WORDS: StreamWords = StreamWords {
    title: "消息源源不断",
    lede: "一次 gRPC 调用可以双向携带任意多条消息。下面每到一条就画一条，并标出时间；全都是对 MyService 的真实调用，副本就在 API 服务器后面。",
    kind: "调用类型",
    kind_name: |kind| match kind {
        Kind::Hello => "一问一答",
        Kind::Watch => "一问多答",
        Kind::Many => "多问一答",
        Kind::Converse => "多问多答",
    },
    kind_text: |kind, way| match kind {
        Kind::Hello => "一元调用：双方各一条消息。这是最简单的调用，在线路上也仍是流里的一个帧。",
        Kind::Watch => {
            "服务端流：像 Kubernetes 的 watch。先是过去的问候，接着一个书签，然后是任何人发出的每一条新问候，直到您取消。如果连接断了，页面会从最后收到的版本之后接着看。"
        }
        Kind::Many if way == Way::Socket => {
            "客户端流：名字写一个发一个，等您说“说完了”，副本再一次问候所有人。"
        }
        Kind::Converse if way == Way::Socket => {
            "双向流：双方随时都能开口。每句话都会得到回答，调用一直开着；您若半天不说话，MyService 会先开口。"
        }
        Kind::Many => {
            "客户端流：浏览器用 gRPC-Web 发送流，必须先凑齐全部消息，所以请先在这里收集名字，再用一个请求一起发出。副本仍然是一条一条读的。"
        }
        Kind::Converse => {
            "双向流，gRPC-Web 只能做到这一步：fetch 要等请求发完才交出响应，所以您得先把话说完，再听回答。原生 gRPC 客户端用同一个方法就能你来我往。"
        }
    },
    way: "走哪条路",
    way_name: |way| match way {
        Way::Binary => "gRPC-Web",
        Way::Text => "gRPC-Web（base64）",
        Way::Socket => "WebSocket",
    },
    way_badge: "经由 WebSocket，不属于 gRPC-Web",
    way_hint: |way| match way {
        Way::Binary => "标准做法：一个 POST，响应的帧到一个读一个。",
        Way::Text => "同样的帧，改用 base64 传输，供较旧的客户端使用。",
        Way::Socket => {
            "我们自己的做法：本页所有调用共用一条 WebSocket 和它的流量控制（子协议 gangplank.v1）。服务器得懂这个协议才行，后面的组件则什么都不用改。"
        }
    },
    deadline: "截止时间",
    deadline_hint: "毫秒，留空表示不限",
    deadline_invalid: "请填 1 到 99,999,999 之间的整数（毫秒）。",
    share: "复制链接",
    shared: "已复制。打开链接只会填好表单，不会发送任何东西。",
    name: "名字",
    text: "要说的话",
    add: "加入",
    send: "发送",
    half_close: "说完了",
    queue: |count| match count {
        0 => "还没有要发送的消息。".to_owned(),
        count => format!("{count} 条待发送："),
    },
    begin: |kind, way| match kind {
        Kind::Hello => "打个招呼",
        Kind::Watch => "开始观看",
        Kind::Many | Kind::Converse if way == Way::Socket => "开始",
        Kind::Many => "全部发送",
        Kind::Converse => "一口气说完",
    },
    burst: |count| format!("先看过去的 {count} 条"),
    cancel: "取消",
    greet: "问候一个人",
    greet_many: |count| format!("问候 {count} 个人"),
    greet_hint: "由另外的调用发出，好让 watch 有内容可报。别的页面和 curl 发出的问候也会出现在这里。",
    slow: "慢慢读",
    slow_hint: "每 0.4 秒才取一条消息。其间到来的先积在浏览器里，再积在 API 服务器里，最后副本只好等着；等不了的（watch 就不能等）会略过一些问候，并说明略过了多少条。",
    messages: "消息",
    phase: |phase| match phase {
        Phase::Idle => "尚未调用",
        Phase::Waiting => "已发出，还没有消息",
        Phase::Open => "进行中",
        Phase::Resuming => "连接断开，正在恢复",
        Phase::Ended => "已结束",
    },
    elapsed: |time| format!("历时 {time}"),
    counted: |talk, rate| {
        format!(
            "发出 {} 条（{} 字节）· 收到 {} 条（{} 字节）· 每秒 {rate} 条",
            talk.lane.sent.messages,
            talk.lane.sent.bytes,
            talk.lane.received.messages,
            talk.lane.received.bytes,
        )
    },
    ended_ok: "以 OK 结束：服务器把话说完了。",
    ended: |code| format!("以 {code} 结束。服务器的说明："),
    ended_here: "在本页取消。副本在一个往返之内就会得知。",
    ended_late: "本页的截止时间已到，调用就此结束。",
    inspect: "这次调用的每个字节、头部和耗时，都在调用页上",
    resumed: |times| format!("已恢复 {times} 次，没有遗漏，也没有重复。"),
    missed: |count| format!("读得太慢，略过了 {count} 条问候。"),
    empty: "消息一到就会出现在这里。",
    column_time: "时间",
    column_gap: "间隔",
    column_size: "大小",
    column_sent: "您",
    column_received: "MyService",
    bookmark: |version| format!("书签：版本 {version} 及之前的都已报完"),
    missed_here: |count| format!("（此前略过 {count} 条）"),
    rows: |first, last, all| format!("第 {first}–{last} 条，共 {all} 条"),
    older: "更早",
    newer: "更新",
    latest: "最新 ↓",
    look_hint: "选一条消息，看看它的字节。",
    looked_at: |is_sent, number| {
        let direction = if is_sent { "发出" } else { "收到" };
        format!("{direction}的第 {number} 条消息，在线路上位于 5 字节前缀之后：")
    },
    more_bytes: |count| format!("另有 {count} 字节"),
    crowd: "同时开多个流",
    crowd_text: |way| match way {
        Way::Binary | Way::Text => {
            "走 HTTP/1.1 时，浏览器对同一台服务器最多开六条连接，而一个流会一直占着一条。第七个调用，不管是哪种，都会在浏览器里排队：没有任何提示，只是什么也不发生。HTTP/2 能在一条连接上承载上百个流，但浏览器只在有 TLS 时才用它。没有 TLS 也有出路：在上面选 WebSocket。"
        }
        Way::Socket => {
            "一条 WebSocket 上开一百个 watch：只占一条连接，而且每个调用各有流量控制，谁读得慢都不会拖累别人。"
        }
    },
    gather: |count| format!("打开 {count} 个 watch"),
    dismiss_one: "关闭一个",
    dismiss_all: "全部关闭",
    crowd_counted: |open, waiting| format!("{open} 个已打开，{waiting} 个在排队"),
    crowd_met: "这就是上限：排队的那些根本还没有发出去。关掉一个，就会补上一个。",
    crowd_unmet: |way| match way {
        Way::Binary | Way::Text => {
            "每一个都是独立的 watch。六个都开着的时候，本页的其他调用也得等。"
        }
        Way::Socket => "每一个都是独立的 watch，却都不占用其他调用的连接。",
    },
    member: |key| match key {
        "open" => "已打开",
        "waiting" => "排队中",
        _ => "未打开",
    },
};
