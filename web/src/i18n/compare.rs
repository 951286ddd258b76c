//! The words of `/compare`.
//!
//! They're part of its bundle, not of the first load.

use super::{Locale, Words, words};
use crate::model::bench::{Finding, Format, Measure, Operation};
use crate::model::decimal::fixed;

/// Every text in one language.
#[allow(missing_docs)] // The English text beside each name is its documentation.
pub struct CompareWords {
    pub title: &'static str,
    pub lede: &'static str,
    pub run: &'static str,
    pub start: &'static str,
    pub again: &'static str,
    pub stop: &'static str,
    pub progress: &'static str,
    pub idle: &'static str,
    pub running: fn(usize, usize) -> String,
    pub stopped: &'static str,
    pub done: &'static str,
    pub failed: &'static str,
    pub verdict: &'static str,
    pub verdict_empty: &'static str,
    pub records: fn(usize) -> String,
    pub finding: fn(Finding) -> String,
    pub caveat: &'static str,
    pub sizes: &'static str,
    pub sizes_chart: &'static str,
    pub encode: &'static str,
    pub encode_chart: &'static str,
    pub decode: &'static str,
    pub decode_chart: &'static str,
    pub gzipped: &'static str,
    pub as_table: &'static str,
    pub column_records: &'static str,
    pub column_format: &'static str,
    pub column_median: &'static str,
    pub column_quartiles: &'static str,
    pub column_samples: &'static str,
    pub sizes_caption: &'static str,
    pub times_caption: &'static str,
    pub chart_hint: &'static str,
    pub method: &'static str,
    pub method_steps: [&'static str; 5],
    pub one_record: &'static str,
}

impl Words for CompareWords {
    fn of(locale: Locale) -> &'static Self {
        match locale {
            Locale::En => &EN,
            Locale::Zh => &ZH,
        }
    }
}

/// Returns a text that follows the page's language.
pub fn text(choose: fn(&CompareWords) -> &'static str) -> impl Fn() -> &'static str + Copy {
    words(choose)
}

static EN: CompareWords = CompareWords {
    title: "JSON or protobuf? Measure it here.",
    lede: "The same list of records in both formats: its bytes, raw and gzipped, and the time your browser takes to write and read it. The result depends on your machine, so there is none until you press the button.",
    run: "Measurement",
    start: "Measure",
    again: "Measure again",
    stop: "Stop",
    progress: "Progress of the measurement",
    idle: "Takes some seconds, in a worker: the page stays usable. Nothing is sent.",
    running: |done, all| format!("Measuring: {done} of {all}."),
    stopped: "Stopped. What was measured stays.",
    done: "Done.",
    failed: "The worker couldn't be started, or failed. Try again, or reload the page.",
    verdict: "What came out",
    verdict_empty: "Nothing measured yet.",
    records: |count| {
        if count == 1 {
            "1 record".to_owned()
        } else {
            format!("{} records", grouped(count))
        }
    },
    finding: finding_en,
    caveat: "This holds for these records, this browser and this implementation: JSON is the browser's native code, protobuf is prost compiled to WebAssembly and tuned for a small download. A protobuf library in JavaScript, or prost tuned for speed, would come out differently; and a page in JavaScript would still have to copy what it shows out of WebAssembly. Headers and round trips often weigh more than either format.",
    sizes: "Bytes per record",
    sizes_chart: "Bytes per record, by the length of the list",
    encode: "Time to write one record",
    encode_chart: "Time to write one record, by the length of the list",
    decode: "Time to read one record",
    decode_chart: "Time to read one record, by the length of the list",
    gzipped: "gzip",
    as_table: "The same as a table",
    column_records: "Records",
    column_format: "Format",
    column_median: "median",
    column_quartiles: "quartiles",
    column_samples: "n",
    sizes_caption: "Bytes of the whole list",
    times_caption: "Time for the whole list",
    chart_hint: "Both axes are logarithmic. The whiskers are quartiles.",
    method: "How it's measured",
    method_steps: [
        "Both sides begin or end with UTF-8 or protobuf bytes as fetch takes and gives them, and with objects a program can use.",
        "JSON: JSON.stringify and TextEncoder, TextDecoder and JSON.parse, in a JavaScript loop. protobuf: prost in WebAssembly, with the copy into and out of its memory.",
        "Clocks of browsers are coarse, so one sample is as many turns as fill 5 ms. Each point is the median of 15 samples; samples of both formats alternate.",
        "Times count as different only if the middle halves of their samples don't overlap.",
        "gzip is the browser's CompressionStream; servers may compress harder.",
    ],
    one_record: "One of the records, as JSON",
};

static ZH: CompareWords = CompareWords {
    title: "JSON 还是 protobuf？就在这里测一测",
    lede: "同一份记录列表，分别用两种格式表示：比较原始和 gzip 之后的字节数，以及你的浏览器写出、读入所需的时间。结果取决于你的机器，所以按下按钮之前，这里没有数字。",
    run: "测量",
    start: "开始测量",
    again: "重新测量",
    stop: "停止",
    progress: "测量进度",
    idle: "需要几秒钟，在 worker 里进行，页面照常可用。不会发送任何数据。",
    running: |done, all| format!("正在测量：{done} / {all}"),
    stopped: "已停止，测得的结果保留。",
    done: "测量完成。",
    failed: "worker 没能启动，或者中途出错。请重试，或重新加载页面。",
    verdict: "结果如何",
    verdict_empty: "还没有测量。",
    records: |count| format!("{} 条记录", grouped(count)),
    finding: finding_zh,
    caveat: "以上只适用于这些记录、这个浏览器和这套实现：JSON 用的是浏览器的原生代码，protobuf 用的是编译成 WebAssembly 的 prost，而且为减小下载体积做了优化。换成 JavaScript 的 protobuf 库，或为速度优化的 prost，结果会不一样；用 JavaScript 写的页面，还得把要显示的内容从 WebAssembly 里复制出来。很多时候，HTTP 头部和网络往返比两种格式的差别更重要。",
    sizes: "每条记录的字节数",
    sizes_chart: "每条记录的字节数（按列表长度）",
    encode: "写出一条记录的时间",
    encode_chart: "写出一条记录的时间（按列表长度）",
    decode: "读入一条记录的时间",
    decode_chart: "读入一条记录的时间（按列表长度）",
    gzipped: "gzip",
    as_table: "以表格查看",
    column_records: "记录数",
    column_format: "格式",
    column_median: "中位数",
    column_quartiles: "四分位数",
    column_samples: "n",
    sizes_caption: "整个列表的字节数",
    times_caption: "整个列表的用时",
    chart_hint: "横轴、纵轴都是对数刻度；竖线表示四分位数。",
    method: "怎么测的",
    method_steps: [
        "两种格式的起点和终点相同：一头是 fetch 收发的字节（UTF-8 或 protobuf），一头是程序可以直接使用的对象。",
        "JSON：JSON.stringify 加 TextEncoder，TextDecoder 加 JSON.parse，都在 JavaScript 循环里执行。protobuf：WebAssembly 里的 prost，包含进出其内存的复制。",
        "浏览器的时钟较粗，所以每个样本会重复执行，直到凑满 5 毫秒。每个点是 15 个样本的中位数，两种格式交替采样。",
        "只有当两组样本的中间一半互不重叠时，才算有差别。",
        "gzip 用的是浏览器的 CompressionStream；服务器可能压得更狠。",
    ],
    one_record: "其中一条记录（JSON）",
};

fn finding_en(finding: Finding) -> String {
    let (what, unit) = match finding.measure {
        Measure::Raw => ("Raw", "the bytes"),
        Measure::Gzip => ("Gzipped", "the bytes"),
        Measure::Time(Operation::Encode) => ("Writing", "the time"),
        Measure::Time(Operation::Decode) => ("Reading", "the time"),
    };
    match finding.better {
        None => format!("{what}: no clear difference."),
        Some(better) => {
            let (better, other) = names(better);
            let times = times(finding.percent);
            format!("{what}: {better} wins; {other} takes {times} times {unit}.")
        }
    }
}

fn finding_zh(finding: Finding) -> String {
    let (what, unit) = match finding.measure {
        Measure::Raw => ("原始字节", "字节数"),
        Measure::Gzip => ("gzip 之后", "字节数"),
        Measure::Time(Operation::Encode) => ("写出", "用时"),
        Measure::Time(Operation::Decode) => ("读入", "用时"),
    };
    match finding.better {
        None => format!("{what}：没有明显差别。"),
        Some(better) => {
            let (better, other) = names(better);
            let times = times(finding.percent);
            format!("{what}：{better} 更好，{other} 的{unit}是它的 {times} 倍。")
        }
    }
}

/// Returns the names of the better format and of the other one.
fn names(better: Format) -> (&'static str, &'static str) {
    match better {
        Format::Json => ("JSON", "protobuf"),
        Format::Protobuf => ("protobuf", "JSON"),
    }
}

/// Returns a number of records, up to 999,999, with a comma before its last three digits.
fn grouped(count: usize) -> String {
    let digits = count.to_string();
    match digits.len() {
        4.. => format!(
            "{},{}",
            &digits[..digits.len() - 3],
            &digits[digits.len() - 3..]
        ),
        _ => digits,
    }
}

fn times(percent: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "ratios stay far below 2^53")]
    let times = percent as f64 / 100.0;
    fixed(times, 2)
}
