//! Claims about what is asked of the demo, and about what is refused.

use std::sync::Mutex;

use tonic::Code;

use super::*;

/// A demo of one replica that notes what it's asked.
#[derive(Default)]
struct Noted(Mutex<Vec<String>>);

#[tonic::async_trait]
impl Demo for Noted {
    async fn replicas(&self) -> Vec<DemoReplica> {
        vec![DemoReplica {
            name: "pier-0".to_owned(),
            disturbance: Disturbance::default(),
        }]
    }

    async fn disturb(&self, name: &str, disturbance: Disturbance) -> Result<(), DemoError> {
        if name != "pier-0" {
            return Err(DemoError::NoSuchReplica);
        }
        let Disturbance {
            delay, is_killed, ..
        } = disturbance;
        self.0
            .lock()
            .unwrap()
            .push(format!("{delay:?} {is_killed}"));
        Ok(())
    }

    async fn scale(&self, replicas: usize) -> Result<(), DemoError> {
        self.0.lock().unwrap().push(format!("scale {replicas}"));
        Ok(())
    }
}

fn chaos() -> (Chaos, Arc<Noted>) {
    let demo = Arc::<Noted>::default();
    (Chaos::new(demo.clone(), Front::default()), demo)
}

async fn disturb(replica: &str, disturbance: pb::Disturbance) -> Result<Vec<String>, Status> {
    let (chaos, demo) = chaos();
    let request = Request::new(pb::DisturbReplicaRequest {
        replica: replica.to_owned(),
        disturbance: Some(disturbance),
    });
    chaos.disturb_replica(request).await?;
    let noted = demo.0.lock().unwrap().clone();
    Ok(noted)
}

fn slow(delay: prost_types::Duration) -> pb::Disturbance {
    pb::Disturbance {
        delay: Some(delay),
        ..pb::Disturbance::default()
    }
}

#[tokio::test]
async fn a_replica_is_put_into_the_trouble_that_is_asked_for() {
    let seconds = prost_types::Duration {
        seconds: 2,
        nanos: 0,
    };
    assert_eq!(
        disturb("pier-0", slow(seconds)).await.unwrap(),
        ["2s false"]
    );
    let killed = pb::Disturbance {
        killed: true,
        ..pb::Disturbance::default()
    };
    assert_eq!(disturb("pier-0", killed).await.unwrap(), ["0ns true"]);
}

#[tokio::test]
async fn trouble_that_cant_be_is_refused() {
    let none = pb::Disturbance::default();
    let unknown = disturb("pier-9", none).await.unwrap_err();
    assert_eq!(unknown.code(), Code::NotFound);
    assert!(
        unknown.message().contains("pier-0"),
        "{}",
        unknown.message()
    );
    for seconds in [-1, 61] {
        let delay = prost_types::Duration { seconds, nanos: 0 };
        let refused = disturb("pier-0", slow(delay)).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument);
    }
}

#[tokio::test]
async fn numbers_outside_their_range_name_it() {
    let (chaos, demo) = chaos();
    for replicas in [0, 9] {
        let request = Request::new(pb::ScaleDemoRequest { replicas });
        let refused = chaos.scale_demo(request).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument);
        let message = refused.message();
        assert!(message.starts_with("replicas must be 1 to 8"), "{message}");
    }
    let request = Request::new(pb::ScaleDemoRequest { replicas: 8 });
    assert!(chaos.scale_demo(request).await.is_ok());
    assert_eq!(*demo.0.lock().unwrap(), ["scale 8"]);
    let request = Request::new(pb::RunLoadRequest {
        calls_per_second: 5_001,
        calls: 1,
    });
    let refused = chaos.run_load(request).await.err().unwrap();
    assert!(refused.message().starts_with("calls_per_second must be"));
}
