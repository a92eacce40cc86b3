package io.quipu.common.store.embedded;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.rocksdb.AbstractImmutableNativeReference;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompactionOptionsUniversal;
import org.rocksdb.CompactionStyle;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.Env;
import org.rocksdb.HistogramType;
import org.rocksdb.IndexType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Priority;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Statistics;
import org.rocksdb.StatsLevel;
import org.rocksdb.TickerType;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * One opened RocksDB database: documents in the default column family, the index by expiry in another.
 *
 * <p>RocksDB puts a batch into its memtable, where reads find it, only after its log was synced: that holds as long as
 * every write asks for a sync and pipelined, unordered and two-queue writes and manual log flushes stay off (their
 * default; they are set here to say so). Its sequence numbers grow with every entry written, are kept in its log and its manifest, and
 * never go back, so they serve as versions.
 *
 * <p>Not to be used after or during {@link #close()}: native memory has no exceptions. {@link EngineSession} sees to it.
 */
class Engine implements AutoCloseable {

    static final int BLOCK_CACHE_BYTES = 8 * 1024 * 1024;
    static final int BLOCK_CACHE_SHARD_BITS = 2;
    /** Of the cache, what index and filter need not share with documents; none unless it is said. */
    static final double BLOCK_CACHE_HIGH_PRIORITY = 0.5;
    static final int WRITE_BUFFER_BYTES = 8 * 1024 * 1024;
    static final int EXPIRY_WRITE_BUFFER_BYTES = 4 * 1024 * 1024;
    static final int WRITE_BUFFERS = 2;
    static final int LOG_BYTES = 64 * 1024 * 1024;
    static final int OPEN_FILES = 256;
    static final int BACKGROUND_JOBS = 3;
    /** How many files, or sets of files that were merged, there may be before some are merged: each is asked for what is not there. */
    static final int MERGED_RUNS = 10;
    static final int INFO_LOG_FILES = 2;
    static final int INFO_LOG_BYTES = 1024 * 1024;
    static final int BLOOM_BITS_PER_KEY = 10;

    private static final String EXPIRY_FAMILY = "expiry";

    static {
        RocksDB.loadLibrary();
        // Merges take what nobody else needs of the processors; where they cannot keep up so, the engine slows writes down.
        Env.getDefault().lowerThreadPoolCPUPriority(Priority.LOW);
    }

    private final Deque<AbstractImmutableNativeReference> natives = new ArrayDeque<>();
    private final RocksDB db;
    private final ColumnFamilyHandle expiryFamily;
    private final HotDocuments hot = new HotDocuments();
    private final Statistics statistics;
    private final WriteOptions synced;
    private final ReadOptions reading;

    /**
     * Opens the database in a directory that exists, or creates it there.
     *
     * @throws RocksDBException when it cannot be opened; nothing stays open then
     */
    @SuppressWarnings("this-escape")
    Engine(Path directory) throws RocksDBException {
        boolean opened = false;
        try {
            Cache cache = keep(new LRUCache(BLOCK_CACHE_BYTES, BLOCK_CACHE_SHARD_BITS, false, BLOCK_CACHE_HIGH_PRIORITY));
            BloomFilter bloom = keep(new BloomFilter(BLOOM_BITS_PER_KEY));
            // Counters only: the histograms named here are the ignored ones, and it is they that cost.
            statistics = keep(new Statistics(EnumSet.allOf(HistogramType.class)));
            statistics.setStatsLevel(StatsLevel.EXCEPT_DETAILED_TIMERS);
            synced = keep(new WriteOptions().setSync(true));
            reading = keep(new ReadOptions().setVerifyChecksums(true));
            DBOptions options = keep(databaseOptions(statistics));
            List<ColumnFamilyDescriptor> families = List.of(
                    new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, keep(familyOptions(WRITE_BUFFER_BYTES, cache, bloom))),
                    new ColumnFamilyDescriptor(EXPIRY_FAMILY.getBytes(StandardCharsets.UTF_8), keep(expiryOptions(cache, bloom))));
            List<ColumnFamilyHandle> handles = new ArrayList<>();
            db = keep(RocksDB.open(options, directory.toString(), families, handles));
            handles.forEach(this::keep);
            expiryFamily = handles.get(1);
            opened = true;
        } finally {
            if (!opened) {
                close();
            }
        }
    }

    private static DBOptions databaseOptions(Statistics statistics) {
        return new DBOptions()
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                // A torn end of the log is cut off; that there is no hole before it was made sure of by LogCheck.
                .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
                .setParanoidChecks(true)
                .setEnablePipelinedWrite(false)
                .setUnorderedWrite(false)
                .setTwoWriteQueues(false)
                .setManualWalFlush(false)
                .setMaxTotalWalSize(LOG_BYTES)
                .setMaxOpenFiles(OPEN_FILES)
                // A flush, a merge of the largest files, and one of small ones that does not wait for it.
                .setMaxBackgroundJobs(BACKGROUND_JOBS)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setKeepLogFileNum(INFO_LOG_FILES)
                .setMaxLogFileSize(INFO_LOG_BYTES)
                .setStatsDumpPeriodSec(0)
                .setStatsPersistPeriodSec(0)
                .setStatistics(statistics);
    }

    /** The index is written nearly in the order of its keys: files of it that do not overlap need not be read and written to be one. */
    private ColumnFamilyOptions expiryOptions(Cache cache, BloomFilter bloom) {
        return familyOptions(EXPIRY_WRITE_BUFFER_BYTES, cache, bloom)
                .setCompactionOptionsUniversal(keep(new CompactionOptionsUniversal().setAllowTrivialMove(true)));
    }

    private static ColumnFamilyOptions familyOptions(long writeBuffer, Cache cache, BloomFilter bloom) {
        return new ColumnFamilyOptions()
                .setWriteBufferSize(writeBuffer)
                .setMaxWriteBufferNumber(WRITE_BUFFERS)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                // Files of about the same size are merged: by levels, which are merged into each other again and again, the
                // collector's documents, written once, were written seven times.
                .setCompactionStyle(CompactionStyle.UNIVERSAL)
                .setLevel0FileNumCompactionTrigger(MERGED_RUNS)
                // Index and filter live in the cache, too, in parts: a whole one of a large file would push out all else
                // at every read, or not fit in a shard of the cache and be read from disk each time.
                .setTableFormatConfig(new BlockBasedTableConfig().setBlockCache(cache).setFilterPolicy(bloom)
                        .setIndexType(IndexType.kTwoLevelIndexSearch).setPartitionFilters(true)
                        .setCacheIndexAndFilterBlocks(true).setCacheIndexAndFilterBlocksWithHighPriority(true)
                        .setPinTopLevelIndexAndFilter(true));
    }

    /** What need not be looked for; who commits a batch keeps it true. */
    HotDocuments hot() {
        return hot;
    }

    /**
     * The values of these documents, in the same order; null where there is none.
     *
     * @param names the keys
     * @param keys the same in UTF-8
     */
    List<byte[]> values(List<String> names, List<byte[]> keys) throws RocksDBException {
        // One by one: reading many at once is hardly faster, and says nothing about a value that cannot be read, as if there
        // were none.
        List<byte[]> values = new ArrayList<>(keys.size());
        for (int i = 0; i < keys.size(); i++) {
            byte[] known = hot.find(names.get(i), HotDocuments.MAX_VALUE_BYTES);
            values.add(known != null ? known : db.get(reading, keys.get(i)));
        }
        return values;
    }

    /** What is known of a document without its content, which is not copied. */
    Optional<Stored> stored(String name, byte[] key) throws RocksDBException {
        byte[] known = hot.find(name, Stored.HEADER_LENGTH);
        return known != null ? Optional.of(Stored.of(known)) : stored(key);
    }

    /** The same from the database itself. */
    Optional<Stored> stored(byte[] key) throws RocksDBException {
        byte[] header = new byte[Stored.HEADER_LENGTH];
        int length = db.get(reading, key, header);
        if (length == RocksDB.NOT_FOUND) {
            return Optional.empty();
        }
        if (length < Stored.HEADER_LENGTH) {
            throw new RocksDBException("a value of " + length + " bytes is no document");
        }
        return Optional.of(Stored.of(header));
    }

    /** The last version given by any write that was committed, in this process or an earlier one; 0 if none was. */
    long lastVersion() {
        return db.getLatestSequenceNumber();
    }

    /** Adds the writing of a value to a batch and answers how many bytes that is. */
    long put(WriteBatch batch, byte[] key, byte[] value) throws RocksDBException {
        batch.put(key, value);
        return key.length + (long) value.length;
    }

    /** Adds the removal of a document to a batch and answers how many bytes that is. */
    long delete(WriteBatch batch, byte[] key) throws RocksDBException {
        batch.delete(key);
        return key.length;
    }

    /** Adds an index entry to a batch and answers how many bytes that is. */
    long index(WriteBatch batch, Expiry expiry) throws RocksDBException {
        byte[] entry = expiry.entry();
        batch.put(expiryFamily, entry, new byte[0]);
        return entry.length;
    }

    /** Adds the removal of an index entry to a batch and answers how many bytes that is. */
    long unindex(WriteBatch batch, Expiry expiry) throws RocksDBException {
        byte[] entry = expiry.entry();
        batch.delete(expiryFamily, entry);
        return entry.length;
    }

    /** The index entries due at a time, soonest first, from where that entry would stand. */
    List<Expiry> due(byte[] from, long now, int limit) throws RocksDBException {
        List<Expiry> due = new ArrayList<>();
        try (RocksIterator entries = db.newIterator(expiryFamily, reading)) {
            entries.seek(from);
            while (entries.isValid() && due.size() < limit) {
                Expiry expiry = Expiry.of(entries.key());
                if (expiry.at() > now) {
                    break;
                }
                due.add(expiry);
                entries.next();
            }
            entries.status();
        }
        return due;
    }

    /** Writes a batch; returns once it is on disk. */
    void commit(WriteBatch batch) throws RocksDBException {
        db.write(synced, batch);
    }

    /** How often RocksDB has synced its log since it was opened, by its own count. */
    long syncs() {
        return statistics.getTickerCount(TickerType.WAL_FILE_SYNCED);
    }

    @Override
    public void close() {
        while (!natives.isEmpty()) {
            natives.pop().close();
        }
    }

    private <T extends AbstractImmutableNativeReference> T keep(T reference) {
        natives.push(reference);
        return reference;
    }
}
