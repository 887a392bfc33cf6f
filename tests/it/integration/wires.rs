//! E-mail and syslog beside small servers that speak as much of the protocol as is needed.

use std::sync::{Arc, Mutex};

use invitro::{integration::Sink, outbox::Happening};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpListener,
};

use super::{
    courier::deliver,
    health,
    sample::{DELIVERY, HOSTILE, huge, later, opened, unproven},
    target,
};

/// What a mail server does with the next letter.
#[derive(Clone, Copy, PartialEq)]
enum Mood {
    Takes,
    DefersOnce,
    RefusesOne,
    HangsUpAfterData,
}

type Letters = Arc<Mutex<Vec<(Vec<String>, String)>>>;

/// A mail server in plain text.
async fn mail_server(mood: Mood) -> (u16, Letters) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let letters = Letters::default();
    let kept = letters.clone();
    tokio::spawn(async move {
        let mut count = 0;
        while let Ok((stream, _)) = listener.accept().await {
            count += 1;
            let _ = conversation(BufReader::new(stream), mood, count, &kept).await;
        }
    });
    (port, letters)
}

async fn conversation(mut stream: BufReader<tokio::net::TcpStream>, mood: Mood, count: usize, letters: &Letters) -> std::io::Result<()> {
    stream.write_all(b"220 test ESMTP\r\n").await?;
    let mut to = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let reply = match line.get(..4).unwrap_or_default() {
            "EHLO" => "250-test\r\n250-SIZE 1000000\r\n250 8BITMIME\r\n".to_owned(),
            "RCPT" if mood == Mood::DefersOnce && count == 1 && line.contains("b@") => "451 4.7.1 greylisted\r\n".to_owned(),
            "RCPT" if mood == Mood::RefusesOne && line.contains("b@") => "550 5.1.1 no such user\r\n".to_owned(),
            "RCPT" => {
                to.push(line.trim().to_owned());
                "250 ok\r\n".to_owned()
            }
            "DATA" => {
                stream.write_all(b"354 go\r\n").await?;
                let mut letter = String::new();
                while !letter.ends_with("\r\n.\r\n") {
                    if stream.read_line(&mut letter).await? == 0 {
                        return Ok(());
                    }
                }
                letters.lock().expect("no panic").push((std::mem::take(&mut to), letter));
                if mood == Mood::HangsUpAfterData && count == 1 {
                    return Ok(());
                }
                "250 2.0.0 queued\r\n".to_owned()
            }
            "QUIT" => {
                stream.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "250 ok\r\n".to_owned(),
        };
        stream.write_all(reply.as_bytes()).await?;
    }
}

fn mail(port: u16, security: &str) -> Box<dyn Sink> {
    target(&format!(
        "[mail]\nkind = 'email'\nhost = '127.0.0.1'\nport = {port}\nsecurity = '{security}'\nfrom = 'invitro <bot@example.org>'\nto = ['a@example.org', 'b@example.org']\nplaintext = true\naddresses = ['loopback']\ntimeout_s = 5\n"
    ))
}

fn header(letter: &str, name: &str) -> String {
    letter.replace("\r\n ", " ").lines().find_map(|it| it.strip_prefix(&format!("{name}: ")).map(str::to_owned)).unwrap_or_default()
}

#[tokio::test]
async fn letters_hold_together_as_a_thread() {
    let (port, letters) = mail_server(Mood::Takes).await;
    let sink = mail(port, "none");
    let known = deliver(&*sink, &unproven(), None).await.reference();
    deliver(&*sink, &later(Happening::Verified), Some(&known)).await;
    let letters = letters.lock().expect("no panic").clone();
    let (first, second) = (&letters[0].1, &letters[1].1);
    assert_eq!(header(first, "Message-ID"), format!("<invitro.{}@example.org>", opened().fingerprint));
    assert_eq!(header(second, "In-Reply-To"), header(first, "Message-ID"));
    assert_eq!(header(second, "Message-ID"), format!("<invitro.{}.{DELIVERY}@example.org>", &opened().fingerprint[..16]));
    assert_eq!((header(first, "Subject").as_str(), header(first, "Auto-Submitted").as_str()), ("UNPROVEN FIX: sshd allows root", "auto-generated"));
    assert_eq!(header(first, "Date"), "Wed, 25 Nov 2026 19:00:00 +0000");
    assert!(first.contains("Content-Disposition: attachment;") && first.contains("PermitRootLogin no"), "the diff goes with it");
    assert!(HOSTILE.contains("<script>") && first.contains("&lt;script&gt;"));
    assert_eq!(letters[0].0.len(), 2);
}

#[tokio::test]
async fn each_recipient_has_a_fate_of_its_own() {
    let (port, letters) = mail_server(Mood::DefersOnce).await;
    let done = deliver(&*mail(port, "none"), &opened(), None).await;
    assert!(done.trouble[0].starts_with("mail: retry, limited: not yet taken for b@example.org"), "{:?}", done.trouble);
    let sent: Vec<Vec<String>> = letters.lock().expect("no panic").iter().map(|it| it.0.clone()).collect();
    assert_eq!(sent, [["RCPT TO:<a@example.org>"], ["RCPT TO:<b@example.org>"]], "nobody twice, and nobody lost");
    let (port, _) = mail_server(Mood::RefusesOne).await;
    let done = deliver(&*mail(port, "none"), &opened(), None).await;
    assert!(done.receipts[0].remarks[0].starts_with("refused: b@example.org ("), "{:?}", done.receipts);
}

#[tokio::test]
async fn a_letter_in_doubt_goes_again_under_the_same_id() {
    let (port, letters) = mail_server(Mood::HangsUpAfterData).await;
    let done = deliver(&*mail(port, "none"), &opened(), None).await;
    assert!(done.trouble[0].starts_with("mail: unknown: the connection broke off after the letter"), "{:?}", done.trouble);
    let letters = letters.lock().expect("no panic").clone();
    assert_eq!((letters.len(), header(&letters[0].1, "Message-ID") == header(&letters[1].1, "Message-ID"), letters[0].1 == letters[1].1), (2, true, true));
    assert!(done.receipts[0].at_least_once);
}

#[tokio::test]
async fn nothing_goes_in_plain_text_where_starttls_is_wanted() {
    let (port, letters) = mail_server(Mood::Takes).await;
    let sink = mail(port, "starttls");
    let done = deliver(&*sink, &opened(), None).await;
    assert_eq!(done.trouble, ["mail: terminal, setting: the server offers no STARTTLS: nothing was sent; look at `port` and `security`"]);
    assert!(health(&*sink).await[0].starts_with("NO target-settings mail server: the server offers no STARTTLS"));
    assert_eq!(deliver(&*mail(port, "none"), &huge(), None).await.trouble.len(), 1, "larger than SIZE");
    assert!(letters.lock().expect("no panic").is_empty());
    assert_eq!(
        health(&*mail(port, "none")).await,
        [
            "ok target-credentials mail server: 127.0.0.1:".to_owned() + &port.to_string() + " let us in, letters up to 1000000 bytes",
            "ok target-rights recipients: 2 taken".to_owned()
        ]
    );
}

#[tokio::test]
async fn events_are_counted_octets_of_leef() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let sink = target(&format!("[q]\nkind = 'qradar'\nhost = '127.0.0.1'\nport = {port}\nplaintext = true\naddresses = ['loopback']\ntimeout_s = 2\n"));
    for notice in [opened(), huge()] {
        let done = deliver(&*sink, &notice, None).await;
        assert_eq!((done.trouble.len(), done.receipts[0].at_least_once), (0, true));
    }
    let (mut stream, _) = listener.accept().await.expect("a connection");
    for _ in 0..2 {
        let mut digits = String::new();
        loop {
            match stream.read_u8().await.expect("a byte") {
                b' ' => break,
                it => digits.push(char::from(it)),
            }
        }
        let mut frame = vec![0; digits.parse().expect("a length")];
        stream.read_exact(&mut frame).await.expect("a frame");
        let text = String::from_utf8(frame).expect("UTF-8");
        assert!(text.len() <= 4_000 && text.starts_with("<131>1 2026-11-25T19:00:00.000Z invitro invitro - notice - LEEF:2.0|invitro|invitro|"), "{text}");
        assert!(text.contains("\tverdict=proven\t") && text.contains(&opened().fingerprint) && text.contains("\tsev=8\t") && !text.contains('\n'), "{text}");
        assert!(text.split('\t').all(|it| it.contains('=')), "{text}");
    }
    drop((stream, listener));
    assert!(health(&*sink).await[0].starts_with("NO target-unreachable collector: "), "{:?}", health(&*sink).await);
}
