//! `/balance` 页面的简体中文文案。

use super::BalanceWords;
use crate::model::balance::{Pick, Policy, Reason, Trouble};
use crate::model::decimal::fixed;
use crate::model::ledger::{Row, Verdict};
use crate::model::staircase::{Reveal, Step};
use crate::model::time::format_millis;

pub(super) static WORDS: BalanceWords = BalanceWords {
    title: "下一次调用由谁来答？",
    lede: "一个组件有多个副本，负载均衡器为每次调用挑选其中一个。这里的一切都是真的：浏览器发出真实的调用，副本是真实的 gRPC 服务器，被终止的副本也真的不在了，没有任何模拟。",
    feed_asking: "正在询问负载均衡器……",
    feed_lost: "暂时收不到负载均衡器的消息。页面保留着它最后一次的说法，并会自动重试。",
    feed_absent: "这台服务器没有 gangplank.v1.BalancerService，可能版本较旧，可能不是 Gangplank，也可能在别的地址上提供（--admin-listen），所以没有内容可显示。",
    refused: "没有办成。服务器的说明：",
    steps: "步骤",
    step_name,
    step_text,
    question,
    answers,
    see: "看看会怎样",
    see_again: "再来一次",
    asking: "先选一个答案，也可以直接看结果。",
    arranging: "正在布置副本……",
    running_step: "正在调用，每秒 40 次……",
    right: "猜对了：",
    wrong: "这次没猜中：",
    unanswered: "结果是：",
    measured,
    why,
    unusual: "这不是常见的结果。机器繁忙、有别的调用方，或者均衡器还记得上一步的情况，都可能造成这样。不妨再试一次。",
    back: "上一步",
    next: "下一步",
    no_demo: "这台服务器没有运行演示组件，所以无法从这里干预它的副本。",
    replicas: "副本",
    spread_by: |policy| format!("当前策略：{policy}。"),
    waiting: |calls| format!("有 {calls} 次调用在等待可用的副本。"),
    failing_fast: "已经有一段时间没有可用的副本了：调用会立即失败，不再等待。",
    in_flight: "进行中",
    picks_ever: "被选次数",
    rate_lately: "应答速率",
    next_probe: |seconds| format!("{seconds} 秒后会用一次调用试探它。"),
    spared: "它失败得太多，本该摘除；但只剩它一个了，调用仍然发给它。",
    trouble: |trouble| match trouble {
        Trouble::Fine => "恢复",
        Trouble::Slow => "变慢",
        Trouble::Broken => "出错",
        Trouble::Killed => "终止",
        Trouble::Draining => "排空",
    },
    trouble_hint: |trouble| match trouble {
        Trouble::Fine => "解除它的故障",
        Trouble::Slow => "每个响应先等 300 毫秒",
        Trouble::Broken => "每次调用都以 UNAVAILABLE 失败",
        Trouble::Killed => "关闭端口，切断连接",
        Trouble::Draining => "声明自己不再提供服务，只完成手上的调用",
    },
    pause: "暂停",
    activity: |is_running, is_paused| match (is_running, is_paused) {
        (true, _) => "正在发出调用。",
        (_, true) => "已暂停：不发调用，画面也不再变化。",
        _ => "没有发出调用。",
    },
    ribbon: "最近 100 次挑选",
    ribbon_hint: "最新的在前。把指针移上去，或用方向键逐个查看，这时它会停住不动。双线边框表示重试。",
    ribbon_empty: "还没有挑选过。",
    ribbon_idle: "每一格是均衡器的一次决定。",
    pick,
    counts: "谁分到了多少",
    counts_hint: "同样的调用，两边各数一遍：一边是均衡器自己的计数，一边是每个响应里写明的副本名。",
    column_replica: "副本",
    column_share: "占比",
    column_server: "服务器挑选",
    column_page: "调用方收到",
    verdict,
    callers: "调用方看到的",
    calls: "调用",
    errors: "错误",
    retries: "重试",
    achieved: "实际速率",
    callers_hint: "不管对其中一个副本做什么，错误都应当一直是 0。用时取本页最近 1,000 次调用，含浏览器的开销；由服务器发出的调用，则是整轮的 p50 和 p99。",
    as_table: "以表格查看",
    load: "调用",
    rate: "每秒调用次数",
    by_page: |rate| format!("每秒 {rate} 次，由本页发出。"),
    by_server: |rate| {
        format!("每秒 {rate} 次，由 API 服务器发出：同样是真实的调用，只是浏览器发不了这么快。")
    },
    start: "开始",
    bounded: "调用 2,000 次",
    reset_counts: "计数清零",
    load_hint: "本页最多同时进行 4 次调用：浏览器对一台服务器只开 6 个连接，一个用来接收这些数字，一个留给按钮。页面不可见时不发调用。",
    spread: "策略",
    component: "组件",
    policy: "按什么挑选副本",
    policy_words,
    header: "起决定作用的头部",
    header_hint: "本页的调用会带上它，轮流扮演 12 个用户。没有这个头部的调用随机分配；服务器发出的调用都没有。",
    demo: "演示组件",
    scale: "副本数量",
    demo_hint: "每个副本的按钮在下方它自己的卡片里。",
    restore: "全部复原",
    leaving: "即三个副本、没有故障、p2c。离开本页也会复原；直接关闭标签页则不会。",
};

fn step_name(step: Step) -> &'static str {
    match step {
        Step::One => "一个副本",
        Step::Three => "三个副本",
        Step::Slow => "一个变慢",
        Step::Dead => "一个终止",
        Step::Pinned => "一条连接",
        Step::Free => "自己动手",
    }
}

fn step_text(step: Step) -> &'static str {
    match step {
        Step::One => "API 服务器背后只有组件的一个副本。你来发 150 次调用。",
        Step::Three => {
            "再启动两个副本。每次调用时，均衡器随机抽出两个，选负载较低的那个：负载 = 进行中的调用数 × 最近的延迟。这个策略叫 p2c。"
        }
        Step::Slow => "现在，1 号副本的每个响应都要先等 300 毫秒。没有人告诉均衡器。",
        Step::Dead => {
            "一开始三个副本都正常。150 次调用进行到第 50 次时，1 号副本被终止：端口关闭，连接切断。"
        }
        Step::Pinned => {
            "先发 75 次调用，就像一个 gRPC channel 经过普通的 TCP 均衡器那样：建立连接时只选一次，之后的调用都跟着这条连接走（pick_first）。再发 75 次，每次调用都重新挑选。"
        }
        Step::Free => "随意调整，下面的数字会跟着变。",
    }
}

fn question(step: Step) -> &'static str {
    match step {
        Step::One | Step::Free => "这个副本会应答多少次调用？",
        Step::Three => "150 次调用在三个副本之间怎么分？",
        Step::Slow => "150 次调用里，有多少次会落到变慢的副本上？",
        Step::Dead => "在调用方看来，有多少次调用会失败？",
        Step::Pinned => "前 75 次调用会到哪里去？",
    }
}

fn answers(step: Step) -> &'static [&'static str] {
    match step {
        Step::One => &[
            "全部。",
            "一部分，其余由 API 服务器自己应答。",
            "一次也没有。",
        ],
        Step::Three => &[
            "完全平均。",
            "不平均，但每个都分到一些。",
            "至少有一个一次也没分到。",
        ],
        Step::Slow => &[
            "照样分到：四分之一或更多。",
            "有一些，但不到四分之一。",
            "一次也没有。",
        ],
        Step::Dead => &[
            "一次也没有。",
            "少数几次：不超过十分之一。",
            "超过十分之一。",
        ],
        Step::Pinned => &[
            "分散到三个副本。",
            "全部到同一个。",
            "大多到同一个，少数到别处。",
        ],
        Step::Free => &[],
    }
}

fn why(step: Step) -> &'static str {
    match step {
        Step::One | Step::Free => "API 服务器只负责转发。只有一个副本时，没有什么可挑的。",
        Step::Three => {
            "随机抽两个，好的那个胜出；负载不高时，零点几毫秒的差别就能决定。平均分配不是目的：只要别的副本更快，就不让调用在这里等。"
        }
        Step::Slow => {
            "每个慢响应都会抬高这个副本的实测延迟，于是它几乎每次比较都会输。偶尔还是会问到它，否则它恢复了也没人知道。"
        }
        Step::Dead => {
            "连接一断，均衡器立刻就知道；还没送到副本的调用会改发给另一个。剩下两个副本，调用方毫无察觉。"
        }
        Step::Pinned => {
            "只看连接的均衡器分不开调用：gRPC 把它们全放在同一条连接上。这就是“流量全到一个 pod”的原因，也是 API 服务器要为每次调用挑选副本的原因。"
        }
    }
}

fn shares(rows: &[Row]) -> String {
    let shares = rows
        .iter()
        .map(|row| format!("{} {} 次", row.name, row.picked));
    shares.collect::<Vec<_>>().join("，")
}

fn measured(reveal: &Reveal) -> String {
    let measured = &reveal.measured;
    let mut told = vec![format!(
        "{} 次调用的挑选结果：{}。",
        measured.calls,
        shares(&measured.rows)
    )];
    if !measured.second.is_empty() {
        told.push(format!("每次调用都挑选时：{}。", shares(&measured.second)));
    }
    told.push(match measured.errors {
        0 => "没有调用失败。".to_owned(),
        errors => format!("失败 {errors} 次（{}）。", measured.codes.join("、")),
    });
    if measured.retries > 0 {
        told.push(format!("改发给另一个副本：{} 次。", measured.retries));
    }
    if let Some((p50, p99)) = measured.times {
        let (p50, p99) = (format_millis(p50), format_millis(p99));
        told.push(format!("一半的调用不超过 {p50}，99% 不超过 {p99}。"));
    }
    told.concat()
}

fn pick(pick: &Pick) -> String {
    let why = match &pick.reason {
        Reason::Unknown => "原因未知".to_owned(),
        Reason::Only => "只有它可选".to_owned(),
        Reason::Turn => "轮到它了".to_owned(),
        Reason::LowerLoad {
            load,
            over,
            over_load,
        } => {
            let (load, over_load) = (fixed(*load, 1), fixed(*over_load, 1));
            format!("负载 {load}，不高于 {over} 的 {over_load}")
        }
        Reason::Drawn => "随机抽中".to_owned(),
        Reason::Hashed => "头部的值对应它".to_owned(),
        Reason::First => "所有调用都归它".to_owned(),
        Reason::Probe => "试探它是否已经恢复".to_owned(),
    };
    let (number, replica) = (pick.number, &pick.replica);
    match pick.attempt {
        0 | 1 => format!("#{number} {replica}：{why}。"),
        attempt => format!(
            "#{number} {replica}：{why}。第 {attempt} 次尝试：这次调用在另一个副本上失败过。"
        ),
    }
}

fn verdict(verdict: Verdict) -> String {
    match verdict {
        Verdict::Nothing => "还没有调用。".to_owned(),
        Verdict::Counting => "计数中：还有调用没有结束。".to_owned(),
        Verdict::Equal(calls) => format!("两边都数到 {calls} 次调用，每个副本都一致。"),
        Verdict::Explained {
            picks,
            retries,
            calls,
        } => format!(
            "{picks} 次挑选 = {calls} 次调用 + {retries} 次重试。失败或重试过的调用，挑选的副本和应答的副本不是同一个。"
        ),
        Verdict::Different { picks, calls } => format!(
            "挑选了 {picks} 次，而这里只数到 {calls} 次调用：可能还有别的调用方，也可能有一轮被中途打断。"
        ),
    }
}

fn policy_words(policy: Policy) -> &'static str {
    match policy {
        Policy::Unknown => "本页不认识这个策略。",
        Policy::P2c => "随机抽两个，选代价较低的：进行中的调用数 × 最近的延迟。",
        Policy::LeastRequest => "随机抽两个，选进行中的调用较少的。",
        Policy::RoundRobin => "依次轮流，不管谁慢。",
        Policy::WeightedRoundRobin => "依次轮流，按各副本自己报告的负载分配比例。",
        Policy::Random => "完全随机。",
        Policy::RingHash => "由一个头部的值决定：同样的值总是到同一个副本。",
        Policy::PickFirst => "所有调用都到同一个副本，直到它不在了为止。",
    }
}
