package io.quipu.common.store.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.common.store.MutableClock;
import io.quipu.common.store.Outcome;
import io.quipu.common.store.StoreException;
import io.quipu.common.store.StoreMetrics;
import io.quipu.common.store.Write;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** What survives: a restart, a compaction, a killed process; and what does not open. */
class EmbeddedStoreDurabilityTest {

    private static final long START = 1_000_000;
    private static final int ACKNOWLEDGED_BEFORE_THE_KILL = 300;

    @TempDir
    Path directory;

    private final MutableClock clock = new MutableClock(START);

    @Test
    void reopenedStoreHasItsDocumentsWithTheirVersionsAndExpiries() {
        long a;
        try (EmbeddedStore store = open()) {
            a = store.write(insert("a")).version();
            store.write(new Write.Insert("b", new byte[0], START + 10));
            long c = store.write(insert("c")).version();
            store.write(new Write.Remove("c", c));
        }
        try (EmbeddedStore store = open()) {
            assertThat(store.get("a").orElseThrow().version()).isEqualTo(a);
            assertThat(store.get("a").orElseThrow().content()).isEqualTo("content of a".getBytes(UTF_8));
            assertThat(store.get("b")).isPresent();
            assertThat(store.get("c")).isEmpty();
            clock.set(START + 10);
            assertThat(store.get("b")).isEmpty();
            assertThat(store.write(new Write.Replace("a", a, new byte[0])).written()).isTrue();
        }
    }

    @Test
    void versionNeverRepeatsThoughTheDocumentWasRemovedFlushedCompactedAndReopened() throws Exception {
        long last = 0;
        for (int round = 0; round < 4; round++) {
            try (EmbeddedStore store = open()) {
                for (String key : List.of("a", "b")) {
                    Outcome inserted = store.write(insert(key));
                    assertThat(inserted.version()).isGreaterThan(last);
                    last = inserted.version();
                    store.write(new Write.Remove(key, last));
                }
            }
            // Nothing is left but the sequence number: no document, no tombstone, no log.
            compact();
            try (Engine engine = new Engine(directory)) {
                assertThat(engine.lastVersion()).isGreaterThan(last);
                assertThat(engine.stored("a".getBytes(UTF_8))).isEmpty();
            }
        }
    }

    @Test
    void secondOpenOfADirectoryFailsAndNamesIt() {
        try (EmbeddedStore store = open()) {
            assertThatThrownBy(this::open).isInstanceOf(StoreException.class)
                    .hasMessageContaining(directory.toString()).hasMessageContaining("already open");
            assertThat(store.write(insert("a")).written()).isTrue();
        }
    }

    @Test
    void missingDirectoriesAreCreated() {
        directory = directory.resolve("some/where/below");
        try (EmbeddedStore store = open()) {
            assertThat(store.write(insert("a")).written()).isTrue();
        }
        assertThat(directory).isDirectory();
    }

    @Test
    void directoryThatIsAFileOrBelowOneFailsAndIsNamed() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        for (Path unusable : List.of(file, file.resolve("below"))) {
            directory = unusable;
            assertThatThrownBy(this::open).isInstanceOf(StoreException.class).hasMessageContaining(unusable.toString());
        }
    }

    @Test
    void closeAnswersWhatWaitsBeforeItCloses() throws Exception {
        EmbeddedStore store = open();
        List<CompletableFuture<List<Outcome>>> outcomes = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            outcomes.add(store.submit(List.of(insert("k" + i))));
        }
        store.close();

        assertThat(outcomes).allMatch(outcome -> outcome.isDone() && outcome.join().get(0).written());
        try (EmbeddedStore reopened = open()) {
            assertThat(reopened.get("k49")).isPresent();
        }
    }

    @Test
    @Timeout(120)
    void killedProcessLosesNothingThatWasAcknowledged() throws Exception {
        for (int round = 0; round < 2; round++) {
            List<String> acknowledged = new ArrayList<>();
            Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp", System.getProperty("java.class.path"), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m",
                    AcknowledgingWriter.class.getName(), directory.toString(), "round-" + round)
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            try (BufferedReader output = process.inputReader(UTF_8)) {
                while (acknowledged.size() < ACKNOWLEDGED_BEFORE_THE_KILL) {
                    String line = output.readLine();
                    assertThat(line).as("the child writes until it is killed").isNotNull();
                    acknowledged.add(line);
                }
                // By its handle: the process itself would close its output at once.
                assertThat(process.toHandle().destroyForcibly()).isTrue();
                // What it had said before it died counts too; half a line was not said.
                output.lines().filter(line -> line.endsWith(".")).forEach(acknowledged::add);
            } finally {
                process.destroyForcibly();
            }
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as("killed, not ended").isNotZero();

            try (EmbeddedStore store = open()) {
                for (String key : acknowledged) {
                    assertThat(store.get(key)).as(key).hasValueSatisfying(
                            document -> assertThat(document.content()).isEqualTo(AcknowledgingWriter.content(key)));
                }
            }
        }
    }

    private void compact() throws RocksDBException {
        List<ColumnFamilyDescriptor> families = List.of(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY),
                new ColumnFamilyDescriptor("expiry".getBytes(UTF_8)));
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        try (DBOptions options = new DBOptions(); FlushOptions waiting = new FlushOptions().setWaitForFlush(true);
                RocksDB db = RocksDB.open(options, directory.toString(), families, handles)) {
            db.flush(waiting, handles);
            for (ColumnFamilyHandle handle : handles) {
                db.compactRange(handle);
                handle.close();
            }
        }
    }

    private EmbeddedStore open() {
        return EmbeddedStore.open(directory, clock, new StoreMetrics(new SimpleMeterRegistry()));
    }

    private static Write insert(String key) {
        return new Write.Insert(key, ("content of " + key).getBytes(UTF_8));
    }
}
