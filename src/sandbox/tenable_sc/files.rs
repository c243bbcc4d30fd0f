//! Uploads, which imports refer to.

use axum::extract::State;
use axum::extract::multipart::{Field, Multipart, MultipartError, MultipartRejection};

use super::answer::{Answer, Refusal, Reply};
use super::body::{Properties, object};
use super::center::Shared;

/// `POST file/upload`: of any size, as it is only counted.
pub(super) async fn upload(
    State(center): State<Shared>,
    multipart: Result<Multipart, MultipartRejection>,
) -> Answer {
    let mut multipart = multipart
        .map_err(|rejection| Refusal::malformed(rejection.status(), rejection.body_text()))?;
    let mut file = None;
    while let Some(part) = multipart.next_field().await.map_err(|error| broken(&error))? {
        if part.name() == Some("Filedata") {
            let original_name = part.file_name().unwrap_or_default().to_owned();
            file = Some((original_name, count(part).await.map_err(|error| broken(&error))?));
        }
    }
    let Some((original_name, size)) = file else {
        return Err(Refusal::invalid("Filedata: a file is expected.\n"));
    };
    let name = center.with(|world| world.uploads.add(original_name.clone(), size));
    let reply = object([
        ("filename", name),
        ("originalFilename", original_name),
        ("content", String::new()),
        ("context", String::new()),
    ]);
    Ok(Reply::with(reply))
}

async fn count(mut part: Field<'_>) -> Result<u64, MultipartError> {
    let mut size: u64 = 0;
    while let Some(chunk) = part.chunk().await? {
        size += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
    }
    Ok(size)
}

fn broken(error: &MultipartError) -> Refusal {
    Refusal::malformed(error.status(), error.body_text())
}

/// `POST file/clear`
pub(super) async fn clear(State(center): State<Shared>, mut body: Properties) -> Answer {
    let name = body.required_text("filename")?;
    center.with(|world| world.uploads.take(&name).map(drop))?;
    let location = format!("/opt/sc/orgs/1/uploads/{name}");
    Ok(Reply::with(object([("filename", location)])))
}
