//! A chart of lines over lists of growing size, both axes logarithmic. Shapes and dashes tell the lines
//! apart as colors do; each line is named at its end; whiskers are quartiles. The page has the table.

use leptos::prelude::*;

use crate::model::chart::{LogScale, spread};
use crate::model::decimal::fixed;

const WIDTH: f64 = 620.0;
const HEIGHT: f64 = 280.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 150.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 34.0;
/// Height of a line's name.
const NAME: f64 = 16.0;

/// A line.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// What stands at its end.
    pub name: String,
    /// Which of the field colors it wears.
    pub hue: u8,
    /// Drawn with gaps.
    pub is_dashed: bool,
    /// Points are squares rather than circles.
    pub is_square: bool,
    /// A point for each place on the lower axis; none where nothing is known.
    pub points: Vec<Option<Point>>,
}

/// A point and how far it spreads.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Lower quartile; the middle itself for exact numbers.
    pub low: f64,
    /// The middle.
    pub middle: f64,
    /// Upper quartile.
    pub high: f64,
}

/// The chart of some lines.
#[component]
pub fn Chart(
    /// The lines.
    #[prop(into)]
    series: Signal<Vec<Series>>,
    /// Names of the places on the lower axis.
    places: Vec<String>,
    /// Name for assistive technology.
    #[prop(into)]
    label: Signal<String>,
    /// How a value is written.
    value_text: fn(f64) -> String,
) -> impl IntoView {
    let places = StoredValue::new(places);
    let drawing = move || {
        let series = series.get();
        let points = series.iter().flat_map(|line| line.points.iter().flatten());
        let scale = LogScale::of(points.flat_map(|point| [point.low, point.high]))?;
        let frame = Frame {
            scale,
            places: places.with_value(Vec::len),
        };
        Some(view! {
            <Axes frame places=places.get_value() value_text />
            {lines(&series, frame)}
        })
    };
    view! {
        <div class="chart-frame" tabindex="0" role="group" aria-label=label>
            <svg class="chart" viewBox=format!("0 0 {} {}", px(WIDTH), px(HEIGHT)) role="img" aria-label=label>
                {drawing}
            </svg>
        </div>
    }
}

/// Where values and places lie in the drawing.
#[derive(Clone, Copy)]
struct Frame {
    scale: LogScale,
    places: usize,
}

impl Frame {
    fn x(self, place: usize) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "places are few")]
        let share = (place as f64 + 0.5) / self.places.max(1) as f64;
        LEFT + share * (WIDTH - LEFT - RIGHT)
    }

    fn y(self, value: f64) -> f64 {
        let height = HEIGHT - TOP - BOTTOM;
        TOP + (1.0 - self.scale.position(value)) * height
    }
}

#[component]
fn Axes(frame: Frame, places: Vec<String>, value_text: fn(f64) -> String) -> impl IntoView {
    let end = px(WIDTH - RIGHT);
    let ticks = frame.scale.ticks().into_iter().map(|tick| {
        let y = frame.y(tick);
        view! {
            <path class="chart-grid" d=format!("M{} {}H{end}", px(LEFT), px(y)) />
            <text class="chart-tick" x=px(LEFT - 8.0) y=px(y + 4.0)>{value_text(tick)}</text>
        }
    });
    let names = places.into_iter().enumerate().map(|(place, name)| {
        view! { <text class="chart-place" x=px(frame.x(place)) y=px(HEIGHT - 12.0)>{name}</text> }
    });
    view! {
        {ticks.collect_view()}
        {names.collect_view()}
    }
}

fn lines(series: &[Series], frame: Frame) -> impl IntoView + use<> {
    let last = |line: &Series| {
        let mut points = line.points.iter().enumerate().rev();
        points.find_map(|(place, point)| Some((place, (*point)?)))
    };
    let ends: Vec<f64> = series
        .iter()
        .map(|line| last(line).map_or(f64::MAX, |(_, point)| frame.y(point.middle)))
        .collect();
    let names = spread(&ends, NAME);
    let lines = series.iter().zip(names).filter_map(|(line, name_y)| {
        let (place, end) = last(line)?;
        Some(view! {
            <g class=format!("chart-line hue-{}", line.hue) class:dashed=line.is_dashed>
                <path class="chart-path" d=path(line, frame) />
                {line.points.iter().enumerate().map(|(place, point)| mark(line, place, *point, frame)).collect_view()}
                <path class="chart-lead" d=format!(
                    "M{} {}L{} {}", px(frame.x(place) + 6.0), px(frame.y(end.middle)), px(WIDTH - RIGHT + 2.0), px(name_y)
                ) />
                <text class="chart-name" x=px(WIDTH - RIGHT + 6.0) y=px(name_y + 4.0)>{line.name.clone()}</text>
            </g>
        })
    });
    lines.collect_view()
}

fn path(line: &Series, frame: Frame) -> String {
    let points = line.points.iter().enumerate();
    let known = points.filter_map(|(place, point)| {
        let point = (*point)?;
        Some(format!(
            "{} {}",
            px(frame.x(place)),
            px(frame.y(point.middle))
        ))
    });
    format!("M{}", known.collect::<Vec<_>>().join("L"))
}

/// A point's shape and its whisker.
fn mark(line: &Series, place: usize, point: Option<Point>, frame: Frame) -> Option<AnyView> {
    let point = point?;
    let (x, y) = (frame.x(place), frame.y(point.middle));
    let whisker = format!(
        "M{} {}V{}",
        px(x),
        px(frame.y(point.low)),
        px(frame.y(point.high))
    );
    let shape = if line.is_square {
        view! { <rect class="chart-mark" x=px(x - 4.0) y=px(y - 4.0) width="8" height="8" /> }
            .into_any()
    } else {
        view! { <circle class="chart-mark" cx=px(x) cy=px(y) r="4.5" /> }.into_any()
    };
    Some(view! { <path class="chart-whisker" d=whisker /> {shape} }.into_any())
}

fn px(length: f64) -> String {
    fixed(length, 1)
}
