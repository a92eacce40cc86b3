package io.quipu.collector.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.common.store.StoreMetrics;
import io.quipu.common.store.embedded.EmbeddedStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A segment is acknowledged only after the engine has synced it: counted by the engine itself. */
class SyncedAppendTest {

    private static final int SEGMENTS = 25;

    @TempDir
    private Path directory;

    @Test
    void everySegmentIsSyncedBeforeItIsAcknowledged() {
        ManualClock clock = new ManualClock();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (EmbeddedStore store = EmbeddedStore.open(directory, clock, new StoreMetrics(new SimpleMeterRegistry()))) {
            StoredUsageLog log = new StoredUsageLog(
                    new LogSettings(1, 1_000_000, 1, new LogTimes(Collector.LATENESS, Duration.ofDays(400))),
                    new LogEnvironment(store, Runnable::run, clock, () -> UUID.randomUUID().toString(), meters));
            log.start();
            for (int i = 0; i < SEGMENTS; i++) {
                long before = store.engineSyncs();
                CompletableFuture<List<UsageLog.Appended>> append = log.append(0, List.of(Samples.usage("u" + i)));

                assertThat(append).isCompleted();
                assertThat(store.engineSyncs()).as("syncs when segment %d was acknowledged", i).isGreaterThan(before);
            }
            assertThat(meters.get("quipu.collector.segment.usages").summary().count()).isEqualTo(SEGMENTS);
        }
    }
}
