//! What the doctor takes from real name servers on this machine: long records, silence, refusals, and more servers than one.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{NameServerConfig, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::op::{Message, ResponseCode};
use hickory_resolver::proto::rr::rdata::TXT;
use hickory_resolver::proto::rr::{RData, Record};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UdpSocket};

use super::dns;

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// What a name server says to every question.
#[derive(Debug, Clone)]
enum Says {
    Texts(Vec<String>),
    Code(ResponseCode),
}

impl Says {
    /// The answer to a question; over UDP it is cut where it is longer than a datagram was at first (RFC 1035, section 4.2.1).
    fn answer(&self, question: &[u8], may_be_long: bool) -> Vec<u8> {
        let asked = Message::from_vec(question).unwrap();
        let query = asked.queries[0].clone();
        let mut answer = Message::response(asked.metadata.id, asked.metadata.op_code);
        answer.add_query(query.clone());
        match self {
            Self::Texts(texts) => {
                let data = RData::TXT(TXT::new(texts.clone()));
                answer.add_answer(Record::from_rdata(query.name().clone(), 60, data));
            }
            Self::Code(code) => answer.metadata.response_code = *code,
        }
        if !may_be_long && answer.to_vec().unwrap().len() > 512 {
            answer.answers.clear();
            answer.metadata.truncation = true;
        }
        answer.to_vec().unwrap()
    }
}

/// A name server on this machine, by UDP and TCP on one port.
async fn name_server(says: Says) -> u16 {
    let (udp, tcp) = loop {
        let udp = UdpSocket::bind(SocketAddr::new(HERE, 0)).await.unwrap();
        // The same port of TCP may be somebody else's.
        if let Ok(tcp) = TcpListener::bind(udp.local_addr().unwrap()).await {
            break (udp, tcp);
        }
    };
    let port = udp.local_addr().unwrap().port();
    let (by_udp, by_tcp) = (says.clone(), says);
    tokio::spawn(async move {
        let mut bytes = [0; 4_096];
        while let Ok((length, from)) = udp.recv_from(&mut bytes).await {
            udp.send_to(&by_udp.answer(&bytes[..length], false), from).await.unwrap();
        }
    });
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = tcp.accept().await {
            let length = stream.read_u16().await.unwrap();
            let mut question = vec![0; usize::from(length)];
            stream.read_exact(&mut question).await.unwrap();
            let answer = by_tcp.answer(&question, true);
            stream.write_u16(u16::try_from(answer.len()).unwrap()).await.unwrap();
            stream.write_all(&answer).await.unwrap();
        }
    });
    port
}

/// A resolver of name servers on these ports.
fn resolver(ports: &[u16]) -> TokioResolver {
    let server = |port: &u16| {
        let mut server = NameServerConfig::udp_and_tcp(HERE);
        for connection in &mut server.connections {
            connection.port = *port;
        }
        server
    };
    let config = ResolverConfig::from_parts(None, Vec::new(), ports.iter().map(server).collect());
    dns::resolver_of(TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())).unwrap()
}

#[tokio::test]
async fn a_record_of_several_strings_that_fits_into_no_datagram_is_read_whole() {
    let parts =
        ["v=spf1 ", &"include:a.example ".repeat(14), &"include:b.example ".repeat(14), "include:amazonses.com ~all"];
    let port = name_server(Says::Texts(parts.map(str::to_owned).to_vec())).await;
    let records = dns::ask(&resolver(&[port]), "bounce.shop.example").await.unwrap();
    assert_eq!(records, [parts.concat()]);
    assert!(!dns::spf("bounce.shop.example", &records).is_wrong());
}

#[tokio::test]
async fn a_name_that_is_not_there_is_an_answer_and_a_server_that_fails_is_none() {
    for (code, expected) in [
        (ResponseCode::NXDomain, Some(Vec::new())),
        (ResponseCode::NoError, Some(Vec::new())),
        (ResponseCode::ServFail, None),
        (ResponseCode::Refused, None),
    ] {
        let port = name_server(Says::Code(code)).await;
        assert_eq!(dns::ask(&resolver(&[port]), "_dmarc.shop.example").await, expected, "{code}");
    }
}

#[tokio::test]
async fn where_one_server_is_silent_another_one_is_asked() {
    let silent = UdpSocket::bind(SocketAddr::new(HERE, 0)).await.unwrap();
    let sound = name_server(Says::Texts(vec!["v=DMARC1; p=reject".to_owned()])).await;
    let resolver = resolver(&[silent.local_addr().unwrap().port(), sound]);
    let records = dns::ask(&resolver, "_dmarc.shop.example").await;
    assert_eq!(records, Some(vec!["v=DMARC1; p=reject".to_owned()]));
}
