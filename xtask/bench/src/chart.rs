//! Charts as SVG: bars for a comparison, a line for growth. The colours can be seen on a light and on
//! a dark background.

use std::path::Path;

use bench::Failure;
use plotters::{
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

const OURS: RGBColor = RGBColor(0xd9, 0x62, 0x2b);
/// Peers, and text.
const GREY: RGBColor = RGBColor(0x7b, 0x87, 0x94);

fn text(horizontal: HPos, vertical: VPos) -> TextStyle<'static> {
    ("sans-serif", 16).into_font().color(&GREY).pos(Pos::new(horizontal, vertical))
}

/// A bar for the time of each program.
pub(crate) fn bars(file: &Path, bars: &[(&str, f64)]) -> Result<(), Failure> {
    let (names, longest, height) = (230, 400.0, 28);
    let most = bars.iter().map(|bar| bar.1).fold(f64::MIN_POSITIVE, f64::max);
    let size = (720, u32::try_from(bars.len())? * 28 + 8);
    let area = SVGBackend::new(file, size).into_drawing_area();
    for ((name, seconds), top) in bars.iter().zip((4..).step_by(height)) {
        let end = names + (longest * seconds / most).max(1.0).round() as i32;
        let colour = if name.starts_with("scanops") { OURS } else { GREY };
        area.draw(&Rectangle::new([(names, top), (end, top + 20)], colour.filled()))?;
        let name = Text::new(*name, (names - 8, top + 10), text(HPos::Right, VPos::Center));
        area.draw(&name)?;
        let time = Text::new(time(*seconds), (end + 8, top + 10), text(HPos::Left, VPos::Center));
        area.draw(&time)?;
    }
    Ok(area.present()?)
}

/// Time by size, both on logarithmic scales. The dashed line is linear growth from the first size.
pub(crate) fn growth(file: &Path, points: &[(f64, f64)]) -> Result<(), Failure> {
    let [(size, seconds), .., (largest, most)] = *points else { return Err("two sizes".into()) };
    let linear = |factor: f64| (size * factor, seconds * factor);
    let highest = most.max(linear(largest / size).1);
    let area = SVGBackend::new(file, (720, 240)).into_drawing_area();
    let mut chart = ChartBuilder::on(&area).build_cartesian_2d(
        (size / 3.0..largest * 2.0).log_scale(),
        (seconds / 2.0..highest * 2.0).log_scale(),
    )?;
    let dashes = [linear(1.0), linear(largest / size)];
    chart.draw_series(DashedLineSeries::new(dashes, 4, 4, GREY.into()))?;
    chart.draw_series(
        LineSeries::new(points.iter().copied(), OURS.filled().stroke_width(2)).point_size(4),
    )?;
    chart.draw_series(points.iter().map(|&(size, seconds)| {
        let label = format!("{size:.0} x: {}", time(seconds));
        EmptyElement::at((size, seconds))
            + Text::new(label, (-10, -8), text(HPos::Right, VPos::Bottom))
    }))?;
    Ok(area.present()?)
}

/// A time in a readable unit.
pub(crate) fn time(seconds: f64) -> String {
    match seconds {
        seconds if seconds >= 1.0 => format!("{seconds:.2} s"),
        _ => format!("{:.1} ms", seconds * 1000.0),
    }
}
