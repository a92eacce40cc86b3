package io.quipu.common.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link DocumentStore} promises. An implementation's test extends this and opens its store, empty, before each test. One that
 * tells time in its own way says how: when it is now, how fine it measures, and how time is made to pass.
 */
public abstract class DocumentStoreContract {

    private static final long START = 1_000_000;
    private static final long END = Long.MAX_VALUE - 1;
    private static final int DEADLINE_SECONDS = 60;

    protected final MutableClock clock = new MutableClock(START);
    protected final MeterRegistry registry = new SimpleMeterRegistry();
    protected DocumentStore store;

    /** An empty store. */
    protected abstract DocumentStore open(Clock clock, StoreMetrics metrics) throws Exception;

    /** Whether nobody else can write to it. */
    protected boolean exclusive() {
        return false;
    }

    /** When a test begins, milliseconds since the epoch. */
    protected long start() {
        return START;
    }

    /** The least difference between two expiries, in milliseconds. */
    protected long tick() {
        return 1;
    }

    /** Makes it that time, or a little later than that: less than a tick. */
    protected void passTo(long time) throws Exception {
        clock.set(time);
    }

    /** The latest time that it can be made. */
    protected long end() {
        return END;
    }

    private long at(int ticks) {
        return clock.millis() + ticks * tick();
    }

    @BeforeEach
    void openStore() throws Exception {
        clock.set(start());
        store = open(clock, new StoreMetrics(registry));
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void absentDocumentIsEmpty() {
        assertThat(store.get("nothing")).isEmpty();
    }

    @Test
    void insertedDocumentIsReadWithItsVersion() {
        Outcome outcome = store.write(insert("a", "one"));

        assertThat(outcome.written()).isTrue();
        assertThat(outcome.version()).isNotEqualTo(Outcome.NO_VERSION);
        assertThat(text("a")).isEqualTo("one");
        assertThat(store.get("a").orElseThrow().version()).isEqualTo(outcome.version());
        assertThat(store.get("a").orElseThrow().key()).isEqualTo("a");
    }

    @Test
    void freshInsertIsAnInsert() {
        Outcome outcome = store.write(fresh("a", "one"));

        assertThat(outcome.written()).isTrue();
        assertThat(text("a")).isEqualTo("one");
        assertThat(store.write(insert("a", "two"))).isEqualTo(Outcome.CONFLICT);
        assertThat(store.get("a").orElseThrow().version()).isEqualTo(outcome.version());
    }

    @Test
    void freshInsertOverAnothersDocumentIsAConflictWhereThereAreOthers() {
        store.write(insert("a", "one"));

        assertThat(store.write(fresh("a", "two")).written()).isEqualTo(exclusive());
        assertThat(text("a")).isEqualTo(exclusive() ? "two" : "one");
    }

    @Test
    void insertOverADocumentIsAConflictAndChangesNothing() {
        Outcome first = store.write(insert("a", "one"));

        assertThat(store.write(insert("a", "two"))).isEqualTo(Outcome.CONFLICT);
        assertThat(text("a")).isEqualTo("one");
        assertThat(store.get("a").orElseThrow().version()).isEqualTo(first.version());
    }

    @Test
    void replaceWithTheVersionReadWritesANewVersion() {
        Outcome first = store.write(insert("a", "one"));
        Outcome second = store.write(replace("a", first.version(), "two"));

        assertThat(second.written()).isTrue();
        assertThat(second.version()).isNotEqualTo(first.version());
        assertThat(text("a")).isEqualTo("two");
        assertThat(store.get("a").orElseThrow().version()).isEqualTo(second.version());
    }

    @Test
    void replaceWithAnotherVersionIsAConflictAndChangesNothing() {
        Outcome first = store.write(insert("a", "one"));
        store.write(replace("a", first.version(), "two"));

        assertThat(store.write(replace("a", first.version(), "three"))).isEqualTo(Outcome.CONFLICT);
        assertThat(text("a")).isEqualTo("two");
    }

    @Test
    void replaceOfAnAbsentDocumentIsAConflictWhateverTheVersion() {
        for (long version : new long[] {Outcome.NO_VERSION, 0, 1, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertThat(store.write(replace("a", version, "one"))).isEqualTo(Outcome.CONFLICT);
        }
        assertThat(store.get("a")).isEmpty();
    }

    @Test
    void removeWithTheVersionReadRemoves() {
        Outcome first = store.write(insert("a", "one"));

        assertThat(store.write(new Write.Remove("a", first.version()))).isEqualTo(Outcome.REMOVED);
        assertThat(store.get("a")).isEmpty();
    }

    @Test
    void removeWithAnotherVersionOrOfAnAbsentDocumentIsAConflict() {
        Outcome first = store.write(insert("a", "one"));

        assertThat(store.write(new Write.Remove("a", first.version() + 1))).isEqualTo(Outcome.CONFLICT);
        assertThat(store.write(new Write.Remove("b", first.version()))).isEqualTo(Outcome.CONFLICT);
        assertThat(text("a")).isEqualTo("one");
    }

    @Test
    void versionNeverRepeatsForAKeyEvenAfterRemoval() {
        Set<Long> versions = new HashSet<>();
        for (int round = 0; round < 50; round++) {
            Outcome inserted = store.write(insert("a", "one"));
            Outcome replaced = store.write(replace("a", inserted.version(), "two"));
            store.write(new Write.Remove("a", replaced.version()));
            assertThat(versions.add(inserted.version())).as("version %s is new", inserted.version()).isTrue();
            assertThat(versions.add(replaced.version())).as("version %s is new", replaced.version()).isTrue();
        }
    }

    @Test
    void versionFromBeforeARemovalDoesNotReplaceTheDocumentInsertedAfterIt() {
        long old = store.write(insert("a", "one")).version();
        store.write(new Write.Remove("a", old));
        store.write(insert("a", "two"));

        assertThat(store.write(replace("a", old, "three"))).isEqualTo(Outcome.CONFLICT);
        assertThat(text("a")).isEqualTo("two");
    }

    @Test
    void readsComeInTheOrderOfTheirKeysAndMayRepeat() {
        store.write(List.of(insert("a", "1"), insert("b", "2"), insert("c", "3")));

        List<Optional<Document>> found = store.get(List.of("c", "x", "a", "c"));

        assertThat(found.stream().map(document -> document.map(DocumentStoreContract::text).orElse("-"))).containsExactly("3", "-", "1", "3");
    }

    @Test
    void outcomesComeInTheOrderOfTheirWritesAndOneConflictLeavesTheOthersWritten() {
        long a = store.write(insert("a", "1")).version();
        long b = store.write(insert("b", "1")).version();
        store.write(insert("taken", "1"));

        List<Outcome> outcomes = store.write(List.of(replace("a", a, "2"), insert("taken", "2"), insert("new", "2"),
                new Write.Remove("b", b), replace("c", 1, "2")));

        assertThat(outcomes.stream().map(Outcome::written)).containsExactly(true, false, true, true, false);
        assertThat(outcomes.get(1)).isEqualTo(Outcome.CONFLICT);
        assertThat(outcomes.get(3)).isEqualTo(Outcome.REMOVED);
        assertThat(store.get("a").orElseThrow().version()).isEqualTo(outcomes.get(0).version());
        assertThat(store.get("new").orElseThrow().version()).isEqualTo(outcomes.get(2).version());
        assertThat(text("a")).isEqualTo("2");
        assertThat(text("taken")).isEqualTo("1");
        assertThat(store.get(List.of("b", "c"))).containsExactly(Optional.empty(), Optional.empty());
    }

    @Test
    void emptyCallsAnswerNothing() {
        assertThat(store.write(List.of())).isEmpty();
        assertThat(store.get(List.of())).isEmpty();
    }

    @Test
    void documentIsThereUntilTheTickBeforeItsExpiry() throws Exception {
        long expiry = at(10);
        store.write(new Write.Insert("a", "one".getBytes(UTF_8), expiry));

        passTo(expiry - tick());
        assertThat(text("a")).isEqualTo("one");
        passTo(expiry);
        assertThat(store.get("a")).isEmpty();
    }

    @Test
    void expiredDocumentIsAbsentToWritesToo() throws Exception {
        long expiry = at(10);
        long version = store.write(new Write.Insert("a", "one".getBytes(UTF_8), expiry)).version();
        passTo(expiry);

        assertThat(store.write(replace("a", version, "two"))).isEqualTo(Outcome.CONFLICT);
        assertThat(store.write(new Write.Remove("a", version))).isEqualTo(Outcome.CONFLICT);
        Outcome again = store.write(insert("a", "three"));
        assertThat(again.written()).isTrue();
        assertThat(again.version()).isNotEqualTo(version);
        assertThat(text("a")).isEqualTo("three");
    }

    @Test
    void documentThatIsNotExpiredIsTakenForAnInsert() throws Exception {
        long expiry = at(10);
        store.write(new Write.Insert("a", "one".getBytes(UTF_8), expiry));
        passTo(expiry - tick());

        assertThat(store.write(insert("a", "two"))).isEqualTo(Outcome.CONFLICT);
    }

    @Test
    void replacementBringsItsOwnExpiry() throws Exception {
        long first = at(10);
        long second = at(20);
        long third = at(30);
        long a = store.write(new Write.Insert("a", "one".getBytes(UTF_8), first)).version();
        long b = store.write(insert("b", "one")).version();
        long c = store.write(new Write.Insert("c", "one".getBytes(UTF_8), first)).version();
        store.write(List.of(replace("a", a, "two"), new Write.Replace("b", b, "two".getBytes(UTF_8), second),
                new Write.Replace("c", c, "two".getBytes(UTF_8), third)));

        passTo(first);
        store.write(insert("other", "to let it purge"));
        assertThat(text("b")).isEqualTo("two");
        passTo(second);
        store.write(insert("another", "to let it purge"));
        assertThat(text("a")).isEqualTo("two");
        assertThat(store.get("b")).isEmpty();
        assertThat(text("c")).isEqualTo("two");
        passTo(third);
        assertThat(store.get("c")).isEmpty();
        passTo(end());
        assertThat(text("a")).isEqualTo("two");
    }

    @Test
    void documentThatIsWrittenExpiredIsWrittenAndAbsent() {
        assertThat(store.write(new Write.Insert("a", "one".getBytes(UTF_8), clock.millis())).written()).isTrue();
        assertThat(store.write(new Write.Insert("b", "one".getBytes(UTF_8), Long.MIN_VALUE)).written()).isTrue();

        assertThat(store.get(List.of("a", "b"))).containsExactly(Optional.empty(), Optional.empty());
    }

    @Test
    void keyOfTheGreatestLengthIsWrittenAndOneByteMoreIsRefused() {
        String longest = "k".repeat(DocumentStore.MAX_KEY_LENGTH);
        String longestInBytes = "é".repeat(DocumentStore.MAX_KEY_LENGTH / 2);

        assertThat(store.write(insert(longest, "one")).written()).isTrue();
        assertThat(store.write(insert(longestInBytes, "one")).written()).isTrue();
        for (String tooLong : List.of(longest + "k", longestInBytes + "k", "")) {
            assertThatThrownBy(() -> store.write(List.of(insert("good", "one"), insert(tooLong, "one"))))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("bytes is not between 1 and 250");
            assertThatThrownBy(() -> store.get(tooLong)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(store.get("good")).isEmpty();
    }

    @Test
    void contentOfTheGreatestLengthIsWrittenAndOneByteMoreIsRefused() {
        byte[] largest = new byte[DocumentStore.MAX_CONTENT_LENGTH];
        byte[] tooLarge = new byte[DocumentStore.MAX_CONTENT_LENGTH + 1];

        assertThat(store.write(new Write.Insert("largest", largest)).written()).isTrue();
        assertThat(store.get("largest").orElseThrow().content()).hasSize(DocumentStore.MAX_CONTENT_LENGTH);
        assertThatThrownBy(() -> store.write(List.of(insert("good", "one"), new Write.Insert("big", tooLarge))))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("over the limit");
        assertThatThrownBy(() -> store.write(new Write.Replace("big", 1, tooLarge))).isInstanceOf(IllegalArgumentException.class);
        assertThat(store.get("good")).isEmpty();
    }

    @Test
    void greatestBatchIsWrittenAndReadAndOneMoreIsRefused() {
        List<Write> writes = new ArrayList<>();
        IntStream.range(0, DocumentStore.MAX_BATCH).forEach(i -> writes.add(insert("k" + i, "v" + i)));

        assertThat(store.write(writes)).hasSize(DocumentStore.MAX_BATCH).allMatch(Outcome::written);
        List<Optional<Document>> found = store.get(writes.stream().map(Write::key).toList());
        assertThat(IntStream.range(0, found.size()).allMatch(i -> text(found.get(i).orElseThrow()).equals("v" + i))).isTrue();
        writes.replaceAll(write -> insert("again-" + write.key(), "v"));
        writes.add(insert("one more", "v"));
        assertThatThrownBy(() -> store.write(writes)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("10001 writes");
        assertThatThrownBy(() -> store.get(writes.stream().map(Write::key).toList())).isInstanceOf(IllegalArgumentException.class);
        assertThat(store.get("again-k0")).isEmpty();
    }

    @Test
    void keyNamedTwiceInOneCallIsRefusedAndNothingIsWritten() {
        assertThatThrownBy(() -> store.write(List.of(insert("a", "1"), insert("b", "1"), insert("a", "2"))))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("key a is written twice");
        assertThat(store.get(List.of("a", "b"))).containsExactly(Optional.empty(), Optional.empty());
    }

    @Test
    void unicodeKeysAreKeptApart() {
        List<String> keys = List.of("é", "e\u0301", "日本/東京", "a\u0000b", "a\u0000", "😀", "%C3%A9", " ");
        for (String key : keys) {
            assertThat(store.write(insert(key, "content of " + key)).written()).isTrue();
        }
        for (String key : keys) {
            assertThat(text(key)).isEqualTo("content of " + key);
        }
    }

    @Test
    void halfASurrogatePairIsNoKey() {
        assertThatThrownBy(() -> store.write(insert("a\ud83d", "1"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.get("a\ud83d")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tenMegabytesComeBackAsTheyWere() {
        byte[] content = new byte[10 * 1024 * 1024];
        new Random(42).nextBytes(content);

        store.write(new Write.Insert("big", content));
        store.write(insert("empty", ""));

        assertThat(Arrays.equals(store.get("big").orElseThrow().content(), content)).isTrue();
        assertThat(store.get("empty").orElseThrow().content()).isEmpty();
    }

    @Test
    void contentChangedByTheCallerAfterwardsIsNotWhatIsStored() {
        byte[] content = "one".getBytes(UTF_8);
        store.write(new Write.Insert("a", content));
        content[0] = 'X';
        store.get("a").orElseThrow().content()[1] = 'X';
        assertThat(text("a")).isEqualTo("one");

        content = "two".getBytes(UTF_8);
        store.write(new Write.Replace("a", store.get("a").orElseThrow().version(), content));
        content[0] = 'X';
        store.get("a").orElseThrow().content()[1] = 'X';
        assertThat(text("a")).isEqualTo("two");
    }

    @Test
    void concurrentIncrementsByCompareAndSetLoseNone() throws Exception {
        int writers = 8;
        int increments = 60;
        List<String> keys = List.of("x", "y", "z");
        concurrently(writers, writer -> {
            for (int i = 0; i < increments; i++) {
                increment(keys.get((writer + i) % keys.size()));
            }
        });

        long total = keys.stream().mapToLong(key -> Long.parseLong(text(key))).sum();
        assertThat(total).isEqualTo((long) writers * increments);
    }

    @Test
    void oneOfManyConcurrentInsertsWins() throws Exception {
        int writers = 8;
        int rounds = 50;
        List<Set<Integer>> wins = new ArrayList<>();
        IntStream.range(0, writers).forEach(writer -> wins.add(new HashSet<>()));
        concurrently(writers, writer -> {
            for (int round = 0; round < rounds; round++) {
                if (store.write(insert("round-" + round, "writer " + writer)).written()) {
                    wins.get(writer).add(round);
                }
            }
        });

        assertThat(wins.stream().mapToInt(Set::size).sum()).isEqualTo(rounds);
        for (int writer = 0; writer < writers; writer++) {
            for (int round : wins.get(writer)) {
                assertThat(text("round-" + round)).isEqualTo("writer " + writer);
            }
        }
    }

    @Test
    void readerNeverSeesATornDocumentNorAnOlderOneThanBefore() throws Exception {
        int replacements = 200;
        int length = 20_000;
        store.write(new Write.Insert("a", filled(length, 0)));
        AtomicBoolean done = new AtomicBoolean();
        concurrently(3, thread -> {
            if (thread == 0) {
                try {
                    for (int i = 1; i <= replacements; i++) {
                        long version = store.get("a").orElseThrow().version();
                        assertThat(store.write(new Write.Replace("a", version, filled(length, i))).written()).isTrue();
                    }
                } finally {
                    done.set(true);
                }
                return;
            }
            int last = 0;
            while (!done.get()) {
                byte[] content = store.get("a").orElseThrow().content();
                assertThat(Arrays.equals(content, filled(length, content[0]))).as("all of one write").isTrue();
                int seen = content[0] & 0xff;
                assertThat(seen).isGreaterThanOrEqualTo(last);
                last = seen;
            }
        });
        assertThat(store.get("a").orElseThrow().content()[0] & 0xff).isEqualTo(replacements);
    }

    @Test
    void callsAfterCloseThrowStoreException() {
        store.write(insert("a", "one"));
        store.close();
        store.close();

        assertThatThrownBy(() -> store.get("a")).isInstanceOf(StoreException.class).hasMessageContaining("closed");
        assertThatThrownBy(() -> store.write(insert("b", "one"))).isInstanceOf(StoreException.class).hasMessageContaining("closed");
    }

    @Test
    void writesConflictsReadsAndBytesAreCounted() {
        store.write(List.of(insert("a", "12345"), insert("b", "12345")));
        store.write(List.of(insert("a", "1"), insert("c", "1")));
        store.get(List.of("a", "b", "x"));

        assertThat(count(StoreMetrics.WRITES)).isEqualTo(3);
        assertThat(count(StoreMetrics.CONFLICTS)).isEqualTo(1);
        assertThat(count(StoreMetrics.READS)).isEqualTo(3);
        assertThat(count(StoreMetrics.WRITTEN_BYTES)).isBetween(14L, 14L + 3 * 16);
    }

    private long count(String counter) {
        return registry.get(counter).counters().stream().mapToLong(found -> (long) found.count()).sum();
    }

    protected static Write insert(String key, String content) {
        return new Write.Insert(key, content.getBytes(UTF_8));
    }

    private static Write fresh(String key, String content) {
        return new Write.Insert(key, content.getBytes(UTF_8), Write.NEVER, true);
    }

    protected static Write replace(String key, long version, String content) {
        return new Write.Replace(key, version, content.getBytes(UTF_8));
    }

    protected String text(String key) {
        return text(store.get(key).orElseThrow());
    }

    private static String text(Document document) {
        return new String(document.content(), UTF_8);
    }

    private static byte[] filled(int length, int value) {
        byte[] content = new byte[length];
        Arrays.fill(content, (byte) value);
        return content;
    }

    private void increment(String key) {
        Outcome outcome = Outcome.CONFLICT;
        while (!outcome.written()) {
            Optional<Document> current = store.get(key);
            outcome = store.write(current.isEmpty() ? insert(key, "1")
                    : replace(key, current.get().version(), String.valueOf(Long.parseLong(text(current.get())) + 1)));
        }
    }

    private interface Work {
        void run(int thread) throws Exception;
    }

    private static void concurrently(int threads, Work work) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            CountDownLatch start = new CountDownLatch(1);
            List<Future<?>> futures = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                futures.add(executor.submit(() -> {
                    start.await();
                    work.run(thread);
                    return null;
                }));
            }
            start.countDown();
            for (Future<?> future : futures) {
                future.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
            }
        } finally {
            executor.shutdownNow();
        }
    }
}
