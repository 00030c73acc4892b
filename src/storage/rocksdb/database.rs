//! RocksDB as this store uses it: which families there are and how each is set.
//!
//! The settings were decided by trial: each line that departs from RocksDB's defaults says against what.

use std::path::Path;

use rocksdb::{
    BlockBasedOptions, Cache, ColumnFamily, ColumnFamilyDescriptor, DB, DBCompactionStyle, DBCompressionType,
    DBPinnableSlice, DBRawIterator, DBRecoveryMode, Error, Options, ReadOptions, WriteBatch, WriteOptions,
};

/// Facts by position.
const FACTS: &str = "facts";
/// Position of the newest fact of each key.
const KEYS: &str = "keys";
/// Schema texts by content.
const TEXTS: &str = "texts";
/// What is said of the store as a whole. RocksDB insists on a family of this name.
const STORE: &str = "default";

const MIB: usize = 1 << 20;
/// Blocks of all families share this much memory.
const BLOCK_CACHE_BYTES: usize = 16 * MIB;
const WRITE_BUFFER_BYTES: usize = 8 * MIB;
/// Bounds what a start after a crash has to read again, to less than 0.1 s of CPU.
const LOG_BYTES_MAX: u64 = 16 * MIB as u64;
/// Large enough that similar schemas share a compressed block.
const TEXT_BLOCK_BYTES: usize = 32 * 1024;
/// RocksDB's own choice.
const WINDOW_BITS: i32 = -14;

/// A family of the store.
///
/// Positions come in ascending order, and the default, levels, only moves their tables about. Keys and texts come in
/// none: levels would merge every fourth table with all that there is, 0.4 s of CPU at 100,000 versions and ten times that
/// at a million, and begin with it right after a start. So of them tables of like size are merged.
#[derive(Clone, Copy, Debug)]
pub(super) enum Family {
    Facts,
    Keys,
    Texts,
    Store,
}

/// Whether a store may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opening {
    /// There is none; make it.
    Create,
    /// There is one; anything missing is an error.
    Existing,
    /// As `Existing`, and nothing is written, not even what recovery would write.
    ReadOnly,
}

/// What recovery may forget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Recovery {
    /// An end of the log that is short or zero, and nothing else.
    Strict,
    /// Everything from the first broken record on: only for logs that were found to be whole before it.
    CutTornEnd,
}

/// An open RocksDB.
pub(super) struct Database {
    db: DB,
}

impl Database {
    pub(super) fn open(path: &Path, opening: Opening, recovery: Recovery) -> Result<Self, Error> {
        let cache = Cache::new_lru_cache(BLOCK_CACHE_BYTES);
        let families = [Family::Facts, Family::Keys, Family::Texts, Family::Store]
            .map(|family| ColumnFamilyDescriptor::new(family.name(), family_options(family, &cache)));
        let options = database_options(opening, recovery);
        let db = match opening {
            Opening::ReadOnly => DB::open_cf_descriptors_read_only(&options, path, families, false)?,
            Opening::Create | Opening::Existing => DB::open_cf_descriptors(&options, path, families)?,
        };
        Ok(Self { db })
    }

    /// Writes `batch` as one unit; on return it is on disk.
    pub(super) fn write_synced(&self, batch: WriteBatch) -> Result<(), Error> {
        let mut options = WriteOptions::default();
        options.set_sync(true);
        self.db.write_opt(batch, &options)
    }

    /// Writes every memtable to tables, so that the next start reads no log.
    pub(super) fn flush(&self) -> Result<(), Error> {
        let families = [Family::Facts, Family::Keys, Family::Texts, Family::Store].map(|family| self.family(family));
        self.db.flush_cfs_opt(&families, &rocksdb::FlushOptions::default())
    }

    pub(super) fn get(&self, family: Family, key: &[u8]) -> Result<Option<DBPinnableSlice<'_>>, Error> {
        self.db.get_pinned_cf(self.family(family), key)
    }

    /// An iterator over a whole family, which reads far ahead and leaves the cache to others.
    pub(super) fn scan(&self, family: Family) -> DBRawIterator<'_> {
        let mut options = ReadOptions::default();
        options.fill_cache(false);
        options.set_readahead_size(2 * MIB);
        self.db.raw_iterator_cf_opt(self.family(family), options)
    }

    pub(super) fn family(&self, family: Family) -> &ColumnFamily {
        self.db.cf_handle(family.name()).expect("every family is opened with the store")
    }
}

impl Family {
    fn name(self) -> &'static str {
        match self {
            Self::Facts => FACTS,
            Self::Keys => KEYS,
            Self::Texts => TEXTS,
            Self::Store => STORE,
        }
    }
}

fn database_options(opening: Opening, recovery: Recovery) -> Options {
    let mut options = Options::default();
    options.create_if_missing(opening == Opening::Create);
    options.create_missing_column_families(opening == Opening::Create);
    options.set_wal_recovery_mode(match recovery {
        // The default stops at the first damaged record and opens with what came before: 141 of 300 synced records.
        Recovery::Strict => DBRecoveryMode::TolerateCorruptedTailRecords,
        Recovery::CutTornEnd => DBRecoveryMode::PointInTime,
    });
    options.set_paranoid_checks(true);
    options.set_max_total_wal_size(LOG_BYTES_MAX);
    options.set_keep_log_file_num(5);
    options.set_max_log_file_size(4 * MIB);
    options.set_max_open_files(256);
    options.set_max_background_jobs(2);
    options.set_stats_dump_period_sec(0);
    options.set_stats_persist_period_sec(0);
    options
}

fn family_options(family: Family, cache: &Cache) -> Options {
    let mut table = BlockBasedOptions::default();
    table.set_block_cache(cache);
    let mut options = Options::default();
    options.set_write_buffer_size(WRITE_BUFFER_BYTES);
    // What is written while somebody waits, or at a start after a crash, is compressed by zstd's fastest level; by its
    // usual one only what compaction leaves in the last level, which is nearly all.
    options.set_compression_type(DBCompressionType::Zstd);
    options.set_compression_options(WINDOW_BITS, 1, 0, 0);
    options.set_bottommost_compression_type(DBCompressionType::Zstd);
    options.set_bottommost_compression_options(WINDOW_BITS, 3, 0, 0, true);
    match family {
        // Asked for with every append, and most often for keys that are not there.
        Family::Keys => {
            table.set_bloom_filter(10.0, false);
            options.set_compaction_style(DBCompactionStyle::Universal);
        }
        Family::Texts => {
            table.set_bloom_filter(10.0, false);
            table.set_block_size(TEXT_BLOCK_BYTES);
            options.set_compaction_style(DBCompactionStyle::Universal);
        }
        // One small entry, written anew with every append.
        Family::Store => options.set_write_buffer_size(MIB),
        Family::Facts => {}
    }
    options.set_block_based_table_factory(&table);
    options
}

#[cfg(test)]
mod tests {
    use super::{Database, Family, Opening, Recovery, database_options};
    use rocksdb::statistics::Ticker;
    use rocksdb::{ColumnFamilyDescriptor, DB, Options, WriteBatch};

    #[test]
    fn every_write_waits_for_a_sync_of_its_own() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut options = database_options(Opening::Create, Recovery::Strict);
        options.enable_statistics();
        let families =
            [Family::Facts, Family::Store].map(|family| ColumnFamilyDescriptor::new(family.name(), Options::default()));
        let database = Database { db: DB::open_cf_descriptors(&options, folder.path(), families).expect("a folder") };
        let syncs = || options.get_ticker_count(Ticker::WalFileSynced);
        for written in 1..=10 {
            let before = syncs();
            let mut batch = WriteBatch::default();
            batch.put_cf(database.family(Family::Facts), [written], [written]);
            database.write_synced(batch).expect("nothing is wrong");
            assert_eq!(syncs(), before + 1, "write {written}");
        }
    }
}
