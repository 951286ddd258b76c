//! Who says what, and when.

use futures_util::stream::BoxStream;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tonic::Code;

use super::super::tests::config;
use super::*;

type Sender = mpsc::Sender<Result<pb::ConverseRequest, Status>>;

fn begin() -> (
    Sender,
    BoxStream<'static, Result<pb::ConverseResponse, Status>>,
) {
    let (sender, receiver) = mpsc::channel(8);
    let said = stream::unfold(receiver, |mut receiver| async {
        Some((receiver.recv().await?, receiver))
    });
    (sender, converse(config(), said.boxed()).boxed())
}

fn say(sender: &Sender, text: &str, language: Language) {
    let text = text.to_owned();
    let language = language.into();
    sender
        .try_send(Ok(pb::ConverseRequest { text, language }))
        .unwrap();
}

async fn hear(
    answers: &mut BoxStream<'static, Result<pb::ConverseResponse, Status>>,
) -> (String, u32) {
    let answer = answers.next().await.unwrap().unwrap();
    assert_eq!(answer.replica, "replica-0");
    (answer.text, answer.answers)
}

#[tokio::test(start_paused = true)]
async fn each_text_is_answered_in_the_language_chosen_last() {
    let (sender, mut answers) = begin();
    say(&sender, " hi ", Language::Unspecified);
    say(&sender, "hi", Language::Zh);
    say(&sender, "hi", Language::Unspecified);
    assert_eq!(hear(&mut answers).await, ("You said: hi".to_owned(), 1));
    assert_eq!(hear(&mut answers).await, ("你说：hi".to_owned(), 2));
    assert_eq!(hear(&mut answers).await, ("你说：hi".to_owned(), 3));
    drop(sender);
    assert_eq!(hear(&mut answers).await, ("再见！".to_owned(), 0));
    assert!(answers.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn who_is_silent_is_asked_ever_more_rarely() {
    let (sender, mut answers) = begin();
    let began = Instant::now();
    let mut asked = async || {
        assert_eq!(hear(&mut answers).await.0, "Are you still there?");
        began.elapsed().as_secs()
    };
    assert_eq!(asked().await, 5);
    assert_eq!(asked().await, 15);
    assert_eq!(asked().await, 35);
    say(&sender, "yes", Language::En);
    assert_eq!(hear(&mut answers).await, ("You said: yes".to_owned(), 1));
    assert_eq!(hear(&mut answers).await.1, 0);
    assert_eq!(began.elapsed().as_secs(), 40);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_answered_ends_the_conversation_and_is_named() {
    let (sender, mut answers) = begin();
    say(&sender, "hi", Language::En);
    say(&sender, " ", Language::En);
    assert_eq!(hear(&mut answers).await.1, 1);
    let status = answers.next().await.unwrap().unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    assert!(status.message().contains("message 2"), "{status}");
    assert!(answers.next().await.is_none());
}
