package io.quipu.common.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.common.store.SmallDisk;
import io.quipu.common.store.StoreException;
import io.quipu.common.store.StoreMetrics;
import io.quipu.common.store.Write;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A store on a disk that is full for a while: a real one. */
@Timeout(60)
class FullDiskTest {

    /** Less than the engine reserves for its log where it can: it could write on there when the disk is full already. */
    private static final int MEGABYTES = 12;
    private static final long SEED = 20261122;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final Random random = new Random(SEED);
    private final TreeMap<String, byte[]> acknowledged = new TreeMap<>();
    private final TreeMap<String, byte[]> refused = new TreeMap<>();
    private int written;

    @TempDir
    Path root;
    private SmallDisk disk;
    private EmbeddedStore store;

    @BeforeEach
    void open() {
        logger().addAppender(logged);
        logged.start();
        disk = SmallDisk.at(root, MEGABYTES);
        store = reopened();
    }

    @AfterEach
    void close() throws Exception {
        logger().detachAppender(logged);
        disk.makeRoom();
        store.close();
        disk.close();
    }

    @Test
    void fullDiskRefusesWritesKeepsReadsAndRecoversByItselfWithNothingLost() throws Exception {
        for (int episode = 0; episode < 2; episode++) {
            for (int i = 0; i < 40; i++) {
                writeOne();
            }
            disk.fill();
            StoreException last = writeUntilRefused();
            for (int i = 0; i < 20; i++) {
                last = writeUntilRefused();
            }

            assertThat(last).as("seed " + SEED).hasMessageContaining("data directory " + directory());
            assertThat(store.failure()).hasValueSatisfying(failure -> assertThat(failure).contains(directory().toString()));
            assertAllThere();
            disk.makeRoom();
            await(() -> store.failure().isEmpty());
            writeOne();
            assertAllThere();
            assertThat(logged.list).as("one line when it begins, one when it is over").hasSize(2 * (episode + 1));
            assertThat(logged.list.get(2 * episode).getLevel()).isEqualTo(Level.WARN);
            assertThat(logged.list.get(2 * episode).getFormattedMessage()).contains(directory().toString());
        }
        store.close();
        store = reopened();
        assertAllThere();
    }

    @Test
    void closedWhileTheDiskIsFullItLosesNothingAndRefusesToOpenUntilThereIsRoom() throws Exception {
        for (int i = 0; i < 40; i++) {
            writeOne();
        }
        disk.fill();
        writeUntilRefused();
        store.close();
        // Closing gives back what the engine had reserved.
        disk.fill();

        assertThatThrownBy(this::reopened).isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining("data directory " + directory());
        disk.makeRoom();
        store = reopened();
        assertAllThere();
        writeOne();
    }

    @Test
    void largeWritesThatFitHalfwayLoseNothingAcknowledgedAndAreThereWhollyOrNot() throws Exception {
        for (int round = 0; round < 2; round++) {
            // In many parts each, some of which may still be written.
            for (int i = 0; i < 8; i++) {
                assertThat(write(50_000 + random.nextInt(50_000))).isNull();
            }
            disk.fill();
            for (int i = 0; i < 8; i++) {
                assertThat(write(50_000 + random.nextInt(50_000))).isNotNull();
            }
            assertAllThere();
            disk.makeRoom();
            await(() -> store.failure().isEmpty());
            assertAllThere();
            for (Map.Entry<String, byte[]> tried : refused.entrySet()) {
                store.get(tried.getKey()).ifPresent(document -> assertThat(document.content()).isEqualTo(tried.getValue()));
            }
        }
    }

    private Path directory() {
        return root.resolve("data");
    }

    private EmbeddedStore reopened() {
        return EmbeddedStore.open(directory(), Clock.systemUTC(), new StoreMetrics(new SimpleMeterRegistry()));
    }

    private void writeOne() {
        assertThat(write(200 + random.nextInt(2_000))).isNull();
    }

    /** What was free in the engine's last page may take a few more. */
    private StoreException writeUntilRefused() {
        while (true) {
            StoreException refused = write(500 + random.nextInt(2_000));
            if (refused != null) {
                return refused;
            }
        }
    }

    private StoreException write(int length) {
        String key = "document-" + written++;
        byte[] content = new byte[length];
        random.nextBytes(content);
        try {
            assertThat(store.write(new Write.Insert(key, content)).written()).isTrue();
            acknowledged.put(key, content);
            return null;
        } catch (StoreException e) {
            refused.put(key, content);
            return e;
        }
    }

    private void assertAllThere() {
        acknowledged.forEach((key, content) -> assertThat(store.get(key)).as("%s, seed %s", key, SEED)
                .hasValueSatisfying(document -> assertThat(document.content()).isEqualTo(content)));
    }

    private static void await(BooleanSupplier reached) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!reached.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(EngineSession.class);
    }
}
