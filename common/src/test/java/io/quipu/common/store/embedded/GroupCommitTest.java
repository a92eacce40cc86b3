package io.quipu.common.store.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.common.store.Document;
import io.quipu.common.store.MutableClock;
import io.quipu.common.store.Outcome;
import io.quipu.common.store.StoreException;
import io.quipu.common.store.StoreMetrics;
import io.quipu.common.store.Write;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Groups, syncs, the purge and failed writes, on an engine whose commits can be held or made to fail. */
@Timeout(60)
class GroupCommitTest {

    private static final long START = 1_000_000;

    /** The engine's own commit. */
    private interface Commit {
        void run() throws RocksDBException;
    }

    /** What happens at the next commit instead; runs on the writer's thread. */
    private interface Fault {
        void at(Commit commit) throws RocksDBException;
    }

    private final AtomicReference<Fault> fault = new AtomicReference<>();
    private final MutableClock clock = new MutableClock(START);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private int opened;
    private volatile Engine engine;
    private final CountDownLatch held = new CountDownLatch(1);
    private EmbeddedStore store;

    @TempDir
    Path directory;

    @BeforeEach
    void open() {
        store = EmbeddedStore.open(directory, clock, new StoreMetrics(registry), at -> {
            opened++;
            engine = new Engine(at) {
                @Override
                void commit(WriteBatch batch) throws RocksDBException {
                    Fault next = fault.getAndSet(null);
                    if (next != null) {
                        next.at(() -> super.commit(batch));
                    } else {
                        super.commit(batch);
                    }
                }
            };
            return engine;
        });
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void callsThatWaitWhileAGroupIsSyncedAreOneGroup() {
        CountDownLatch release = holdTheNextCommit();
        CompletableFuture<List<Outcome>> first = store.submit(List.of(insert("first")));
        List<CompletableFuture<List<Outcome>>> waiting = new ArrayList<>();
        // Taken by the writer only when the first group is through, whenever it began.
        awaitHeld();
        IntStream.range(0, 20).forEach(i -> waiting.add(store.submit(List.of(insert("k" + i)))));
        assertThat(first).isNotDone();
        release.countDown();

        assertThat(waiting).allMatch(outcomes -> outcomes.join().get(0).written());
        assertThat(count(StoreMetrics.SYNCS)).isEqualTo(2);
        assertThat(store.engineSyncs()).isEqualTo(2);
        assertThat(waiting.stream().map(outcomes -> outcomes.join().get(0).version()).distinct()).hasSize(20);
    }

    @Test
    void nothingIsAnsweredNorReadBeforeItsCommit() {
        CountDownLatch release = holdTheNextCommit();
        CompletableFuture<List<Outcome>> outcome = store.submit(List.of(insert("a")));
        awaitHeld();

        assertThat(outcome).isNotDone();
        assertThat(store.get("a")).isEmpty();
        release.countDown();
        assertThat(outcome.join().get(0).written()).isTrue();
        assertThat(store.get("a")).isPresent();
    }

    @Test
    void conditionsSeeEarlierWritesOfTheSameGroup() {
        CountDownLatch release = holdTheNextCommit();
        store.submit(List.of(insert("first")));
        awaitHeld();
        var inserted = store.submit(List.of(insert("a")));
        var conflict = store.submit(List.of(insert("a")));
        // The first group took version 1, so the insert of the second takes 2; replaced by 3; removed, which takes 4.
        var replaced = store.submit(List.of(new Write.Replace("a", 2, bytes("two"))));
        var stale = store.submit(List.of(new Write.Replace("a", 2, bytes("three"))));
        var removed = store.submit(List.of(new Write.Remove("a", 3)));
        var again = store.submit(List.of(insert("a")));
        release.countDown();

        assertThat(inserted.join()).containsExactly(Outcome.written(2));
        assertThat(conflict.join()).containsExactly(Outcome.CONFLICT);
        assertThat(replaced.join()).containsExactly(Outcome.written(3));
        assertThat(stale.join()).containsExactly(Outcome.CONFLICT);
        assertThat(removed.join()).containsExactly(Outcome.REMOVED);
        assertThat(again.join()).containsExactly(Outcome.written(5));
        assertThat(store.get("a").orElseThrow().version()).isEqualTo(5);
        assertThat(count(StoreMetrics.SYNCS)).isEqualTo(2);
    }

    @Test
    void freshInsertIsNotLookedForButInItsGroup() {
        store.write(insert("a"));
        CountDownLatch release = holdTheNextCommit();
        store.submit(List.of(insert("first")));
        awaitHeld();
        var inserted = store.submit(List.of(insert("b")));
        var conflict = store.submit(List.of(fresh("b")));
        var believed = store.submit(List.of(fresh("a")));
        release.countDown();

        assertThat(inserted.join().get(0).written()).isTrue();
        assertThat(conflict.join()).containsExactly(Outcome.CONFLICT);
        assertThat(believed.join().get(0).written()).as("said wrongly").isTrue();
        assertThat(store.get("a").orElseThrow().content()).isEqualTo(bytes("fresh"));
        assertThat(store.get("b").orElseThrow().content()).isNotEqualTo(bytes("fresh"));
    }

    @Test
    void freshInsertIsLookedForOnceTheEngineWasOpenedAgain() {
        store.write(insert("a"));
        fault.set(commit -> {
            throw new RocksDBException("broken");
        });
        assertThatThrownBy(() -> store.write(insert("b"))).isInstanceOf(StoreException.class);
        store.write(insert("c"));

        assertThat(store.write(fresh("a"))).as("somebody may have written meanwhile").isEqualTo(Outcome.CONFLICT);
        assertThat(opened).isEqualTo(2);
    }

    @Test
    void everyAcknowledgedGroupWasSyncedByTheEnginesOwnCount() throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            String prefix = "thread-" + t + "-";
            threads.add(new Thread(() -> IntStream.range(0, 50).forEach(i -> store.write(insert(prefix + i)))));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        store.write(insert("thread-0-0"));

        assertThat(count(StoreMetrics.WRITES)).isEqualTo(400);
        assertThat(count(StoreMetrics.SYNCS)).isBetween(50L, 400L);
        assertThat(store.engineSyncs()).isGreaterThanOrEqualTo(count(StoreMetrics.SYNCS));
        assertThat(registry.get(StoreMetrics.ENGINE_SYNCS).functionCounter().count()).isEqualTo(store.engineSyncs());
    }

    @Test
    void callWithNothingButConflictsNeedsNoSync() {
        store.write(insert("a"));
        long syncs = store.engineSyncs();

        store.write(insert("a"));

        assertThat(store.engineSyncs()).isEqualTo(syncs);
        assertThat(count(StoreMetrics.SYNCS)).isEqualTo(1);
    }

    @Test
    void writtenBytesAreKeysAndValuesAndIndexEntries() {
        store.write(new Write.Insert("1234", new byte[100]));
        assertThat(count(StoreMetrics.WRITTEN_BYTES)).isEqualTo(4 + 16 + 100);

        long version = store.write(new Write.Insert("56", new byte[10], START + 10)).version();
        assertThat(count(StoreMetrics.WRITTEN_BYTES)).isEqualTo(120 + 2 + 16 + 10 + 8 + 2);

        store.write(new Write.Remove("56", version));
        assertThat(count(StoreMetrics.WRITTEN_BYTES)).isEqualTo(158 + 2 + 8 + 2);
    }

    @Test
    void aReplacementThatGoesWhenTheOneBeforeWouldHaveGoneWritesNoIndexEntry() {
        long version = store.write(new Write.Insert("56", new byte[10], START + 10)).version();
        long written = count(StoreMetrics.WRITTEN_BYTES);

        version = store.write(new Write.Replace("56", version, new byte[10], START + 10)).version();
        assertThat(count(StoreMetrics.WRITTEN_BYTES)).isEqualTo(written + 2 + 16 + 10);

        store.write(new Write.Replace("56", version, new byte[10], START + 11));
        assertThat(count(StoreMetrics.WRITTEN_BYTES)).isEqualTo(written + 2 * (2 + 16 + 10) + 2 * (8 + 2));
        clock.set(START + 11);
        assertThat(store.purgeExpired()).as("the entry that was left is the document's").isEqualTo(1);
    }

    @Test
    void purgeRemovesWhatHasExpiredAndNothingElse() throws Exception {
        // The writer's own pass after the first group finds nothing; the next one is a minute away.
        store.write(insert("first"));
        store.write(List.of(expiring("a", START + 10), expiring("b", START + 11), insert("c"), expiring("old", -5)));
        long b = store.get("b").orElseThrow().version();
        assertThat(store.purgeExpired()).isEqualTo(1);
        clock.set(START + 10);

        assertThat(store.purgeExpired()).isEqualTo(1);
        assertThat(store.purgeExpired()).isZero();
        assertThat(store.get("b").orElseThrow().version()).isEqualTo(b);
        store.close();
        try (Engine engine = new Engine(directory)) {
            assertThat(engine.stored(bytes("a"))).isEmpty();
            assertThat(engine.stored(bytes("old"))).isEmpty();
            assertThat(engine.stored(bytes("b"))).isPresent();
            assertThat(engine.stored(bytes("c"))).isPresent();
            assertThat(engine.due(new byte[0], Long.MAX_VALUE, 10)).hasSize(1);
        }
    }

    @Test
    void indexFollowsReplacementsAndRemovals() throws Exception {
        long a = store.write(expiring("a", START + 10)).version();
        long b = store.write(expiring("b", START + 10)).version();
        store.write(expiring("c", START + 10));
        store.write(List.of(new Write.Replace("a", a, bytes("stays")), new Write.Remove("b", b)));
        clock.set(START + 10);
        store.write(insert("c"));

        assertThat(store.purgeExpired()).isZero();
        assertThat(store.get("a")).isPresent();
        assertThat(store.get("c")).isPresent();
    }

    @Test
    void onePassPurgesNoMoreThanItsLimit() {
        List<Write> writes = new ArrayList<>();
        IntStream.range(0, ExpiredPurge.LIMIT + 5).forEach(i -> writes.add(expiring("k" + i, START + i)));
        // The writer's own pass after the first group finds nothing; the next one is a minute away.
        store.write(insert("first"));
        store.write(writes);
        clock.set(START + 10_000);

        assertThat(store.purgeExpired()).isEqualTo(ExpiredPurge.LIMIT);
        assertThat(store.purgeExpired()).isEqualTo(5);
        assertThat(store.purgeExpired()).isZero();
    }

    @Test
    void whatExpiresAtOneTimeIsPurgedPassByPassAndTheMetricsTellHowFarItIs() {
        List<Write> writes = new ArrayList<>();
        IntStream.range(0, 2 * ExpiredPurge.LIMIT + 5).forEach(i -> writes.add(expiring("k" + i, START + 10)));
        store.write(insert("first"));
        store.write(writes);
        clock.set(START + 10 + 30_000);

        assertThat(store.purgeExpired()).isEqualTo(ExpiredPurge.LIMIT);
        assertThat(registry.get(StoreMetrics.PURGE_BEHIND).gauge().value()).isEqualTo(30);
        assertThat(store.purgeExpired()).isEqualTo(ExpiredPurge.LIMIT);
        assertThat(store.purgeExpired()).isEqualTo(5);
        assertThat(registry.get(StoreMetrics.PURGE_BEHIND).gauge().value()).isZero();
        assertThat(count(StoreMetrics.EXPIRED)).isEqualTo(2 * ExpiredPurge.LIMIT + 5);
        assertThat(store.purgeExpired()).isZero();
    }

    @Test
    void writerPurgesByItselfOnceTheIntervalIsOver() {
        store.write(insert("first"));
        store.write(expiring("a", START + 10));
        long bytes = count(StoreMetrics.WRITTEN_BYTES);
        clock.set(START + GroupWriter.PURGE_INTERVAL.toMillis());
        store.write(insert("b"));

        assertThat(store.purgeExpired()).as("the writer was faster").isZero();
        assertThat(count(StoreMetrics.WRITTEN_BYTES)).isEqualTo(bytes + (1 + 16 + 9) + (1 + 8 + 1));
    }

    @Test
    void failedWriteIsTheCallersUnknownOutcomeAndTheNextOneIsTriedAgain() {
        long before = store.write(insert("before")).version();
        fault.set(commit -> {
            throw new RocksDBException("No space left on device");
        });

        assertThatThrownBy(() -> store.write(insert("a"))).isInstanceOf(StoreException.class)
                .hasMessageContaining("unknown").hasMessageContaining("No space left on device");
        assertThat(store.get("before").orElseThrow().version()).isEqualTo(before);
        assertThat(store.get("a")).isEmpty();
        assertThat(store.write(insert("a")).version()).isGreaterThan(before);
        assertThat(opened).as("closed and opened again").isEqualTo(2);
        assertThat(store.engineSyncs()).as("goes on over engines").isGreaterThanOrEqualTo(2);
    }

    @Test
    void writeThatFailedAfterItWasLoggedIsThereAndItsVersionIsNotGivenAgain() {
        fault.set(commit -> {
            commit.run();
            throw new RocksDBException("the answer was lost");
        });

        assertThatThrownBy(() -> store.write(insert("a"))).isInstanceOf(StoreException.class);
        long a = store.get("a").orElseThrow().version();
        assertThat(store.write(insert("a"))).isEqualTo(Outcome.CONFLICT);
        assertThat(store.write(insert("b")).version()).isGreaterThan(a);
    }

    @Test
    void allCallersOfAFailedGroupHearOfIt() {
        CountDownLatch release = holdTheNextCommit();
        store.submit(List.of(insert("first")));
        awaitHeld();
        var a = store.submit(List.of(insert("a")));
        var b = store.submit(List.of(insert("b")));
        fault.set(commit -> {
            throw new IllegalStateException("broken");
        });
        release.countDown();

        for (var outcome : List.of(a, b)) {
            assertThatThrownBy(outcome::join).hasCauseInstanceOf(StoreException.class);
        }
        assertThat(store.write(List.of(insert("a"), insert("b")))).allMatch(Outcome::written);
    }

    private byte[] hot(String key) {
        return engine.hot().find(key, HotDocuments.MAX_VALUE_BYTES);
    }

    @Test
    void replacedDocumentIsHotUntilItIsRemoved() {
        long version = store.write(insert("a")).version();
        assertThat(hot("a")).as("only inserted").isNull();

        version = store.write(new Write.Replace("a", version, bytes("two"))).version();
        assertThat(hot("a")).isEqualTo(new Stored(version, Write.NEVER).value(bytes("two")));

        store.write(new Write.Remove("a", version));
        assertThat(hot("a")).isNull();
    }

    @Test
    void purgedDocumentIsNotHot() {
        String key = "\u00e9\u4e16";
        store.write(insert("first"));
        long version = store.write(expiring(key, START + 10)).version();
        store.write(new Write.Replace(key, version, bytes("two"), START + 10));
        assertThat(hot(key)).isNotNull();
        clock.set(START + 10);

        assertThat(store.purgeExpired()).isEqualTo(1);
        assertThat(hot(key)).isNull();
    }

    @Test
    void lastWriteOfAGroupSaysWhatIsHot() {
        CountDownLatch release = holdTheNextCommit();
        store.submit(List.of(insert("first")));
        awaitHeld();
        byte[] tooLarge = new byte[HotDocuments.MAX_VALUE_BYTES];
        // The first group took version 1.
        store.submit(List.of(insert("a"), insert("b"), insert("c")));
        store.submit(List.of(new Write.Replace("a", 2, bytes("small")), new Write.Replace("b", 3, tooLarge),
                new Write.Replace("c", 4, bytes("small"))));
        store.submit(List.of(new Write.Replace("a", 5, tooLarge), new Write.Replace("b", 6, bytes("small")),
                new Write.Remove("c", 7)));
        var again = store.submit(List.of(insert("c")));
        release.countDown();

        assertThat(again.join()).allMatch(Outcome::written);
        assertThat(hot("a")).as("too large").isNull();
        assertThat(hot("b")).isEqualTo(new Stored(9, Write.NEVER).value(bytes("small")));
        assertThat(hot("c")).as("only inserted").isNull();
        assertThat(count(StoreMetrics.SYNCS)).isEqualTo(2);
    }

    @Test
    void whileABatchIsCommittedNothingThatItChangesIsHot() {
        long version = store.write(insert("a")).version();
        version = store.write(new Write.Replace("a", version, bytes("two"))).version();
        CountDownLatch release = holdTheNextCommit();
        CompletableFuture<List<Outcome>> outcome = store.submit(List.of(new Write.Replace("a", version, bytes("three"))));
        awaitHeld();

        assertThat(hot("a")).isNull();
        assertThat(store.get("a").orElseThrow().content()).isEqualTo(bytes("two"));
        release.countDown();
        outcome.join();
        assertThat(store.get("a").orElseThrow().content()).isEqualTo(bytes("three"));
    }

    /** The database itself, which is asked past what is hot, is the oracle: of what is read, and of whether a condition holds. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void whatIsHotIsWhatTheDatabaseHolds(long seed) {
        Random random = new Random(seed);
        int hot = 0;
        for (int step = 0; step < 300; step++) {
            if (random.nextInt(10) == 0) {
                boolean logged = random.nextBoolean();
                fault.set(commit -> {
                    if (logged) {
                        commit.run();
                    }
                    throw new RocksDBException("broken");
                });
            }
            List<Write> writes = new ArrayList<>();
            List<Boolean> expected = new ArrayList<>();
            for (String key : List.of("a", "b", "c")) {
                Optional<Document> known = stored(key);
                long version = known.isEmpty() || random.nextInt(5) == 0 ? random.nextInt(100) : known.get().version();
                boolean holds = known.isPresent() && known.get().version() == version;
                long expiresAt = random.nextInt(3) == 0 ? clock.millis() + random.nextInt(20) : Write.NEVER;
                byte[] content = bytes("step " + step + "!".repeat(random.nextInt(20)));
                switch (random.nextInt(5)) {
                    case 0 -> {
                        writes.add(new Write.Insert(key, content, expiresAt, known.isEmpty() && random.nextBoolean()));
                        expected.add(known.isEmpty());
                    }
                    case 1 -> {
                        writes.add(new Write.Remove(key, version));
                        expected.add(holds);
                    }
                    default -> {
                        writes.add(new Write.Replace(key, version, content, expiresAt));
                        expected.add(holds);
                    }
                }
            }
            try {
                assertThat(store.write(writes)).as("step %s", step).extracting(Outcome::written).isEqualTo(expected);
                if (random.nextInt(4) == 0) {
                    store.purgeExpired();
                }
            } catch (StoreException e) {
                assertThat(e).hasMessageContaining("broken");
            }
            for (String key : List.of("a", "b", "c")) {
                assertThat(store.get(key).map(GroupCommitTest::described)).as("step %s, %s", step, key)
                        .isEqualTo(stored(key).map(GroupCommitTest::described));
                hot += hot(key) == null ? 0 : 1;
            }
            clock.set(clock.millis() + random.nextInt(5));
        }
        assertThat(hot).isGreaterThan(100);
    }

    private static Write fresh(String key) {
        return new Write.Insert(key, bytes("fresh"), Write.NEVER, true);
    }

    private static String described(Document document) {
        return document.version() + " " + new String(document.content(), UTF_8);
    }

    /** A document as the database has it. */
    private Optional<Document> stored(String key) {
        HotDocuments hot = engine.hot();
        byte[] known = hot(key);
        hot.forget(List.of(key));
        Optional<Document> stored = store.get(key);
        if (known != null) {
            hot.keep(Map.of(key, known));
        }
        return stored;
    }

    private CountDownLatch holdTheNextCommit() {
        CountDownLatch release = new CountDownLatch(1);
        fault.set(commit -> {
            held.countDown();
            await(release);
            commit.run();
        });
        return release;
    }

    private void awaitHeld() {
        await(held);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private long count(String counter) {
        return (long) registry.get(counter).counter().count();
    }

    private static Write insert(String key) {
        return new Write.Insert(key, ("content " + key).getBytes(UTF_8));
    }

    private static Write expiring(String key, long at) {
        return new Write.Insert(key, bytes("goes"), at);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
