package io.quipu.common.store.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.common.store.SmallDisk;
import io.quipu.common.store.StoreException;
import io.quipu.common.store.StoreMetrics;
import io.quipu.common.store.Write;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** A directory that becomes read-only, holds a damaged table, cannot be written at all, or is another process's. */
@Timeout(60)
class BrokenDirectoryTest {

    private static final String READ_ONLY = "Read-only file system";
    private static final long SEED = 20261123;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path root;

    /** What a kernel does to a disk after an error: nothing under way can prevent it, and no test can cause it. */
    private final AtomicBoolean readOnly = new AtomicBoolean();
    private final AtomicBoolean unopenable = new AtomicBoolean();

    @Test
    void directoryThatBecomesReadOnlyRefusesWritesKeepsReadsAndRecovers() throws Exception {
        try (EmbeddedStore store = openOnAFickleDisk()) {
            store.write(insert("before"));
            readOnly.set(true);
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(() -> store.write(insert("meanwhile"))).isInstanceOf(StoreException.class).hasMessageContaining(READ_ONLY);
                assertThat(store.get("before")).isPresent();
            }
            assertThat(store.failure()).hasValueSatisfying(failure -> assertThat(failure).contains(root.toString(), READ_ONLY));
            readOnly.set(false);
            await(() -> store.failure().isEmpty());
            assertThat(store.write(insert("meanwhile")).written()).isTrue();
        }
        try (EmbeddedStore store = openOnAFickleDisk()) {
            assertThat(store.get("before")).isPresent();
            assertThat(store.get("meanwhile")).isPresent();
        }
    }

    @Test
    void storeThatCannotBeOpenedAgainAnswersNothingUntilItCan() throws Exception {
        try (EmbeddedStore store = openOnAFickleDisk()) {
            store.write(insert("before"));
            readOnly.set(true);
            unopenable.set(true);
            assertThatThrownBy(() -> store.write(insert("meanwhile"))).isInstanceOf(StoreException.class);
            readOnly.set(false);
            assertThatThrownBy(() -> store.write(insert("meanwhile"))).isInstanceOf(StoreException.class).hasMessageContaining("cannot be opened");
            assertThatThrownBy(() -> store.get("before")).isInstanceOf(StoreException.class).hasMessageContaining("cannot be opened");
            unopenable.set(false);
            await(() -> store.failure().isEmpty());
            assertThat(store.get("before")).isPresent();
            assertThat(store.write(insert("meanwhile")).written()).isTrue();
        }
    }

    @Test
    void damagedTableIsNamedByEveryReadThatNeedsItAndByItsStore() throws Exception {
        List<Write> writes = new ArrayList<>();
        Random random = new Random(SEED);
        for (int i = 0; i < 2_000; i++) {
            byte[] content = new byte[200];
            random.nextBytes(content);
            writes.add(new Write.Insert("document-" + i, content));
        }
        try (EmbeddedStore store = open()) {
            store.write(writes);
        }
        flush();
        Path table = only("*.sst");
        byte[] bytes = Files.readAllBytes(table);
        bytes[bytes.length / 3] ^= 4;
        Files.write(table, bytes);

        try (EmbeddedStore store = open()) {
            int failed = 0;
            for (Write write : writes) {
                try {
                    assertThat(store.get(write.key()).orElseThrow().content()).isEqualTo(((Write.Insert) write).content());
                } catch (StoreException e) {
                    failed++;
                    assertThat(e).hasMessageContaining("is damaged").hasMessageContaining(table.toString());
                    assertThatThrownBy(() -> store.write(new Write.Insert(write.key(), new byte[0])))
                            .as("nothing is concluded from what cannot be read").isInstanceOf(StoreException.class)
                            .hasMessageContaining("nothing was written").hasMessageContaining(table.toString());
                }
            }
            assertThat(failed).as("the documents of one block, seed " + SEED).isBetween(1, 50);
            assertThat(store.failure()).hasValueSatisfying(failure -> assertThat(failure).contains("is damaged", table.toString()));
            assertThat(store.write(insert("another")).written()).isTrue();
        }
    }

    @Test
    void damagedFilesThatEveryStartNeedsKeepItFromStarting() throws Exception {
        try (EmbeddedStore store = open()) {
            store.write(insert("a"));
        }
        flush();
        for (String pattern : List.of("*.sst", "MANIFEST-*", "CURRENT")) {
            Path file = only(pattern);
            byte[] whole = Files.readAllBytes(file);
            byte[] damaged = whole.clone();
            // A table's footer, the first record of the manifest, the name in CURRENT.
            for (int i = 1; i <= 9; i++) {
                damaged[pattern.equals("*.sst") ? damaged.length - i : i] ^= 0x55;
            }
            Files.write(file, damaged);
            assertThatThrownBy(this::open).as(pattern).isInstanceOfSatisfying(DataDirectoryException.class, refusal -> {
                assertThat(refusal.getMessage()).contains("the store in " + root);
                assertThat(refusal.action()).isNotBlank();
            });
            Files.write(file, whole);
        }
        try (EmbeddedStore store = open()) {
            assertThat(store.get("a")).isPresent();
        }
    }

    @Test
    void directoryThatCannotBeWrittenIsRefusedAtTheStartByItsNameAndTheUsersAndChangesNothing() throws Exception {
        try (SmallDisk disk = SmallDisk.at(root, 12)) {
            try (EmbeddedStore store = open()) {
                store.write(insert("before"));
            }
            disk.forbidWriting();
            assertThatThrownBy(this::open).isInstanceOfSatisfying(DataDirectoryException.class, refusal -> {
                assertThat(refusal.getMessage()).contains("the data directory " + root, "cannot be written by user " + System.getProperty("user.name"));
                assertThat(refusal.action()).contains(disk.alone() ? "Mount the disk writable" : "chown");
            });
            DataDirectory below = new DataDirectory(root.resolve("below"));
            assertThatThrownBy(below::create).isInstanceOf(DataDirectoryException.class)
                    .hasMessageContaining(below.path() + " cannot be created by user " + System.getProperty("user.name"));
            disk.allowWriting();
            try (EmbeddedStore store = open()) {
                assertThat(store.get("before")).isPresent();
            }
        }
    }

    @Test
    void directoryOfARunningProcessIsRefusedAndTheProcessGoesOn() throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", System.getProperty("java.class.path"), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m",
                AcknowledgingWriter.class.getName(), root.toString(), "theirs").redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (BufferedReader output = process.inputReader(UTF_8)) {
            assertThat(output.readLine()).isNotNull();
            for (int i = 0; i < 10; i++) {
                assertThatThrownBy(this::open).isInstanceOfSatisfying(DataDirectoryException.class, refusal -> {
                    assertThat(refusal.getMessage()).contains("the data directory " + root + " is already open, in another process");
                    assertThat(refusal.action()).contains("Stop the process");
                });
                assertThat(output.readLine()).as("it is none the worse for it").isNotNull();
            }
        } finally {
            process.destroyForcibly();
            process.waitFor();
        }
    }

    private EmbeddedStore openOnAFickleDisk() {
        DataDirectory fickle = new DataDirectory(root) {
            @Override
            void requireWritable() {
                if (readOnly.get()) {
                    throw new DataDirectoryException("the data directory " + root + " cannot be written: " + READ_ONLY, "", null);
                }
            }
        };
        return EmbeddedStore.open(fickle, Clock.systemUTC(), metrics(), at -> {
            if (unopenable.get()) {
                throw new RocksDBException("no new file can be made");
            }
            return new Engine(at) {
                @Override
                void commit(WriteBatch batch) throws RocksDBException {
                    if (readOnly.get()) {
                        throw new RocksDBException(READ_ONLY);
                    }
                    super.commit(batch);
                }
            };
        });
    }

    private EmbeddedStore open() {
        return EmbeddedStore.open(root, Clock.systemUTC(), metrics());
    }

    private static StoreMetrics metrics() {
        return new StoreMetrics(new SimpleMeterRegistry());
    }

    /** Brings all documents from the log to one table. */
    private void flush() throws RocksDBException {
        List<ColumnFamilyDescriptor> families = List.of(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY),
                new ColumnFamilyDescriptor("expiry".getBytes(UTF_8)));
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        try (DBOptions options = new DBOptions(); FlushOptions waiting = new FlushOptions().setWaitForFlush(true);
                RocksDB db = RocksDB.open(options, root.toString(), families, handles)) {
            db.flush(waiting, handles);
            handles.forEach(ColumnFamilyHandle::close);
        }
    }

    private Path only(String pattern) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(root, pattern)) {
            return files.iterator().next();
        }
    }

    private static void await(BooleanSupplier reached) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!reached.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static Write insert(String key) {
        return new Write.Insert(key, ("content of " + key).getBytes(UTF_8));
    }
}
