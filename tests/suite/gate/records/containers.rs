//! Object container files: every codec as apache-avro writes it, damage named with its offset, and bombs.

use super::{ORDER, checked, order, shop, summary};
use crate::dice::Dice;
use apache_avro::types::Value as Avro;
use apache_avro::{Bzip2Settings, Codec, DeflateSettings, Schema, Writer, XzSettings, ZstandardSettings};
use std::io::Write as _;

fn orders(schema: &str, codec: Codec, blocks: &[&[i64]]) -> Vec<u8> {
    let schema = Schema::parse_str(schema).unwrap();
    let mut writer = Writer::with_codec(&schema, Vec::new(), codec).unwrap();
    for block in blocks {
        for id in *block {
            let fields = [
                ("id", Avro::Long(*id)),
                ("item", Avro::String("tea".repeat(20))),
                ("note", Avro::Union(0, Box::new(Avro::Null))),
            ];
            writer.append_value(Avro::Record(fields.map(|(name, value)| (name.to_owned(), value)).to_vec())).unwrap();
        }
        writer.flush().unwrap();
    }
    writer.into_inner().unwrap()
}

fn codecs() -> [Codec; 6] {
    [
        Codec::Null,
        Codec::Deflate(DeflateSettings::default()),
        Codec::Snappy,
        Codec::Zstandard(ZstandardSettings::default()),
        Codec::Bzip2(Bzip2Settings::default()),
        Codec::Xz(XzSettings::default()),
    ]
}

/// A container file by hand.
fn container(schema: &str, codec: &str, blocks: &[(i64, i64, &[u8])]) -> Vec<u8> {
    let mut file = b"Obj\x01".to_vec();
    long(&mut file, 2);
    for (key, value) in [("avro.schema", schema), ("avro.codec", codec)] {
        for text in [key, value] {
            long(&mut file, text.len() as i64);
            file.extend_from_slice(text.as_bytes());
        }
    }
    file.push(0);
    file.extend_from_slice(SYNC);
    for (records, bytes, data) in blocks {
        long(&mut file, *records);
        long(&mut file, *bytes);
        file.extend_from_slice(data);
        file.extend_from_slice(SYNC);
    }
    file
}

const SYNC: &[u8; 16] = b"0123456789abcdef";

fn long(out: &mut Vec<u8>, value: i64) {
    let mut zigzag = ((value << 1) ^ (value >> 63)) as u64;
    while zigzag >= 0x80 {
        out.push(zigzag as u8 | 0x80);
        zigzag >>= 7;
    }
    out.push(zigzag as u8);
}

#[test]
fn records_are_read_whatever_codec_they_are_packed_with() {
    for codec in codecs() {
        let file = orders(ORDER, codec, &[&[1, 2, 3], &[4, 5]]);
        let (code, document) = checked("orders.avro", file, &[]);
        assert_eq!((code, summary(&document)), (0, (5, 0, 0)), "{codec:?}: {document:#}");
        assert_eq!(document["inputs"][0]["form"], "avro");
    }
}

#[test]
fn a_record_that_the_given_schema_cannot_read_is_a_misfit() {
    let given = ORDER.replace("\"long\"", "\"int\"");
    let (folder, session) = shop();
    folder.write("given.avsc", given);
    folder.write("orders.avro", orders(ORDER, Codec::Null, &[&[1, 2], &[3]]));
    let ended = session.run(&["records", "--schema", "given.avsc", "--format", "json", "orders.avro"]);
    let document = ended.document();
    assert_eq!((ended.code, summary(&document)), (100, (3, 3, 0)), "{document:#}");
    assert_eq!(document["misfits"][0]["misfits"][0]["path"], "id");

    // What the writer has and the given schema lacks is passed over, and what is promoted is read.
    folder.write(
        "given.avsc",
        r#"{"type": "record", "name": "Order", "namespace": "shop", "fields": [{"name": "id", "type": "double"}]}"#,
    );
    assert_eq!(session.run(&["records", "--schema", "given.avsc", "orders.avro"]).code, 0);
}

#[test]
fn a_damaged_block_is_named_with_its_offset_and_the_next_one_read() {
    for codec in codecs().into_iter().filter(|codec| *codec != Codec::Null) {
        let mut file = orders(ORDER, codec, &[&[1, 2, 3], &[4, 5]]);
        let one = orders(ORDER, codec, &[&[1, 2, 3]]).len();
        let header = orders(ORDER, codec, &[]).len();
        file[header + 8] ^= 0xff;
        file[header + 9] ^= 0xff;
        let (code, document) = checked("orders.avro", &file, &[]);
        let (records, _, damages) = summary(&document);
        // Deflate has no checksum: what comes out may be records that do not fit.
        assert!(damages >= 1 || codec == Codec::Deflate(DeflateSettings::default()), "{codec:?}: {document:#}");
        assert!((2..=5).contains(&records) && code != 0, "{codec:?}: {document:#}");
        assert!(one > header);
    }
}

#[test]
fn behind_a_lost_marker_reading_goes_on_at_the_next_one() {
    let data = order(1, "tea");
    let mut file = container(ORDER, "null", &[(1, 6, &data), (1, 6, &data), (1, 6, &data)]);
    let header = container(ORDER, "null", &[]).len();
    file[header + 2 + 6] ^= 1; // the marker of the first block
    let (code, document) = checked("orders.avro", &file, &[]);
    assert_eq!((code, summary(&document)), (101, (1, 0, 1)), "{document:#}");
    assert_eq!(document["damages"][0]["offset"], header);
    let reason = document["damages"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("sync marker") && reason.contains(&format!("byte {header}")), "{reason}");
}

#[test]
fn a_file_that_is_cut_off_says_where() {
    let data = order(1, "tea");
    let whole = container(ORDER, "null", &[(1, 6, &data), (1, 6, &data)]);
    let header = container(ORDER, "null", &[]).len();
    for end in [whole.len() - 1, whole.len() - 17, whole.len() - 23] {
        let (code, document) = checked("orders.avro", &whole[..end], &[]);
        assert_eq!((code, summary(&document)), (101, (1, 0, 1)), "{end}: {document:#}");
        assert_eq!(document["damages"][0]["offset"], header + 24);
    }
    for end in [4, 5, 20, header - 1] {
        let (code, document) = checked("orders.avro", &whole[..end], &[]);
        assert_eq!((code, summary(&document)), (101, (0, 0, 1)), "{end}: {document:#}");
    }
}

#[test]
fn a_record_that_is_none_of_the_files_own_ends_its_block() {
    let good = order(1, "tea");
    let bad = [&good[..], &[2, 99, 0], &good].concat(); // a length below zero
    let file = container(ORDER, "null", &[(3, bad.len() as i64, &bad), (1, 6, &good)]);
    let (code, document) = checked("orders.avro", file, &[]);
    assert_eq!((code, summary(&document)), (100, (3, 1, 1)), "{document:#}");
    assert_eq!(
        (&document["misfits"][0]["record"], &document["misfits"][0]["misfits"][0]["path"]),
        (&2.into(), &"item".into())
    );
    assert!(document["damages"][0]["reason"].as_str().unwrap().contains("1 records behind record 2"), "{document:#}");
    // Too many bytes for the records that are claimed.
    let file = container(ORDER, "null", &[(1, 12, &[good.clone(), good].concat())]);
    let (code, document) = checked("orders.avro", file, &[]);
    assert_eq!((code, summary(&document)), (101, (1, 0, 1)), "{document:#}");
}

#[test]
fn sizes_and_counts_are_not_believed() {
    let data = order(1, "tea");
    for (records, bytes) in [(1, i64::MAX), (1, -1), (-5, 6), (1, 65 << 20), (i64::MIN, i64::MIN)] {
        let file = container(ORDER, "null", &[(records, bytes, &data), (1, 6, &data)]);
        let (code, document) = checked("orders.avro", file, &[]);
        assert_eq!((code, summary(&document)), (101, (1, 0, 1)), "{records} {bytes}: {document:#}");
    }
    // A length that reaches into the blocks behind, or beyond the file, does not take them along.
    for bytes in [5, 7, 24, 40, 60 << 20] {
        let file = container(ORDER, "null", &[(1, bytes, &data), (1, 6, &data), (1, 6, &data), (1, 1, &[2])]);
        let (code, document) = checked("orders.avro", file, &[]);
        assert_eq!((code, summary(&document)), (100, (3, 1, 1)), "{bytes}: {document:#}");
        let reason = document["damages"][0]["reason"].as_str().unwrap();
        assert!(reason.ends_with("; reading goes on behind the next sync marker"), "{reason}");
    }
    // Any number of records without a byte, in an instant.
    let file = container("\"null\"", "null", &[(i64::MAX, 0, &[])]);
    let (folder, session) = shop();
    folder.write("null.avsc", "\"null\"").write("nulls.avro", file);
    let ended = session.run(&["records", "--schema", "null.avsc", "--format", "json", "nulls.avro"]);
    assert_eq!((ended.code, ended.document()["summary"]["records"].as_i64()), (0, Some(i64::MAX)));
    // So many misfits in several files are no fewer than in one.
    let file = container("\"null\"", "null", &[(1 << 62, 0, &[])]);
    folder.write("nulls.avro", file);
    let four = ["nulls.avro"; 4];
    let ended = session.run(&[&["records", "--schema", "order.avsc", "--format", "json"], &four[..]].concat());
    assert_eq!((ended.code, ended.document()["summary"]["misfits"].as_u64()), (100, Some(u64::MAX)));
    // And so many that cannot be there.
    let file = container(ORDER, "null", &[(i64::MAX, 6, &data)]);
    assert_eq!(summary(&checked("orders.avro", file, &[]).1), (2, 1, 1));
}

#[test]
fn what_is_written_small_and_is_large_is_refused() {
    let zeros = vec![0_u8; (64 << 20) + 1];
    let mut deflate = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    deflate.write_all(&zeros).unwrap();
    let deflate = deflate.finish().unwrap();
    // Snappy says how long it is in front: a claim costs nothing.
    let snappy = [&[0xff, 0xff, 0xff, 0xff, 0x0f][..], b"xxxx", &[0; 4]].concat();
    let zstandard = zstd::encode_all(zeros.as_slice(), 1).unwrap();
    let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    bzip2.write_all(&zeros).unwrap();
    let bzip2 = bzip2.finish().unwrap();
    let mut xz = liblzma::write::XzEncoder::new(Vec::new(), 0);
    xz.write_all(&zeros).unwrap();
    let xz = xz.finish().unwrap();
    for (codec, packed) in
        [("deflate", deflate), ("snappy", snappy), ("zstandard", zstandard), ("bzip2", bzip2), ("xz", xz)]
    {
        assert!(packed.len() < 1 << 20, "{codec}: {}", packed.len());
        let file = container(ORDER, codec, &[(1, packed.len() as i64, &packed)]);
        let (code, document) = checked("orders.avro", file, &[]);
        assert_eq!((code, summary(&document)), (101, (0, 0, 1)), "{document:#}");
        assert!(document["damages"][0]["reason"].as_str().unwrap().contains("unpacks to more than"), "{document:#}");
    }
}

#[test]
fn no_damage_makes_it_stop_fail_or_invent_records() {
    let mut dice = Dice::thrown("SLUICEGATE_RECORDS_SEED");
    let (folder, session) = shop();
    for codec in codecs() {
        let whole = orders(ORDER, codec, &[&[1, 2, 3], &[4, 5], &[6]]);
        for _ in 0..40 {
            let mut file = whole.clone();
            for _ in 0..=dice.below(3) {
                let at = dice.index(file.len());
                match dice.below(3) {
                    0 => file[at] ^= 1 << dice.below(8),
                    1 => file.truncate(at.max(4)),
                    _ => drop(file.drain(at..(at + 3).min(file.len()))),
                }
            }
            folder.write("orders.avro", &file);
            let command = ["records", "--schema", "order.avsc", "--input", "avro", "--format", "json", "orders.avro"];
            let ended = session.run(&command);
            let (records, misfits, damages) = summary(&ended.document());
            let code = if misfits > 0 {
                100
            } else if damages > 0 {
                101
            } else {
                0
            };
            assert_eq!(ended.code, code, "{codec:?}: {}", ended.out);
            // A count that is hit may claim more; each of them takes three bytes.
            assert!(records <= file.len() as u64, "{codec:?}: {}", ended.out);
        }
    }
}

#[test]
fn a_header_that_cannot_be_used_is_said() {
    let long_key = [&b"Obj\x01\x02"[..], &[0xfe, 0xff, 0xff, 0xff, 0x7f]].concat();
    let no_schema = [&b"Obj\x01\x00"[..], SYNC].concat();
    for (file, told) in [
        (container("{\"type\": \"recor\"}", "null", &[]), "does not parse"),
        (container(ORDER, "lz4", &[]), "codec `lz4`"),
        (no_schema, "no schema"),
        (long_key, "damaged header"),
    ] {
        let (code, document) = checked("orders.avro", file, &[]);
        assert_eq!((code, summary(&document)), (101, (0, 0, 1)), "{document:#}");
        assert!(document["damages"][0]["reason"].as_str().unwrap().contains(told), "{document:#}");
    }
}

#[test]
fn records_stream_through_a_file_of_any_length() {
    // A million records in blocks of a thousand; what is kept of them is two numbers and one example.
    let block: Vec<u8> = (0..1_000).flat_map(|_| order(1, "tea")).collect();
    let blocks: Vec<(i64, i64, &[u8])> = (0..1_000).map(|_| (1_000, block.len() as i64, block.as_slice())).collect();
    let (folder, session) = shop();
    folder.write("orders.avro", container(ORDER, "null", &blocks));
    folder.write("reader.avsc", ORDER.replace("\"long\"", "\"int\""));
    let ended = session.run(&[
        "records",
        "--schema",
        "order.avsc",
        "--reader",
        "reader.avsc",
        "--format",
        "json",
        "orders.avro",
    ]);
    let document = ended.document();
    assert_eq!((ended.code, summary(&document)), (100, (1_000_000, 0, 0)));
    assert_eq!(document["readers"][0]["unreadable"], 1_000_000);
    assert!(ended.out.len() < 4_096, "{}", ended.out.len());
}
