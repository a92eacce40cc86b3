package io.quipu.collector.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.collector.log.UsageLog.Appended;
import io.quipu.common.store.Document;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.Outcome;
import io.quipu.common.store.StoreMetrics;
import io.quipu.common.store.Write;
import io.quipu.common.store.embedded.EmbeddedStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Usage of many organizations that waits together is synced together: counted by the engine itself. */
class SharedSyncTest {

    private static final int PARTITIONS = 20;
    private static final int USAGES = 60;

    @TempDir
    private Path directory;

    @Test
    void concurrentAppendsOverManyPartitionsShareTheirSyncs() throws Exception {
        ManualClock clock = new ManualClock();
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try (EmbeddedStore engine = EmbeddedStore.open(directory, clock, new StoreMetrics(new SimpleMeterRegistry()))) {
            HoldingStore store = new HoldingStore(engine);
            StoredUsageLog log = new StoredUsageLog(
                    new LogSettings(PARTITIONS, 1_000, 1, new LogTimes(Collector.LATENESS, Duration.ofDays(400))),
                    new LogEnvironment(store, executor, clock, () -> UUID.randomUUID().toString(),
                            new SimpleMeterRegistry()));
            log.start();
            long before = engine.engineSyncs();
            store.hold();
            List<CompletableFuture<List<Appended>>> appends = new ArrayList<>();
            for (int i = 0; i < USAGES; i++) {
                appends.add(log.append(i % PARTITIONS, List.of(Samples.usage("u" + i))));
                if (i == 0) {
                    store.awaitHeld();
                }
            }
            assertThat(appends).noneMatch(CompletableFuture::isDone);
            store.release();

            for (CompletableFuture<List<Appended>> append : appends) {
                assertThat(append.get(10, TimeUnit.SECONDS)).hasSize(1).hasOnlyElementsOfType(Appended.Accepted.class);
            }
            assertThat(engine.engineSyncs() - before)
                    .as("one for the round that was under way, one for all that waited for it").isBetween(1L, 2L);
            for (int partition = 0; partition < PARTITIONS; partition++) {
                assertThat(log.documents().segments(partition, 0, 10).stream().mapToInt(s -> s.usage().size()).sum())
                        .isEqualTo(USAGES / PARTITIONS);
            }
        } finally {
            executor.shutdownNow();
        }
    }

    /** Holds the next write until it is told to go on. */
    private static final class HoldingStore implements DocumentStore {

        private final DocumentStore store;
        private final CountDownLatch held = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);
        private volatile boolean holding;

        HoldingStore(DocumentStore store) {
            this.store = store;
        }

        void hold() {
            holding = true;
        }

        void awaitHeld() throws InterruptedException {
            assertThat(held.await(10, TimeUnit.SECONDS)).isTrue();
        }

        void release() {
            released.countDown();
        }

        @Override
        public List<Optional<Document>> get(List<String> keys) {
            return store.get(keys);
        }

        @Override
        public List<Outcome> write(List<Write> writes) {
            if (holding) {
                held.countDown();
                try {
                    assertThat(released.await(10, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            return store.write(writes);
        }

        @Override
        public void close() {
            // Its engine is closed by the test.
        }
    }
}
