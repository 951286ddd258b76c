//! `/traces` 页面的简体中文文案。

use super::TraceWords;
use crate::model::trace::clock::Clock;
use crate::model::trace::figures::duration;
use crate::model::traces::trial::{Outcome, Stage};

pub(super) static WORDS: TraceWords = TraceWords {
    title: "一条 trace，从点击一直到处理函数",
    lede: "调用每经过一处，那里都会记下自己做了什么、何时做的，这就是一个 span（跨度）。同一次调用的所有 span 合起来就是一条 trace（调用链），由请求头 traceparent 里一路传递的 id 串在一起。",
    feed_asking: "正在向服务器查询 trace……",
    feed_lost: "连不上服务器。下面是最后一次看到的内容，页面会一直重试。",
    feed_absent: "这台服务器没有 gangplank.v1.TraceService，所以这里没有可看的内容。",

    trial: "动手试试",
    send: "发一次调用",
    slow: "让一跳慢 300 ms",
    retry: "制造一次重试",
    trial_hint: "都是本页发出的真实 SayHello 调用。制造重试时，演示组件会有一个副本拒绝服务；放慢一跳时，所有副本都会迟一些再答。做完都会恢复原状。",
    no_demo: "这台服务器没有演示组件，没有副本可以放慢。调用你自己的组件，它的 trace 会出现在下面。",
    question: "先猜一猜：副本会晚 300 ms 才应答，哪些时间条会变长？",
    answers: [
        "只有副本自己那一条",
        "副本那一条，以及它上面的每一条",
        "只有最上面的点击那一条",
    ],
    stage: |stage| match stage {
        Stage::Idle | Stage::Failed => "",
        Stage::Preparing => "正在给演示组件制造麻烦……",
        Stage::Calling => "正在调用……",
        Stage::Gathering => "调用已结束，正在等各处的 span 到齐……",
        Stage::Done => "好了。trace 已在下面打开，演示组件也已恢复原状。",
        Stage::Missed => {
            "没有找到这样的 trace。可能有别人同时改动了演示组件，也可能服务器没有保留这次调用的 trace。请再试一次。"
        }
    },
    refused: "没有做成：",
    right: "猜对了。",
    wrong: "不完全对。",
    verdict: |judged, answer| format!("{judged}{answer}。"),
    unanswered: "你还没有猜。",
    unusual: "这次结果有些不同：还有别的环节也花了时间。请再试一次。",
    grown: |outcome| {
        let all = outcome.changes.len();
        let count = outcome
            .changes
            .iter()
            .filter(|own| Outcome::has_grown(own))
            .count();
        let own = outcome.own.and_then(|place| outcome.changes.get(place));
        let own = own.map_or_else(String::new, |own| {
            format!(
                "其中 {} 的 {} 自身多花了 {}，其余主要是在等它。",
                own.sources[1],
                own.name,
                duration(own.own_grew())
            )
        });
        format!("{all} 条时间条中有 {count} 条变长了。{own}")
    },
    why: "每一条都要等到应答回来才结束，所以都在等它下面的那一条。想知道慢在哪里，别看哪条最长，而要看哪条的自身耗时最长：关键路径会把你带到那里。",
    column_bar: "时间条",
    column_before: "之前",
    column_after: "变慢后",
    column_grew: "增加",
    column_own_grew: "自身耗时增加",

    list: "Trace 列表",
    list_hint: "最新的在最前，随到随列。J、K 或方向键移动，Enter 打开。",
    filter: "方法",
    only_errors: "只看有错误的",
    min_duration: "至少（ms）",
    min_invalid: "请填毫秒数，例如 12.5。",
    pause: "暂停",
    resume: "继续",
    news: |count| format!("又来了 {count} 条"),
    column_time: "时间（UTC）",
    column_method: "方法",
    column_took: "耗时",
    column_status: "状态",
    column_spans: "Span",
    unnamed: "尚不知道",
    pending: "进行中",
    parts: |summary| {
        let failed = match summary.errors {
            0 => String::new(),
            errors => format!(" · {errors} 个失败"),
        };
        let attempts = match summary.attempts {
            0 | 1 => String::new(),
            attempts => format!(" · {attempts} 次尝试"),
        };
        format!("{}{failed}{attempts}", summary.spans)
    },
    empty: "还没有保留任何 trace。任何一次调用都会产生 trace，无论是本页还是别人发出的。",
    empty_filtered: "保留着的 trace 都不符合筛选条件。",
    rows: |first, last, all| format!("第 {first}–{last} 条，共 {all} 条"),
    older: "更早",
    newer: "更新",
    kept: |kept, evicted| match evicted {
        0 => format!("取得这份列表时，服务器保留着 {kept} 个 span。"),
        evicted => {
            format!("取得这份列表时，服务器保留着 {kept} 个 span，另有 {evicted} 个较早的已让位。")
        }
    },

    back: "全部 trace",
    asking: "正在查询这条 trace……",
    gone: "服务器没有保留这个 id 的 trace。trace 只在内存里保留一段时间：旧的会给新的让位，重启后则全部清空。",
    failed: "没能查到这条 trace：",
    again: "再查一次",
    began: "开始于（UTC）",
    took: "耗时",
    status: "状态",
    spans: "Span",
    clock,
    clock_agrees: |sources, by, bound| {
        format!(
            "没有迹象表明 {sources} 的时钟与 {by} 的不同（误差不超过 {bound}），这些 span 按原样绘制。"
        )
    },
    shares: |whole, shares| {
        let shares = shares
            .iter()
            .map(|(source, time)| format!("{source} 占 {}", duration(*time)));
        format!(
            "关键路径：全程 {whole}，其中 {}。",
            shares.collect::<Vec<_>>().join("，")
        )
    },
    path_hint: "关键路径（critical path）就是每一刻真正让整次调用等待的环节。只有缩短它，调用才会变快。",
    orphans: "父 span 不在：有些 span 的父 span 不在这里。它可能尚未结束，可能已给新的让位，也可能根本没有发给这台服务器。这些 span 列在最后，按各自的时钟绘制。",
    retried: |attempts| format!("共发送了 {attempts} 次：各次尝试依次列出，标明副本和状态。"),
    export: "导出 OTLP JSON",
    export_hint: "OpenTelemetry 的标准格式，各种 trace 查看工具都能打开。时间是各来源自己报的，未作校正。",
    share: "复制链接",
    shared: "已复制。只要服务器还保留着这条 trace，链接就有效。",

    waterfall: "瀑布图",
    waterfall_hint: "方向键：↑ ↓ 移动，→ 展开，← 收起。",
    overview_hint: "整条 trace 的缩略图，点击可移动下面显示的时段。",
    closer: "放大",
    farther: "缩小",
    earlier: "往前",
    later: "往后",
    whole: "整条 trace",
    to_span: "放大到这个 span",
    column_span: "Span",
    column_timeline: "距 trace 开始的时间",
    attempt: |number, replica| match replica {
        "" => format!("第 {number} 次尝试"),
        replica => format!("第 {number} 次尝试 → {replica}"),
    },
    orphan: "父 span 不在",
    error: "失败",
    placed: |begins, on_path| match on_path {
        "" => format!("始于 {begins}，不在关键路径上"),
        on_path => format!("始于 {begins}，其中 {on_path} 在关键路径上"),
    },
    legend_path: "在关键路径上",
    legend_event: "事件",
    as_table: "以表格查看",
    column_source: "来源",
    column_kind: "类型",
    column_begins: "始于",
    column_own: "自身耗时",
    column_on_path: "在关键路径上",

    details: "Span 详情：",
    in_trace: "始于",
    raw: "自身时钟的时间（UTC）",
    corrected_by: "绘制时的校正",
    own: "自身耗时",
    on_path: "在关键路径上",
    attributes: "属性",
    no_attributes: "没有属性。",
    events: "事件",
    event_place: |since_span, since_trace| {
        format!("span 开始后 {since_span}，trace 开始后 {since_trace}")
    },
    links: "关联",
    link: "另一条 trace 的 span",
    ids: "Span id",
    parent: "父 span",
    state: "tracestate",
};

fn clock(clock: &Clock) -> String {
    let (source, by) = (&clock.source, &clock.by);
    if !clock.is_tied() {
        return format!(
            "没有调用能把 {source} 的时钟与其他时钟对上：它的 span 按原样绘制，位置可能有偏差。"
        );
    }
    let side = if clock.step > 0 { "快" } else { "慢" };
    let apart = duration(clock.step.abs());
    let within = clock.uncertainty().map_or_else(
        || " 或更多".to_owned(),
        |bound| format!("（± {}）", duration(bound)),
    );
    let drawn = if clock.step > 0 { "提前" } else { "推后" };
    format!("{source} 的时钟比 {by} 的{side} {apart}{within}，它的 span 已按此{drawn}绘制。")
}
