//! MessagePack, as far as rows need it, in the smallest form of each value, as msgspec writes it.
//! <https://github.com/msgpack/msgpack/blob/master/spec.md>

/// Reads values from the front; `None` is "not of the form that msgspec writes".
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub fn new(data: &'a [u8]) -> Reader<'a> {
        Reader { rest: data }
    }

    pub fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        if count > self.rest.len() {
            return None;
        }
        let (taken, rest) = self.rest.split_at(count);
        self.rest = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    fn chunk<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (&chunk, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(chunk)
    }

    /// A size of one, two or four bytes.
    fn size(&mut self, bytes: usize) -> Option<usize> {
        Some(match bytes {
            1 => usize::from(self.byte()?),
            2 => usize::from(u16::from_be_bytes(self.chunk()?)),
            _ => u32::from_be_bytes(self.chunk()?) as usize,
        })
    }

    /// Whether nil comes next, which is then read.
    pub fn nil(&mut self) -> bool {
        let found = self.rest.first() == Some(&0xc0);
        if found {
            self.rest = &self.rest[1..];
        }
        found
    }

    pub fn int(&mut self) -> Option<i64> {
        let first = self.byte()?;
        match first {
            0x00..=0x7f => Some(i64::from(first)),
            0xe0..=0xff => Some(i64::from(first as i8)),
            0xcc => Some(i64::from(self.byte()?)),
            0xcd => Some(i64::from(u16::from_be_bytes(self.chunk()?))),
            0xce => Some(i64::from(u32::from_be_bytes(self.chunk()?))),
            0xcf => i64::try_from(u64::from_be_bytes(self.chunk()?)).ok(),
            0xd0 => Some(i64::from(i8::from_be_bytes(self.chunk()?))),
            0xd1 => Some(i64::from(i16::from_be_bytes(self.chunk()?))),
            0xd2 => Some(i64::from(i32::from_be_bytes(self.chunk()?))),
            0xd3 => Some(i64::from_be_bytes(self.chunk()?)),
            _ => None,
        }
    }

    /// Whether a text comes next.
    pub fn is_text(&self) -> bool {
        matches!(self.rest.first(), Some(0xa0..=0xbf | 0xd9..=0xdb))
    }

    pub fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.raw_text()?).ok()
    }

    /// A text whose bytes may be of no encoding.
    pub fn raw_text(&mut self) -> Option<&'a [u8]> {
        let size = match self.byte()? {
            first @ 0xa0..=0xbf => usize::from(first & 0x1f),
            0xd9 => self.size(1)?,
            0xda => self.size(2)?,
            0xdb => self.size(4)?,
            _ => return None,
        };
        self.take(size)
    }

    pub fn bytes(&mut self) -> Option<&'a [u8]> {
        let size = match self.byte()? {
            0xc4 => self.size(1)?,
            0xc5 => self.size(2)?,
            0xc6 => self.size(4)?,
            _ => return None,
        };
        self.take(size)
    }

    /// Read the head of an array: how many elements follow.
    pub fn array(&mut self) -> Option<usize> {
        match self.byte()? {
            first @ 0x90..=0x9f => Some(usize::from(first & 0x0f)),
            0xdc => self.size(2),
            0xdd => self.size(4),
            _ => None,
        }
    }

    /// Read the head of a map: how many pairs follow.
    pub fn map(&mut self) -> Option<usize> {
        match self.byte()? {
            first @ 0x80..=0x8f => Some(usize::from(first & 0x0f)),
            0xde => self.size(2),
            0xdf => self.size(4),
            _ => None,
        }
    }
}

pub fn put_nil(out: &mut Vec<u8>) {
    out.push(0xc0);
}

pub fn put_int(number: i64, out: &mut Vec<u8>) {
    match number {
        0..=0x7f => out.push(number as u8),
        -32..=-1 => out.push(number as i8 as u8),
        0x80..=0xff => out.extend_from_slice(&[0xcc, number as u8]),
        0x100..=0xffff => put_head(0xcd, &(number as u16).to_be_bytes(), out),
        0x1_0000..=0xffff_ffff => put_head(0xce, &(number as u32).to_be_bytes(), out),
        0x1_0000_0000.. => put_head(0xcf, &number.to_be_bytes(), out),
        -0x80..=-33 => out.extend_from_slice(&[0xd0, number as i8 as u8]),
        -0x8000..=-0x81 => put_head(0xd1, &(number as i16).to_be_bytes(), out),
        -0x8000_0000..=-0x8001 => put_head(0xd2, &(number as i32).to_be_bytes(), out),
        _ => put_head(0xd3, &number.to_be_bytes(), out),
    }
}

pub fn put_text(text: &str, out: &mut Vec<u8>) {
    let size = text.len();
    match size {
        0..=31 => out.push(0xa0 | size as u8),
        32..=0xff => out.extend_from_slice(&[0xd9, size as u8]),
        0x100..=0xffff => put_head(0xda, &(size as u16).to_be_bytes(), out),
        _ => put_head(0xdb, &(size as u32).to_be_bytes(), out),
    }
    out.extend_from_slice(text.as_bytes());
}

pub fn put_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    let size = bytes.len();
    match size {
        0..=0xff => out.extend_from_slice(&[0xc4, size as u8]),
        0x100..=0xffff => put_head(0xc5, &(size as u16).to_be_bytes(), out),
        _ => put_head(0xc6, &(size as u32).to_be_bytes(), out),
    }
    out.extend_from_slice(bytes);
}

pub fn put_array(size: usize, out: &mut Vec<u8>) {
    match size {
        0..=15 => out.push(0x90 | size as u8),
        16..=0xffff => put_head(0xdc, &(size as u16).to_be_bytes(), out),
        _ => put_head(0xdd, &(size as u32).to_be_bytes(), out),
    }
}

pub fn put_map(size: usize, out: &mut Vec<u8>) {
    match size {
        0..=15 => out.push(0x80 | size as u8),
        16..=0xffff => put_head(0xde, &(size as u16).to_be_bytes(), out),
        _ => put_head(0xdf, &(size as u32).to_be_bytes(), out),
    }
}

/// Append a mark and up to eight bytes, at once: a second look whether there is room would cost more than either.
fn put_head<const N: usize>(mark: u8, rest: &[u8; N], out: &mut Vec<u8>) {
    let mut head = [mark; 9];
    head[1..=N].copy_from_slice(rest);
    out.extend_from_slice(&head[..=N]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_of_int_comes_back() {
        for power in 0..63 {
            for number in [(1i64 << power) - 1, 1 << power, -(1 << power), -(1 << power) - 1] {
                let mut out = Vec::new();
                put_int(number, &mut out);
                let mut reader = Reader::new(&out);
                assert_eq!(reader.int(), Some(number));
                assert!(reader.is_at_end());
            }
        }
    }

    #[test]
    fn what_is_cut_off_is_none() {
        assert!(Reader::new(&[0xcf, 1]).int().is_none());
        assert!(Reader::new(&[0xa5, b'a']).text().is_none());
        assert!(Reader::new(&[0xc6, 0xff, 0xff, 0xff, 0xff]).bytes().is_none());
    }
}
