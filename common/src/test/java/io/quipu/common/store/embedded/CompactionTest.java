package io.quipu.common.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.common.store.Document;
import io.quipu.common.store.StoreMetrics;
import io.quipu.common.store.Write;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompactionStyle;
import org.rocksdb.DBOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** Stores that were begun when the engine kept its files in levels. */
class CompactionTest {

    private static final int DOCUMENTS = 3_000;
    private static final byte[] CONTENT = new byte[4 * 1024];

    static {
        // No byte like the other: compressed to nothing, it would fill no level.
        new Random(7).nextBytes(CONTENT);
    }

    @TempDir
    Path directory;

    @Test
    void storeBegunWithLevelsIsOpenedAndGoesOn() throws RocksDBException {
        beginWithLevels();
        try (EmbeddedStore store = open()) {
            assertHolds(store, 0);
            for (int i = 0; i < DOCUMENTS; i += 2) {
                Document before = store.get(key(i)).orElseThrow();
                assertThat(store.write(new Write.Replace(before.key(), before.version(), changed())).written()).isTrue();
            }
        }
        try (EmbeddedStore store = open()) {
            assertHolds(store, 1);
            assertThat(store.write(new Write.Insert(key(1), CONTENT)).written()).as("it is there").isFalse();
        }
    }

    private void beginWithLevels() throws RocksDBException {
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        try (ColumnFamilyOptions levels = new ColumnFamilyOptions().setCompactionStyle(CompactionStyle.LEVEL);
                DBOptions options = new DBOptions().setCreateIfMissing(true).setCreateMissingColumnFamilies(true);
                RocksDB db = RocksDB.open(options, directory.toString(), List.of(
                        new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, levels),
                        new ColumnFamilyDescriptor("expiry".getBytes(StandardCharsets.UTF_8), levels)), handles)) {
            for (int i = 0; i < DOCUMENTS; i++) {
                db.put(key(i).getBytes(StandardCharsets.UTF_8), new Stored(i + 1, Write.NEVER).value(CONTENT));
                if (i == DOCUMENTS / 2) {
                    db.compactRange();
                }
            }
            assertThat(db.getLiveFilesMetaData()).as("files below the first level").anyMatch(file -> file.level() > 0);
            handles.forEach(ColumnFamilyHandle::close);
        }
    }

    private static void assertHolds(EmbeddedStore store, int changes) {
        for (int i = 0; i < DOCUMENTS; i++) {
            Optional<Document> document = store.get(key(i));
            assertThat(document).as(key(i)).isPresent();
            assertThat(document.get().content()).as(key(i)).isEqualTo(changes > 0 && i % 2 == 0 ? changed() : CONTENT);
        }
    }

    private EmbeddedStore open() {
        return EmbeddedStore.open(directory, Clock.systemUTC(), new StoreMetrics(new SimpleMeterRegistry()));
    }

    private static byte[] changed() {
        byte[] changed = CONTENT.clone();
        changed[0]++;
        return changed;
    }

    private static String key(int i) {
        return "document/" + i;
    }
}
