//! The operations that hold and end scans. Their answer is the record as it is afterwards.

use axum::extract::State;

use super::answer::{Answer, Refusal, Reply};
use super::body::{PathId, Properties};
use super::center::{Center, Shared};
use super::fields;
use super::records::Record;
use crate::time::Moment;

/// `POST scanResult/{id}/pause`
pub(super) async fn pause(State(center): State<Shared>, PathId(id): PathId) -> Answer {
    change(&center, id, Record::pause)
}

/// `POST scanResult/{id}/resume`
pub(super) async fn resume(State(center): State<Shared>, PathId(id): PathId) -> Answer {
    change(&center, id, Record::resume)
}

/// `POST scanResult/{id}/stop`. By the only public account, `type` says what becomes of the results
/// gathered so far: here `import` and `rollover` import them, and `discard` and no `type` do not.
pub(super) async fn stop(
    State(center): State<Shared>,
    PathId(id): PathId,
    mut body: Properties,
) -> Answer {
    match body.text("type")?.as_deref() {
        None | Some("discard") => change(&center, id, Record::stop),
        Some("import" | "rollover") => change(&center, id, Record::stop_and_import),
        Some(other) => Err(Refusal::invalid(format!("type: '{other}' is not accepted.\n"))),
    }
}

fn change(
    center: &Center,
    id: u64,
    change: fn(&mut Record, Moment) -> Result<(), Refusal>,
) -> Answer {
    let now = center.now();
    center.with(|world| {
        let moves = world.moves();
        world.change(id, now, |record| {
            change(record, now)?;
            if !moves {
                record.settle(now);
            }
            Ok(Reply::with(fields::whole(record)))
        })
    })
}
