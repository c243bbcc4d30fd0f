//! Lists in pages, and their order.

use std::cmp::Ordering;
use std::ops::RangeInclusive;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::http::{Console, Here, Rejection};
use super::state::Error;

const DEFAULT_SIZE: usize = 10;
const LARGEST_SIZE: usize = 500;
/// The documents give the number of a page 32 bits.
const LARGEST_PAGE: usize = 2_147_483_647;

/// Which page a client requests: `page`, `size` and any number of `sort`.
#[derive(Debug)]
pub(super) struct Paging {
    page: usize,
    size: usize,
    /// Properties, and whether they descend.
    orders: Vec<(String, bool)>,
}

impl FromRequestParts<Arc<Console>> for Paging {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Console>) -> Result<Self, Rejection> {
        let Query(parameters) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
            .map_err(|rejection| Rejection::invalid(rejection.body_text()))?;
        let mut paging = Self { page: 0, size: DEFAULT_SIZE, orders: Vec::new() };
        for (name, value) in &parameters {
            match name.as_str() {
                "page" => paging.page = number(name, value, 0..=LARGEST_PAGE)?,
                "size" => paging.size = number(name, value, 1..=LARGEST_SIZE)?,
                "sort" => paging.orders.push(order(value)?),
                _ => {}
            }
        }
        Ok(paging)
    }
}

fn number(name: &str, value: &str, allowed: RangeInclusive<usize>) -> Result<usize, Rejection> {
    let number = value.parse().ok().filter(|number| allowed.contains(number));
    number.ok_or_else(|| {
        let (least, most) = allowed.into_inner();
        Rejection::invalid(format!("{name}: must be a number from {least} to {most}."))
    })
}

/// One `sort` parameter: `property[,ASC|DESC]`.
fn order(written: &str) -> Result<(String, bool), Rejection> {
    let (property, direction) = written.split_once(',').unwrap_or((written, "ASC"));
    match direction.to_ascii_uppercase().as_str() {
        "ASC" => Ok((property.to_owned(), false)),
        "DESC" => Ok((property.to_owned(), true)),
        _ => Err(Rejection::invalid("sort: the direction must be ASC or DESC.")),
    }
}

impl Paging {
    /// One page of `items`, each as `view` shows it, ordered by some of these properties.
    pub(super) fn page<T>(
        &self,
        here: &Here,
        sortable: &str,
        items: impl Iterator<Item = T>,
        view: impl Fn(&T) -> Value,
    ) -> Result<Value, Error> {
        let unknown = |(name, _): &&(String, bool)| !sortable.split(' ').any(|one| one == name);
        if let Some((name, _)) = self.orders.iter().find(unknown) {
            return Err(Error::Invalid(format!("sort: there is no property {name}.")));
        }
        let mut items: Vec<T> = items.collect();
        // By the last one first: equal items keep their order.
        for (property, descending) in self.orders.iter().rev() {
            let mut keyed: Vec<_> =
                items.into_iter().map(|item| (key(&view(&item), property), item)).collect();
            keyed.sort_by(|(one, _), (two, _)| {
                let ascending = compare(one, two);
                if *descending { ascending.reverse() } else { ascending }
            });
            items = keyed.into_iter().map(|(_, item)| item).collect();
        }
        let total = items.len();
        let page = items.iter().skip(self.page.saturating_mul(self.size)).take(self.size);
        let pages = total.div_ceil(self.size);
        Ok(json!({
            "links": self.links(here, pages),
            "page": {
                "number": self.page,
                "size": self.size,
                "totalPages": pages,
                "totalResources": total,
            },
            "resources": page.map(view).collect::<Vec<_>>(),
        }))
    }

    /// The neighbouring pages, as far as there are any.
    fn links(&self, here: &Here, pages: usize) -> Vec<Value> {
        let mut links = vec![here.itself()];
        let Some(last) = pages.checked_sub(1) else { return links };
        let mut add = |rel, page: usize| {
            let mut query = format!("page={page}&size={}", self.size);
            // These are names of properties: there is nothing to escape.
            for (property, descending) in &self.orders {
                query.extend(["&sort=", property, if *descending { ",DESC" } else { "" }]);
            }
            links.push(here.with_query(rel, &query));
        };
        add("first", 0);
        if let Some(previous) = self.page.checked_sub(1) {
            add("prev", previous.min(last));
        }
        if self.page < last {
            add("next", self.page + 1);
        }
        add("last", last);
        links
    }
}

/// The value that an item is sorted by.
fn key(view: &Value, property: &str) -> Value {
    match (property, view.get(property)) {
        ("duration", Some(Value::String(written))) => {
            let duration = written.parse().unwrap_or(SignedDuration::ZERO);
            json!(duration.as_secs_f64())
        }
        (_, value) => value.cloned().unwrap_or_default(),
    }
}

/// A missing value comes first.
fn compare(one: &Value, two: &Value) -> Ordering {
    match (one, two) {
        (Value::String(one), Value::String(two)) => one.cmp(two),
        (Value::Number(one), Value::Number(two)) => {
            one.as_f64().unwrap_or_default().total_cmp(&two.as_f64().unwrap_or_default())
        }
        _ => two.is_null().cmp(&one.is_null()),
    }
}
