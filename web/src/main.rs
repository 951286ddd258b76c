//! Boards the page: puts the app in place of the static first paint.

fn main() {
    web::app::mount();
}
