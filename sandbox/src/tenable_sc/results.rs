//! The operations on one scan result that neither change its state nor send its report.

use axum::extract::State;

use super::answer::{Answer, Reply};
use super::body::{Parameters, PathId, Properties};
use super::center::Shared;
use super::fields;
use super::records::Record;

/// `GET scanResult/{id}`
pub(super) async fn get(
    State(center): State<Shared>,
    PathId(id): PathId,
    parameters: Parameters,
) -> Answer {
    let record = center.with(|world| Ok(fields::one(world.result(id)?, &parameters)))?;
    Ok(Reply::with(record))
}

/// `DELETE scanResult/{id}`
pub(super) async fn delete(State(center): State<Shared>, PathId(id): PathId) -> Answer {
    center.with(|world| world.delete(id))?;
    Ok(Reply::nothing())
}

/// `POST scanResult/{id}/copy`: for each of the users, or for the owner where none is named.
pub(super) async fn copy(
    State(center): State<Shared>,
    PathId(id): PathId,
    mut body: Properties,
) -> Answer {
    let users = body.references("users")?;
    let now = center.now();
    center.with(|world| {
        let original = world.result(id)?;
        if !original.is_over() {
            return Err(original.unfit("copied"));
        }
        let copy = Record { id: 0, created: now, ..original.clone() };
        let owners: Result<Vec<_>, _> = users.into_iter().map(|id| world.user(id)).collect();
        let mut owners = owners?;
        if owners.is_empty() {
            owners.push(copy.owner);
        }
        for owner in owners {
            world.add(Record { owner, ..copy.clone() }, now);
        }
        Ok(Reply::nothing())
    })
}

/// `POST scanResult/{id}/email`
pub(super) async fn email(
    State(center): State<Shared>,
    PathId(id): PathId,
    mut body: Properties,
) -> Answer {
    let addresses = body.required_text("email")?;
    center.with(|world| {
        let result = world.result(id)?;
        let wrong = addresses.split(',').find(|address| !is_address(address));
        let failure = if let Some(wrong) = wrong {
            Some(format!("'{wrong}' is not a valid email address."))
        } else if !result.has_report() {
            Some(format!("Scan Result #{id} has no results."))
        } else {
            world.orders.fail_mail.clone()
        };
        Ok(match failure {
            None => Reply::nothing(),
            Some(reason) => Reply::nothing_but(format!("Scan Result email failed.\n{reason}\n")),
        })
    })
}

fn is_address(text: &str) -> bool {
    let parts = text.split_once('@');
    let plain = !text.contains(|c: char| c.is_whitespace() || c.is_control());
    plain
        && parts
            .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'))
}
