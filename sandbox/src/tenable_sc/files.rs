//! Uploads, which imports refer to.

use axum::extract::State;
use axum::extract::multipart::{Field, Multipart, MultipartError, MultipartRejection};
use axum::http::StatusCode;

use super::answer::{Answer, Refusal, Reply};
use super::body::{Properties, object};
use super::center::Shared;
use super::intake::{Intake, Taken};
use super::uploads::Uploaded;

/// `POST file/upload`: of any size, as it is read while it arrives, and only kept if it is small.
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
            file = Some((original_name, take(part, center.keep_uploads).await?));
        }
    }
    let Some((original_name, Taken { size, content, contents })) = file else {
        return Err(Refusal::invalid("Filedata: a file is expected.\n"));
    };
    let file = Uploaded { original_name: original_name.clone(), size, content, contents };
    let name = center.with(|world| world.uploads.add(file));
    let reply = object([
        ("filename", name),
        ("originalFilename", original_name),
        ("content", String::new()),
        ("context", String::new()),
    ]);
    Ok(Reply::with(reply))
}

async fn take(mut part: Field<'_>, keep: usize) -> Result<Taken, Refusal> {
    let mut intake = Intake::keeping(keep);
    while let Some(chunk) = part.chunk().await.map_err(|error| broken(&error))? {
        intake.take(chunk).await;
    }
    intake.end().await.map_err(|error| {
        Refusal::malformed(StatusCode::INTERNAL_SERVER_ERROR, format!("{error}.\n"))
    })
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
