//! Charts, as SVG: bars for a contest, a line for what grows.

use std::fmt::Write as _;

const WIDTH: f64 = 720.0;
const LABELS: f64 = 230.0;
const BAR: f64 = 28.0;
/// Ours, theirs, and text that can be read on light and dark ground.
const OURS: &str = "#d9622b";
const THEIRS: &str = "#7b8794";
const TEXT: &str = "#7b8794";

fn begin(title: &str, height: f64) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         font-family=\"sans-serif\" font-size=\"13\" fill=\"{TEXT}\" role=\"img\">\
         <title>{title}</title>\n"
    )
}

/// A bar for each program, by its time.
pub(crate) fn bars(title: &str, bars: &[(&str, f64)]) -> String {
    let most = bars.iter().map(|bar| bar.1).fold(f64::MIN_POSITIVE, f64::max);
    let mut svg = begin(title, BAR * bars.len() as f64 + 8.0);
    for (at, (name, seconds)) in bars.iter().enumerate() {
        let y = BAR * at as f64 + 4.0;
        let width = ((WIDTH - LABELS - 90.0) * seconds / most).max(1.0);
        let colour = if name.starts_with("scanops") { OURS } else { THEIRS };
        let (text_y, end) = (y + 16.0, LABELS + width + 8.0);
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{text_y}\" text-anchor=\"end\">{name}</text>\
             <rect x=\"{LABELS}\" y=\"{y}\" width=\"{width:.1}\" height=\"20\" rx=\"2\" fill=\"{colour}\"/>\
             <text x=\"{end:.1}\" y=\"{text_y}\">{}</text>",
            LABELS - 8.0,
            label(*seconds),
        );
    }
    svg + "</svg>\n"
}

/// Time by size, both by powers of ten; the dashed line is what linear would be.
pub(crate) fn growth(title: &str, sizes: &[f64], seconds: &[f64]) -> String {
    let (height, left, bottom) = (240.0, 70.0, 200.0);
    let (Some(&size), Some(&time)) = (sizes.first(), seconds.first()) else {
        return String::new();
    };
    let x = |value: f64| left + (value / size).log10() * 260.0;
    let y = |value: f64| bottom - (value / time).log10() * 80.0;
    let points = |times: &mut dyn Iterator<Item = (f64, f64)>| {
        times.map(|(s, t)| format!("{:.1},{:.1}", x(s), y(t))).collect::<Vec<_>>().join(" ")
    };
    let mut svg = begin(title, height);
    let real = points(&mut sizes.iter().copied().zip(seconds.iter().copied()));
    let linear = points(&mut sizes.iter().map(|&s| (s, time * s / size)));
    let _ = write!(
        svg,
        "<polyline points=\"{linear}\" fill=\"none\" stroke=\"{THEIRS}\" stroke-dasharray=\"4 4\"/>\n\
         <polyline points=\"{real}\" fill=\"none\" stroke=\"{OURS}\" stroke-width=\"2\"/>\n"
    );
    for (&s, &t) in sizes.iter().zip(seconds) {
        let (x, y) = (x(s), y(t));
        let _ = writeln!(
            svg,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"{OURS}\"/>\
             <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>\
             <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{s:.0} x</text>",
            y - 10.0,
            label(t),
            bottom + 30.0,
        );
    }
    svg + "</svg>\n"
}

fn label(seconds: f64) -> String {
    match seconds {
        seconds if seconds >= 1.0 => format!("{seconds:.2} s"),
        _ => format!("{:.1} ms", seconds * 1000.0),
    }
}
