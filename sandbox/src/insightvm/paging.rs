//! Lists that are answered page by page.

use std::ops::RangeInclusive;

use axum::extract::{FromRequestParts, Query};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::Serialize;

use super::answer::{Answer, Refusal, json};
use super::links::{Here, Link};
use super::sorting::{Order, Sortable, sort};

const DEFAULT_SIZE: usize = 10;
const LARGEST_SIZE: usize = 500;
/// The documents give the number of a page 32 bits.
const LARGEST_PAGE: usize = 2_147_483_647;

/// Which page a client asks for: `page`, `size` and any number of `sort`.
#[derive(Debug)]
pub(super) struct Paging {
    page: usize,
    size: usize,
    orders: Vec<Order>,
}

impl<S: Send + Sync> FromRequestParts<S> for Paging {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let Query(parameters) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
            .map_err(|rejection| Refusal::bad_request(rejection.body_text()))?;
        let mut paging = Self { page: 0, size: DEFAULT_SIZE, orders: Vec::new() };
        for (name, value) in &parameters {
            match name.as_str() {
                "page" => paging.page = number(name, value, 0..=LARGEST_PAGE)?,
                "size" => paging.size = number(name, value, 1..=LARGEST_SIZE)?,
                "sort" => paging.orders.push(Order::parse(value)?),
                _ => {}
            }
        }
        Ok(paging)
    }
}

fn number(name: &str, value: &str, allowed: RangeInclusive<usize>) -> Result<usize, Refusal> {
    let number = value.parse().ok().filter(|number| allowed.contains(number));
    number.ok_or_else(|| {
        let (least, most) = allowed.into_inner();
        Refusal::bad_request(format!("{name}: must be a number from {least} to {most}."))
    })
}

impl Paging {
    /// Answers one page of `items`, each as `view` shows it.
    pub(super) fn answer<'a, T: Sortable, V: Serialize>(
        &self,
        here: &Here,
        items: impl Iterator<Item = &'a T>,
        view: impl Fn(&'a T) -> V,
    ) -> Answer {
        let mut items: Vec<&T> = items.collect();
        sort(&mut items, &self.orders)?;
        let total_resources = items.len();
        let total_pages = total_resources.div_ceil(self.size);
        let resources = items
            .into_iter()
            .skip(self.page.saturating_mul(self.size))
            .take(self.size)
            .map(view)
            .collect();
        let page = Paged {
            links: self.links(here, total_pages),
            page: PageInfo { number: self.page, size: self.size, total_pages, total_resources },
            resources,
        };
        json(StatusCode::OK, &page)
    }

    /// The neighbouring pages, as far as there are any.
    fn links(&self, here: &Here, total_pages: usize) -> Vec<Link> {
        let to = |rel, page: usize| {
            let mut parameters = vec![format!("page={page}"), format!("size={}", self.size)];
            parameters.extend(self.orders.iter().map(Order::as_parameter));
            here.with_query(rel, &parameters.join("&"))
        };
        let mut links = vec![here.itself()];
        if let Some(last) = total_pages.checked_sub(1) {
            links.push(to("first", 0));
            if let Some(previous) = self.page.checked_sub(1) {
                links.push(to("prev", previous.min(last)));
            }
            if self.page < last {
                links.push(to("next", self.page + 1));
            }
            links.push(to("last", last));
        }
        links
    }
}

#[derive(Serialize)]
struct Paged<V> {
    links: Vec<Link>,
    page: PageInfo,
    resources: Vec<V>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    number: usize,
    size: usize,
    total_pages: usize,
    total_resources: usize,
}
