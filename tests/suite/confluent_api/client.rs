//! A raw HTTP/1.1 client: sends exactly the bytes it is given, so that odd paths, repeated headers and broken bodies
//! reach the server as they are.

use flate2::read::GzDecoder;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Keeps one connection and opens the next when the server closes it.
pub(crate) struct Client {
    address: SocketAddr,
    connection: Option<BufReader<TcpStream>>,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// Unpacked, if it was compressed.
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self { address, connection: None }
    }

    /// Sends a request. `Host` and, unless the headers frame the body themselves, `Content-Length` are added.
    pub(crate) fn send(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> std::io::Result<Answer> {
        let mut request = format!("{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:18081\r\n");
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        let is_framed = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("transfer-encoding"));
        if !is_framed && (body.is_some() || matches!(method, "POST" | "PUT")) {
            request.push_str(&format!("Content-Length: {}\r\n", body.unwrap_or_default().len()));
        }
        request.push_str("\r\n");
        let mut bytes = request.into_bytes();
        bytes.extend_from_slice(body.unwrap_or_default());
        self.exchange(&bytes, method == "HEAD")
    }

    fn exchange(&mut self, request: &[u8], is_head: bool) -> std::io::Result<Answer> {
        // A server may close an idle connection at any time: one more attempt on a new one.
        if let Some(mut connection) = self.connection.take()
            && connection.get_mut().write_all(request).is_ok()
            && let Ok(answer) = self.receive(connection, is_head)
        {
            return Ok(answer);
        }
        let stream = TcpStream::connect(self.address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        let mut connection = BufReader::new(stream);
        connection.get_mut().write_all(request)?;
        self.receive(connection, is_head)
    }

    fn receive(&mut self, mut connection: BufReader<TcpStream>, is_head: bool) -> std::io::Result<Answer> {
        let (status, headers) = loop {
            let (status, headers) = head(&mut connection)?;
            if status != 100 {
                break (status, headers);
            }
        };
        let mut answer = Answer { status, headers, body: Vec::new() };
        if !is_head && status != 204 {
            answer.body = if answer.header("transfer-encoding").is_some() {
                chunks(&mut connection)?
            } else if let Some(length) = answer.header("content-length") {
                let length = length.parse().map_err(std::io::Error::other)?;
                let mut body = vec![0; length];
                connection.read_exact(&mut body)?;
                body
            } else {
                let mut body = Vec::new();
                connection.read_to_end(&mut body)?;
                body
            };
        }
        if answer.header("content-encoding") == Some("gzip") {
            let mut plain = Vec::new();
            GzDecoder::new(answer.body.as_slice()).read_to_end(&mut plain)?;
            answer.body = plain;
        }
        let is_last = answer.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
        self.connection = (!is_last).then_some(connection);
        Ok(answer)
    }
}

fn head(connection: &mut impl BufRead) -> std::io::Result<(u16, Vec<(String, String)>)> {
    let status_line = line(connection)?;
    let status = status_line.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| std::io::Error::other(format!("no status line: {status_line:?}")))?;
    let mut headers = Vec::new();
    loop {
        let line = line(connection)?;
        if line.is_empty() {
            return Ok((status, headers));
        }
        let (name, value) = line.split_once(':').ok_or_else(|| std::io::Error::other("a header without a colon"))?;
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
}

fn line(connection: &mut impl BufRead) -> std::io::Result<String> {
    let mut line = Vec::new();
    connection.read_until(b'\n', &mut line)?;
    if line.pop() != Some(b'\n') {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    Ok(String::from_utf8_lossy(&line).trim_end_matches('\r').to_owned())
}

fn chunks(connection: &mut impl BufRead) -> std::io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let size = usize::from_str_radix(line(connection)?.trim(), 16).map_err(std::io::Error::other)?;
        let from = body.len();
        body.resize(from + size, 0);
        connection.read_exact(&mut body[from..])?;
        line(connection)?;
        if size == 0 {
            return Ok(body);
        }
    }
}
