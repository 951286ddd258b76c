//! Several streams at once: over fetch until the browser's connections run out, over one WebSocket a hundred.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Talker;
use crate::client::lent::{Asked, HangUp, framed};
use crate::client::socket::Speech;
use crate::client::talk::{path, watch};
use crate::model::talk::{Kind, Member, Talk, Way};

impl Talker {
    /// Opens the crowd, those of it that aren't open: each is a watch of its own, held until it's closed.
    pub fn gather(self) {
        for place in 0..self.talk.look(Talk::crowd_size) {
            let is_closed = |talk: &Talk| talk.crowd[place] == Member::Closed;
            if self.talk.look(is_closed) {
                self.join(place);
            }
        }
    }

    fn join(self, place: usize) {
        self.change(|talk| talk.crowd[place] = Member::Waiting);
        let hang_up = HangUp::default();
        self.crowd
            .update_value(|crowd| crowd[place] = hang_up.clone());
        let way = self.talk.look(|talk| talk.way);
        let (client, socket) = (self.client.get_value(), self.socket.get_value());
        spawn_local(async move {
            let frames = framed([watch(0, 0)]);
            let asked = Asked {
                path: path(Kind::Watch),
                frames: &frames,
                is_text: way == Way::Text,
                ..Asked::default()
            };
            let take = move |_| {
                self.note(|talk| talk.crowd[place] = Member::Open)
                    .is_some()
                    .into()
            };
            // However it ended, it's closed.
            let _ = if way == Way::Socket {
                let said = Speech::said();
                socket
                    .exchange(&client, asked, said, Some(&hang_up), take)
                    .await
            } else {
                client.exchange(asked, Some(&hang_up), take).await
            };
            self.note(|talk| talk.crowd[place] = Member::Closed);
        });
    }

    /// Closes one stream of the crowd that is open, or all.
    pub fn dismiss(self, all: bool) {
        let members = self.talk.look(|talk| talk.crowd.clone());
        let first = members.iter().position(|member| *member == Member::Open);
        self.hang_up(|place| all || Some(place) == first);
    }

    pub(super) fn hang_up(self, is_meant: impl Fn(usize) -> bool) {
        self.crowd.try_with_value(|crowd| {
            let places = crowd.iter().enumerate();
            let meant = places.filter(|(place, _)| is_meant(*place));
            meant.for_each(|(_, hang_up)| hang_up.hang_up());
        });
    }
}
